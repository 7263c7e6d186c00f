"""What has no feed, written as it stands on the web: a job board, a status API, an article's page. Pure: bytes out."""

import json
from html import escape

from bot.demo.feed_formats import Channel, Item


def job_board(channel: Channel, items: tuple[Item, ...]) -> bytes:
    """An HTML list, as careers pages have them; without dates, as most of them are."""
    jobs = "".join(
        f"""
  <li><a href="{escape(item.link)}"><h3>{escape(item.title)}</h3></a><p class="teaser">{item.paragraphs[0]}</p></li>"""
        for item in items
    )
    return f"""<!doctype html>
<html lang="{channel.language}">
<head><meta charset="utf-8"><title>{escape(channel.title)}</title></head>
<body>
<nav><a href="/">Home</a> <a href="/careers/teams">Teams</a> <a href="/careers/search">Search jobs</a></nav>
<h1>Open positions</h1>
<ul class="jobs">{jobs}
</ul>
<footer><a href="/legal">Legal</a> <a href="/privacy">Privacy</a></footer>
</body>
</html>
""".encode()


def status_api(channel: Channel, items: tuple[Item, ...]) -> bytes:
    """The incidents of a status page, in the shape of Statuspage's API."""
    incidents = [
        {
            "id": item.guid,
            "name": item.title,
            "status": "monitoring",
            "impact": "major",
            "created_at": item.published.isoformat(),
            "shortlink": item.link,
            "incident_updates": [{"body": paragraph} for paragraph in item.paragraphs],
        }
        for item in items
    ]
    document = {"page": {"name": channel.title, "url": channel.home}, "incidents": incidents}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def article_page(channel: Channel, item: Item, *, address: str) -> bytes:
    """An article where its feed carries the teaser only; `address` is the one that the page gives as its own."""
    return f"""<!doctype html>
<html lang="{channel.language}">
<head>
<meta charset="utf-8"><title>{escape(item.title)}</title>
<link rel="canonical" href="{escape(address)}">
<meta name="author" content="{escape(item.author)}">
<meta property="article:published_time" content="{item.published.isoformat()}">
</head>
<body>
<header><a href="/">{escape(channel.title)}</a> <a href="/about">About us</a></header>
<main><article>
<h1>{escape(item.title)}</h1>
{item.html}
</article></main>
<footer><a href="/contact">Contact</a></footer>
</body>
</html>
""".encode()
