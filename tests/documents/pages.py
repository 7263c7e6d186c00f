"""Pages of the shapes that lists have on the web, of our own wording, with what a reader would take from them."""

from __future__ import annotations

from dataclasses import dataclass

NAV = """
<header class="site-header"><a href="/" class="logo">Example Works</a>
<nav class="main-nav"><ul><li><a href="/company">Our company and its history</a></li>
<li><a href="/products">Products and services for you</a></li><li><a href="/careers">Careers at Example Works</a></li>
<li><a href="/investors">Information for investors</a></li>
<li><a href="/contact">Contact our nice people</a></li></ul></nav>
</header>"""
FOOTER = """
<footer><div class="footer-links"><a href="/imprint">Imprint</a> <a href="/privacy">Privacy policy of this site</a>
<a href="/terms">Terms and conditions of use</a> <a href="/cookies">Cookie settings</a></div>
<ul class="social"><li><a href="https://social.example/a">Follow us on the bird</a></li>
<li><a href="https://social.example/b">Follow us on the elephant</a></li>
<li><a href="https://social.example/c">Follow us on the camera</a></li></ul></footer>"""

BIG_NAV = (
    '<nav id="top"><ul>'
    + "".join(f'<li><a href="/solutions/{n}">Solutions for customers of kind {n}</a></li>' for n in range(20))
    + "</ul></nav>"
)
BIG_FOOTER = (
    "<footer><ul>"
    + "".join(f'<li><a href="/about/{n}">More about our company, part {n}</a></li>' for n in range(15))
    + "</ul></footer>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A page, how many items it lists, and the first of them: title, path of its link, day or None."""

    name: str
    body: str
    found: int
    title: str
    path: str
    day: str | None
    lang: str = "en"
    nav: str = NAV
    footer: str = FOOTER

    def page(self) -> bytes:
        head = f'<!doctype html><html lang="{self.lang}"><head><meta charset="utf-8"><title>{self.name}</title></head>'
        return f"{head}<body>{self.nav}{self.body}{self.footer}</body></html>".encode()


JOBS = (
    ("Manager, Data Center Operations", "Sacramento"),
    ("Electrician for server halls", "Austin"),
    ("Network Engineer (Backbone)", "Berlin"),
    ("Facility Technician, Nights", "Reno"),
    ("Head of Capacity Planning", "Austin"),
)

SHAPES = (
    Shape(
        name="job board, ul and li",
        body='<main><h1>Open positions</h1><ul class="jobs">'
        + "".join(
            f'<li class="job" id="job-{n}"><a href="/jobs/{n}">{title}</a><span class="place">{place}</span>'
            f'<span class="posted-date">2026-03-{n + 10}</span></li>'
            for n, (title, place) in enumerate(JOBS, 1)
        )
        + "</ul></main>",
        found=5,
        title="Manager, Data Center Operations",
        path="/jobs/1",
        day="2026-03-11",
    ),
    Shape(
        name="job board, table with a head row",
        body='<div id="content"><table class="listing"><tr><th>Position</th><th>Place</th><th>Since</th></tr>'
        + "".join(
            f'<tr><td><a href="/position?id={n}">{title}</a></td><td><a href="/places/{place}">{place}</a></td>'
            f"<td>{n + 10}. März 2026</td></tr>"
            for n, (title, place) in enumerate(JOBS, 1)
        )
        + "</table></div>",
        found=5,
        title="Manager, Data Center Operations",
        path="/position?id=1",
        day="2026-03-11",
        lang="de",
    ),
    Shape(
        name="cards with classes that a build made",
        body='<div id="root"><div class="css-1x2y3z"><div class="sc-bdVaJa kMxYzQ">'
        + "".join(
            f'<div class="sc-htpNat css-9ab{n}c"><a class="css-77x" href="/o/{n}-abc"><div class="css-q1">'
            f"{title}</div></a>"
            f'<div class="css-r2"><p>{place}, full time, permanent, with a night shift now and then</p></div></div>'
            for n, (title, place) in enumerate(JOBS, 1)
        )
        + "</div></div></div>",
        found=5,
        title="Manager, Data Center Operations",
        path="/o/1-abc",
        day=None,
    ),
    Shape(
        name="cards that are one link",
        body='<section class="openings">'
        + "".join(
            f'<a class="opening-card" href="/apply/{n}"><span class="opening-title">{title}</span><span>{place}</span>'
            "<span>Full time</span></a>"
            for n, (title, place) in enumerate(JOBS, 1)
        )
        + "</section>",
        found=5,
        title="Manager, Data Center Operations",
        path="/apply/1",
        day=None,
    ),
    Shape(
        name="press page, h3 and time",
        body='<main><div class="press-list">'
        + "".join(
            f'<div class="press-item"><time datetime="2026-02-0{n}T09:00:00+01:00">{n} February 2026</time>'
            f'<h3><a href="/press/release-{n}">Example Works opens its hall number {n}</a></h3>'
            f'<p>The hall holds servers and little else.</p><a href="/press/release-{n}">Read more</a></div>'
            for n in range(1, 8)
        )
        + "</div></main>",
        found=7,
        title="Example Works opens its hall number 1",
        path="/press/release-1",
        day="2026-02-01",
    ),
    Shape(
        name="press page, title in a heading and the link says read more",
        body='<div class="container"><div class="row">'
        + "".join(
            f'<div class="col-md-4 teaser-box"><span class="date">{n}.2.2026</span><h4>Halle {n} geht ans Netz</h4>'
            f'<p>Ein kurzer Text über die Halle.</p><a class="btn" href="/presse/{n}">Mehr erfahren</a></div>'
            for n in range(1, 7)
        )
        + "</div></div>",
        found=6,
        title="Halle 1 geht ans Netz",
        path="/presse/1",
        day="2026-02-01",
        lang="de",
    ),
    Shape(
        name="status page with incidents",
        body='<div class="layout-content status"><h2>Past incidents</h2>'
        + "".join(
            f'<div class="status-day"><div class="date">Mar {20 - n}, 2026</div>'
            + (
                f'<div class="incident-container"><div class="incident-title"><a href="/incidents/x{n}">Elevated '
                f'errors in region {n}</a></div><div class="update"><strong>Resolved</strong> - It works again. '
                f"<small>Mar {20 - n}, 15:20 UTC</small></div></div>"
                if n % 2
                else "<p>No incidents reported.</p>"
            )
            + "</div>"
            for n in range(1, 10)
        )
        + "</div>",
        found=5,
        title="Elevated errors in region 1",
        path="/incidents/x1",
        day="2026-03-19",
    ),
    Shape(
        name="WordPress blog",
        body='<div id="content" class="site-content has-sidebar"><main id="main" class="site-main">'
        + "".join(
            f'<article id="post-{n}" class="post-{n} post type-post status-publish hentry category-news tag-hall">'
            f'<a class="post-thumbnail" href="/2026/03/hall-{n}/"><img src="/i{n}.jpg"></a>'
            f'<header class="entry-header"><span class="cat-links"><a href="/category/news/">News</a></span>'
            f'<h2 class="entry-title"><a href="/2026/03/hall-{n}/" rel="bookmark">What we saw in hall {n}</a></h2>'
            f'<div class="entry-meta"><time class="entry-date published" datetime="2026-03-{10 + n}T08:00:00+00:00">'
            f'{10 + n} March 2026</time> by <a href="/author/kim/">Kim Example</a></div></header>'
            f'<div class="entry-content"><p>Some lines on the hall. '
            f'<a href="/2026/03/hall-{n}/#more">Continue reading</a>'
            '</p></div><footer class="entry-footer"><a href="/tag/hall/">hall</a></footer></article>'
            for n in range(1, 6)
        )
        + '</main><aside id="secondary" class="widget-area"><h2>Recent comments</h2><ul class="recent">'
        + "".join(f'<li><a href="/old/{n}">An older but long headline, number {n}</a></li>' for n in range(9))
        + "</ul></aside></div>",
        found=5,
        title="What we saw in hall 1",
        path="/2026/03/hall-1/",
        day="2026-03-11",
    ),
    Shape(
        name="definition list",
        body='<div id="main"><dl class="announcements">'
        + "".join(
            f'<dt><a href="notice{n}.html">Notice on the works at gate {n}</a></dt>'
            f"<dd>Gate {n} is closed on Monday.</dd>"
            for n in range(1, 7)
        )
        + "</dl></div>",
        found=6,
        title="Notice on the works at gate 1",
        path="/notice1.html",
        day=None,
    ),
    Shape(
        name="sections of a front page",
        body="<main>"
        + "".join(
            f'<section class="topic"><h2><a href="/topic/{topic}">{topic}</a></h2><div class="grid">'
            + "".join(
                f'<article class="teaser"><a class="teaser__kicker" href="/topic/{topic}">{topic}</a>'
                f'<h3 class="teaser__title"><a href="/{topic}/story-{n}">A long headline on {topic} '
                f"with number {n}</a></h3>"
                f'<p class="teaser__text">And what one should know of it.</p></article>'
                for n in range(1, 5)
            )
            + "</div></section>"
            for topic in ("power", "cooling", "networks")
        )
        + "</main>",
        found=12,
        title="A long headline on power with number 1",
        path="/power/story-1",
        day=None,
    ),
    Shape(
        name="plain list of links without any class",
        body="<div><div><h1>News</h1><ul>"
        + "".join(
            f'<li>{n} May 2025: <a href="n{n}.htm">The board has met for the {n}th time</a></li>' for n in range(4, 10)
        )
        + "</ul></div></div>",
        found=6,
        title="The board has met for the 4th time",
        path="/n4.htm",
        day=None,
    ),
    Shape(
        name="Chinese notices",
        body='<div class="list-box"><ul class="news-list">'
        + "".join(
            f'<li><span class="time">2026-03-0{n}</span><a href="/n/{n}.html">公司在第{n}区建成数据中心</a></li>'
            for n in range(1, 7)
        )
        + "</ul></div>",
        found=6,
        title="公司在第1区建成数据中心",
        path="/n/1.html",
        day="2026-03-01",
        lang="zh-CN",
    ),
    Shape(
        name="cards with classes for looks only",
        body='<main class="mx-auto max-w-7xl px-4"><div class="grid grid-cols-3 gap-8">'
        + "".join(
            f'<div class="flex flex-col rounded-lg shadow"><a href="/blog/{n}"><img src="/{n}.png"></a>'
            '<div class="p-6">'
            f'<p class="text-sm">Mar {n}, 2026</p><a href="/blog/{n}" class="mt-2 block">'
            f'<p class="text-xl">How hall {n} is cooled</p>'
            '<p class="mt-3 text-base">With water, and at times with air.</p></a></div></div>'
            for n in range(1, 10)
        )
        + "</div></main>",
        found=9,
        title="How hall 1 is cooled",
        path="/blog/1",
        day="2026-03-01",
    ),
    Shape(
        name="openings in sections by department, under a big menu",
        body="<h1>Work with us</h1>"
        + "".join(
            f'<section class="level-0"><h3>Department {part}</h3>'
            + "".join(
                f'<div class="opening"><a href="/openings/{part}{n}">Fitter {part}{n}</a></div>' for n in range(1, 5)
            )
            + "</section>"
            for part in range(1, 4)
        ),
        found=12,
        title="Fitter 11",
        path="/openings/11",
        day=None,
        nav=BIG_NAV,
        footer=BIG_FOOTER,
    ),
    Shape(
        name="few results under many filters",
        body='<div id="finder"><ul class="filters">'
        + "".join(f'<li><a href="?dept={n}">Department of works number {n} (3)</a></li>' for n in range(1, 31))
        + '</ul><div class="results">'
        + "".join(f'<div class="result-item"><a href="/vacancy/{n}">Fitter, shift {n}</a></div>' for n in range(1, 9))
        + "</div></div>",
        found=8,
        title="Fitter, shift 1",
        path="/vacancy/1",
        day=None,
    ),
    Shape(
        name="ASP.NET, a form around the whole page",
        body='<form id="aspnetForm" action="./"><div class="page-with-sidebar"><ul class="bulletins">'
        + "".join(f'<li><a href="/bulletin/{n}">Bulletin on the works, {n}</a></li>' for n in range(1, 7))
        + f"</ul></div>{BIG_FOOTER}</form>",
        found=6,
        title="Bulletin on the works, 1",
        path="/bulletin/1",
        day=None,
        footer="",
    ),
    Shape(
        name="cards whose links stand in their footers",
        body="<div>"
        + "".join(
            f'<div class="card"><p>Hall {n} is open to visitors</p>'
            f'<div class="card-footer"><a href="/visit/{n}">See hall {n}</a></div></div>'
            for n in range(1, 7)
        )
        + "</div>",
        found=6,
        title="See hall 1",
        path="/visit/1",
        day=None,
    ),
)
