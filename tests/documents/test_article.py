"""Article pages as the web has them: the text, what the page states of itself, and the links of the text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.documents.article import NO_TEXT, read_article
from bot.documents.collect import MAX_TEXT
from bot.documents.entries import Article, NotAFeed

URL = "https://www.news.example/auto/tesla-takes-over.html"

FIRST = (
    "Tesla has taken over at least one data center that belonged to Twitter, a job advertisement shows. The manager "
    "that the company seeks is to lead the site in Sacramento from the first server rack on."
)
SECOND = (
    "The advertisement calls it the first of its kind. People who know the plans say that the halls were emptied "
    "during the winter, and that new cooling has been ordered since."
)
THIRD = "A spokesman of the county confirmed that the lease has a new tenant, and did not want to name the company."
PARAGRAPHS = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
TEXT = f"{FIRST} {SECOND} {THIRD}"
MENU = (
    "<nav><ul>"
    + "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in ("Home", "Cars", "About"))
    + "</ul></nav>"
)
FOOTER = "<footer><p>© The Example. All rights reserved.</p><a href='https://social.example/us'>Follow us</a></footer>"


def page(body: str, *, head: str = "<title>Tesla takes over</title>", lang: str = "en") -> str:
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{MENU}{body}{FOOTER}</body></html>'


def ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", **values})}</script>'


def read(markup: str | bytes, *, url: str = URL, content_type: str = "text/html; charset=utf-8") -> Article:
    body = markup.encode() if isinstance(markup, str) else markup
    found = read_article(body, url=url, content_type=content_type)
    assert isinstance(found, Article), found
    return found


def refused(markup: str | bytes, *, url: str = URL, content_type: str = "text/html") -> str:
    body = markup.encode() if isinstance(markup, str) else markup
    found = read_article(body, url=url, content_type=content_type)
    assert isinstance(found, NotAFeed), found
    return found.reason


# ── shapes of pages ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_news_article_with_json_ld_says_everything_itself() -> None:
    head = (
        "<title>Tesla takes over | The Example</title>"
        '<meta property="og:title" content="Tesla takes over a data center of Twitter | The Example">'
        '<meta property="og:site_name" content="The Example">'
        '<link rel="canonical" href="/auto/tesla-takes-over.html#top">'
        + ld(
            **{"@type": "NewsArticle"},
            headline="Tesla takes over",
            datePublished="2023-08-24T14:30:00+02:00",
            dateModified="2023-08-25T09:00:00+02:00",
            author=[{"@type": "Person", "name": "Ada Example"}, {"@type": "Person", "name": "Bo Muster"}],
        )
    )
    found = read(
        page(f"<main><article><h1>Tesla takes over</h1>{PARAGRAPHS}</article></main>", head=head, lang="en-GB")
    )
    assert found == Article(
        title="Tesla takes over a data center of Twitter",
        text=f"Tesla takes over {TEXT}",
        author="Ada Example, Bo Muster",
        published_at=datetime(2023, 8, 24, 12, 30, tzinfo=UTC),
        language="en",
        canonical_url="https://www.news.example/auto/tesla-takes-over.html",
        site="The Example",
    )


def test_a_blog_post_comes_without_its_sidebar_and_its_comments() -> None:
    body = (
        f"<div id='content'><article class='post'><h1 class='entry-title'>Tesla takes over</h1>"
        f"<p class='byline'>By <a rel='author' href='/ada'>Ada Example</a> on "
        f"<time class='entry-date' datetime='2023-08-24T08:00:00Z'>24 August</time></p>"
        f"<div class='entry-content'>{PARAGRAPHS}</div></article>"
        "<div id='comments' class='comments'><h3>2 comments</h3><ol class='commentlist'>"
        "<li><p>I worked in that data center for years and nobody told us about any of this, what a shame.</p></li>"
        "<li><p>First! And the second thing that I want to say is that the rumours were true all along.</p></li>"
        "</ol></div></div>"
        "<aside class='sidebar'><h3>Blogroll</h3><ul><li><a href='https://electrek.example/'>Electrek</a></li></ul>"
        "<h3>Recent posts</h3><ul><li><a href='/a'>Rivian opens a shop in Berlin</a></li></ul></aside>"
    )
    found = read(page(body))
    assert found.text == TEXT
    assert found.author == "Ada Example"
    assert found.published_at == datetime(2023, 8, 24, 8, tzinfo=UTC)
    assert found.links == ()


def test_a_german_article_comes_without_the_teasers_between_its_paragraphs_and_with_what_it_cites() -> None:
    body = (
        "<article><h1>Tesla sucht Leiter für neue Art Daten-Zentrum</h1>"
        "<p>Tesla baut offenbar eigene Daten-Zentren auf: In einer Stellen-Anzeige sucht das Unternehmen einen "
        "Manager, der das „erste seiner Art“ leiten soll. Das berichtet der Blog "
        "<a href='https://electrek.example/2023/08/22/tesla-data-center/'>Electrek</a> am Dienstag.</p>"
        "<div class='teaser-box'><h3><a href='/preise'>Preise für Model Y gesenkt</a></h3>"
        "<p>Das Elektroauto kostet jetzt weniger als im Vorjahr, und zwar in allen Varianten.</p></div>"
        "<p>Mindestens ein Rechenzentrum in Sacramento habe Tesla von Twitter übernommen, heißt es dort weiter. In "
        "einem <a href='https://x.example/tesla/status/1'>Tweet</a> bestätigte das der Firmen-Chef ohne Details.</p>"
        "<aside class='related teaser'><p>Lesen Sie auch: Neues Werk in Mexiko wird später fertig</p></aside>"
        "<p>Auch auf <a href='https://weibo.example/123'>Weibo</a> wird seit Wochen darüber gesprochen, dass "
        "ähnliche Zentren in China entstehen sollen.</p>"
        "<p>Quelle: <a href='https://jobs.example/42'>Stellen-Anzeige</a></p></article>"
    )
    found = read(page(body, lang="de-DE"))
    assert found.language == "de"
    assert "erste seiner Art“ leiten soll" in found.text
    assert "in China entstehen sollen." in found.text
    assert "Preise für Model Y" not in found.text
    assert "Lesen Sie auch" not in found.text
    assert found.links[:3] == (
        "https://electrek.example/2023/08/22/tesla-data-center/",
        "https://x.example/tesla/status/1",
        "https://weibo.example/123",
    )


CHINESE = (
    "特斯拉正在招聘数据中心经理。",
    "据招聘信息显示,这是同类中的第一个数据中心。",
    "特斯拉已接管推特在萨克拉门托的一座数据中心。",
    "公司未对此作出回应。",
)


@pytest.mark.parametrize(
    ("lang", "paragraphs"),
    [
        ("zh-CN", CHINESE),
        (
            "ja",
            (
                "テスラがデータセンターの責任者を募集。",
                "求人広告によると、初の施設である。",
                "場所はサクラメント。",
                "同社は答えていない。",
            ),
        ),
        (
            "pl",
            (
                "Tesla szuka kierownika centrum danych w Sacramento.",
                "Wcześniej należało ono do Twittera, wynika z ogłoszenia o pracę.",
                "Spółka nie odpowiedziała na pytania.",
            ),
        ),
        (
            "fr",
            (
                "Tesla cherche un responsable pour son centre de données.",
                "L’annonce parle du premier de son genre, à Sacramento.",
                "L’entreprise n’a pas répondu.",
            ),
        ),
    ],
)
@pytest.mark.parametrize("wrapped", ["<article>{}</article>", "<div class='article-content'>{}</div>", "<div>{}</div>"])
def test_short_articles_of_any_language_keep_every_paragraph(
    lang: str, paragraphs: tuple[str, ...], wrapped: str
) -> None:
    body = wrapped.format("".join(f"<p>{one}</p>" for one in paragraphs))
    found = read(page(f"<main>{body}</main>", lang=lang))
    assert all(one in found.text for one in paragraphs)
    assert found.language == lang[:2]


def test_an_amp_page_names_the_real_address_and_its_site_is_not_another_host() -> None:
    head = (
        '<link rel="canonical" href="https://www.news.example/auto/tesla.html">'
        "<style amp-boilerplate>body{visibility:hidden}</style><script async src='https://cdn.example/v0.js'></script>"
    )
    body = (
        f"<article><h1>Tesla takes over</h1><amp-img src='/a.jpg' width='10' height='10'></amp-img>{PARAGRAPHS}"
        "<p>More in the <a href='https://amp.news.example/dossier'>dossier</a>, and at "
        "<a href='https://other.example/x'>the other paper</a> that was first.</p></article>"
    )
    found = read(page(body, head=head).replace("<html", "<html ⚡"), url="https://amp-cache.example/c/tesla.html")
    assert found.canonical_url == "https://www.news.example/auto/tesla.html"
    assert found.text.startswith(TEXT)
    assert found.links == ("https://other.example/x",)


def test_a_live_blog_comes_with_all_its_posts() -> None:
    posts = "".join(
        f"<div class='live-post'><h2>{hour}:00 Update</h2><p>At {hour} o'clock the police said that street number "
        f"{hour} is closed until the evening, and that nobody was hurt.</p></div>"
        for hour in range(10, 20)
    )
    head = ld(**{"@type": ["LiveBlogPosting"]}, headline="Live: the storm", datePublished="2026-03-12")
    found = read(page(f"<article><h1>Live: the storm</h1>{posts}</article>", head=head))
    assert all(f"street number {hour} is closed" in found.text for hour in range(10, 20))
    assert (found.title, found.published_at) == ("Live: the storm", datetime(2026, 3, 12, tzinfo=UTC))


def test_a_paywalled_teaser_is_what_there_is() -> None:
    more = "".join(f"<article><h3><a href='/{i}'>Another story, number {i}</a></h3></article>" for i in range(8))
    body = (
        f"<main><article><h1>Tesla takes over</h1><p>{FIRST}</p><div class='paywall'><p>Subscribe to read on.</p>"
        f"</div></article></main><section class='related'>{more}</section>"
    )
    found = read(page(body, head='<meta property="og:type" content="article">'))
    assert FIRST in found.text
    assert "number 3" not in found.text


def test_what_the_publisher_gives_whole_is_taken_whole() -> None:
    head = ld(**{"@type": "NewsArticle"}, articleBody=f"{FIRST}\n\n{SECOND}\n\n{THIRD}")
    assert read(page(f"<article><p>{FIRST}</p></article>", head=head)).text == TEXT


def test_the_columns_of_an_article_are_one_text() -> None:
    column = (
        "<div class='grid'><div class='body article__body'><p>{}</p></div></div><div class='ad'>Advertisement</div>"
    )
    body = "".join(column.format(f"{part} {part}") for part in (FIRST, SECOND, THIRD))
    found = read(page(f"<article>{body}</article>"))
    assert all(part in found.text for part in (FIRST, SECOND, THIRD))


def test_a_quoted_post_is_a_part_of_the_text_and_its_address_a_link() -> None:
    post = (
        "<div class='social-media-embed'><blockquote class='twitter-tweet'><p>The data center is now ours, and it is "
        "the first of its kind.</p>— Tesla (@tesla) <a href='https://x.example/tesla/status/1?s=20'>August 22, 2023</a>"
        "</blockquote></div>"
    )
    found = read(
        page(f"<article class='article'><div class='story'><p>{FIRST}</p>{post}<p>{SECOND}</p></div></article>")
    )
    assert "The data center is now ours" in found.text
    assert found.links == ("https://x.example/tesla/status/1?s=20",)


def test_a_very_long_page_ends_at_the_cap() -> None:
    long = "".join(f"<p>Number {i}: {FIRST}</p>" for i in range(800))
    found = read(page(f"<article>{long}</article>"))
    assert len(found.text) == MAX_TEXT
    assert found.text.startswith("Number 0: Tesla")


@pytest.mark.parametrize(
    "markup",
    [
        f"<html><body><article><h1>Tesla takes over<p>{FIRST}<p>{SECOND}</div></span><b><p>{THIRD}",
        f"<p>{FIRST}<p>{SECOND}<p>{THIRD}",
        f"<html xmlns='http://www.w3.org/1999/xhtml'/><body><div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>",
        f"<?xml version='1.0' encoding='utf-8'?><html><body><p>{FIRST}\x00</p><p>{SECOND}\x0b</p><p>{THIRD}&#0;</p>",
        f"<!-- <html> --><title>x</title><body><table><tr><td><p>{FIRST}<p>{SECOND}<p>{THIRD}</table>",
    ],
)
def test_broken_markup_costs_no_text(markup: str) -> None:
    text = read(markup).text
    assert all(part in text for part in (FIRST, SECOND, THIRD))


# ── encodings ────────────────────────────────────────────────────────────────────────────────────────────────────────

GERMAN = "Tesla übernimmt größere Räume in Köln: „Das ist das Schönste“, sagte die Geschäftsführerin am Donnerstag."


@pytest.mark.parametrize(
    ("text", "encoding", "content_type", "head"),
    [
        (GERMAN, "utf-8", "text/html", ""),
        (GERMAN, "utf-8-sig", "text/html; charset=iso-8859-1", ""),
        (GERMAN, "utf-16", "text/html", ""),
        (GERMAN, "utf-16-le", "text/html; charset=utf-16le", ""),
        (GERMAN, "cp1252", "text/html; charset=ISO-8859-1", ""),
        (GERMAN, "cp1252", "text/html", "<meta charset='windows-1252'>"),
        (GERMAN, "cp1252", "text/html", ""),
        ("".join(CHINESE), "gb18030", "text/html; charset=gb2312", ""),
        ("".join(CHINESE), "gb18030", "text/html", "<meta http-equiv='content-type' content='text/html; charset=GBK'>"),
        ("テスラは初のデータセンターの責任者を募集している。", "cp932", "text/html", "<meta charset=Shift_JIS>"),
        ("テスラは初のデータセンターの責任者を募集している。", "euc_jp", "text/html;charset=EUC-JP", ""),
        ("テスラは初のデータセンターの責任者を募集している。", "iso2022_jp", "text/html;charset=iso-2022-jp", ""),
        ("Tesla przejęła część serwerów, mówią źródła.", "iso8859-2", "text/html", "<meta charset='iso-8859-2'>"),
        # These lie, or name what no page may choose.
        (GERMAN, "utf-8", "text/html; charset=iso-8859-1", "<meta charset='iso-8859-1'>"),
        (GERMAN, "cp1252", "text/html; charset=utf-8", ""),
        ("".join(CHINESE), "gb18030", "text/html; charset=utf-8", "<meta charset=gbk>"),
        (GERMAN, "utf-8", "text/html; charset=unicode_escape", "<meta charset=punycode>"),
        (GERMAN, "utf-8", "text/html; charset=no-such", "<meta charset='utf-16'>"),
    ],
)
def test_the_text_is_read_whatever_its_encoding_says(text: str, encoding: str, content_type: str, head: str) -> None:
    body = f"<html><head>{head}<title>x</title></head><body><article><p>{text}</p></article></body></html>"
    assert read(body.encode(encoding), content_type=content_type).text == text


@pytest.mark.parametrize(
    ("lang", "encoding", "text"),
    [
        ("zh", "gbk", "".join(CHINESE)),
        ("ru", "cp1251", "Тесла ищет руководителя для центра обработки данных в Сакраменто."),
        ("pl", "iso8859-2", "Tesla przejęła część serwerów, mówią źródła."),
    ],
)
def test_where_nothing_names_the_encoding_the_language_tells_the_usual_one(lang: str, encoding: str, text: str) -> None:
    body = f"<html lang={lang}><title>x</title><body><article><p>{text}</p></article></body></html>"
    assert read(body.encode(encoding), content_type="").text == text


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    body = f"<html><body><article><p>{GERMAN * 5}</p></article></body></html>".encode()
    assert "größere Räume" in read(body.replace("ö".encode(), b"\xff", 1)).text


# ── what the page states ─────────────────────────────────────────────────────────────────────────────────────────────

MODIFIED = '<meta property="article:modified_time" content="2026-03-12T10:00:00Z">'


@pytest.mark.parametrize(
    ("head", "body", "url", "expected"),
    [
        (ld(**{"@type": "NewsArticle"}, datePublished="2023-08-24"), "", URL, "2023-08-24T00:00"),
        (
            ld(**{"@graph": [{"@type": "Article", "datePublished": "2023-08-24T23:30:00-05:00"}]}),
            "",
            URL,
            "2023-08-25T04:30",
        ),
        (
            '<meta property="article:published_time" content="2023-08-24T10:00:00Z">' + MODIFIED,
            "",
            URL,
            "2023-08-24T10:00",
        ),
        ('<meta name="date" content="Thu, 24 Aug 2023 10:00:00 +0200">', "", URL, "2023-08-24T08:00"),
        ("", "<time datetime='2023-08-24 10:00'>24.8.</time>", URL, "2023-08-24T10:00"),
        ("", "<span itemprop='datePublished' content='2023-08-24'></span>", URL, "2023-08-24T00:00"),
        ("", "", "https://news.example/2023/08/24/tesla.html", "2023-08-24T00:00"),
        ("", "", "https://news.example/auto/2023-08-24-tesla", "2023-08-24T00:00"),
        # Better none than an invented one.
        ("", "<p>On 12 March 2019 it was another company's.</p>", URL, None),
        ("", "<time datetime='today'>today</time>", URL, None),
        ("", "", "https://news.example/2023/13/45/tesla.html", None),
        ('<meta name="date" content="0000-00-00">', "", URL, None),
        (MODIFIED, "", URL, None),
    ],
)
def test_the_date_is_the_stated_one_of_publication(head: str, body: str, url: str, expected: str | None) -> None:
    found = read(page(f"<article>{body}{PARAGRAPHS}</article>", head=head), url=url).published_at
    assert (found.strftime("%Y-%m-%dT%H:%M") if found else None) == expected
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (ld(**{"@type": "Article"}, author={"@type": "Person", "name": "Ada Example"}), "", "Ada Example"),
        (
            ld(**{"@type": "Article"}, author=["By Ada Example", "Bo Muster", "Ada Example"]),
            "",
            "Ada Example, Bo Muster",
        ),
        (ld(**{"@type": "Article"}, author={"name": ["Ada Example"]}), "", "Ada Example"),
        ('<meta name="author" content="Von Ada Example und Bo Muster">', "", "Ada Example, Bo Muster"),
        ('<meta property="article:author" content="https://social.example/ada">', "", ""),
        ('<meta name="author" content="Byron Example">', "", "Byron Example"),
        ('<meta name="author" content="ada@news.example">', "", ""),
        ("", "<p><a rel='author'>Ada Example</a></p>", "Ada Example"),
        ("", "<p itemprop='author'>by <b itemprop='name'>Ada Example</b></p>", "Ada Example"),
        ("", "", ""),
    ],
)
def test_authors_are_names(head: str, body: str, expected: str) -> None:
    assert read(page(f"<article>{body}{PARAGRAPHS}</article>", head=head)).author == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<link rel=canonical href='https://news.example/a'>", "https://news.example/a"),
        ("<link rel='shortlink canonical' href='../a?id=1#x'>", "https://www.news.example/a?id=1"),
        ("<base href='https://cdn.example/x/'><link rel=canonical href='a'>", "https://cdn.example/x/a"),
        ("<meta property='og:url' content='https://news.example/b'>", "https://news.example/b"),
        ("<link rel=canonical href='/'><meta property='og:url' content='/c'>", "https://www.news.example/c"),
        ("<link rel=canonical href='javascript:alert(1)'>", ""),
        ("<link rel=canonical href='http://[::1'>", ""),
        ("<link rel=canonical href=''>", ""),
        ("<link rel=canonical href='https://news.example/'>", ""),
    ],
)
def test_the_canonical_address_is_the_pages_own_word_if_it_makes_sense(head: str, expected: str) -> None:
    assert read(page(f"<article>{PARAGRAPHS}</article>", head=head)).canonical_url == expected


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        ('<html lang="de-AT">', "de"),
        ('<html xml:lang="zh-Hans">', "zh"),
        ('<html lang="">', None),
        ('<html lang="english">', None),
        ("<html>", None),
    ],
)
def test_the_language_is_the_stated_one(markup: str, language: str | None) -> None:
    assert read(f"{markup}<body><article>{PARAGRAPHS}</article></body></html>").language == language


@pytest.mark.parametrize(
    "script",
    ["{", "[" * 100_000, '"text"', "[1, null, []]", '{"@type": {"a": 1}}', '{"@type": "Article", "author": 7}'],
)
def test_json_ld_that_makes_no_sense_is_passed_over(script: str) -> None:
    head = f"<title>T</title><script type='application/ld+json'>{script}</script>"
    assert read(page(f"<article>{PARAGRAPHS}</article>", head=head)).author == ""


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_links_of_the_text_lead_to_other_hosts_each_once_in_order() -> None:
    body = (
        f"<article><p>{FIRST} It was <a href='https://b.example/x#part'>seen first</a> by "
        "<a href='//a.example/y'>others</a>, <a href='https://b.example/x'>again</a>, "
        "<a href='/own'>here</a>, <a href='https://shop.news.example/'>in our shop</a>, "
        "<a href='mailto:a@b.example'>by mail</a> and <a href='https://c.example/'><b>in</b> bold</a>.</p>"
        f"<p>{SECOND}</p><p>{THIRD}</p></article><div class='share'><a href='https://share.example/'>Tesla</a></div>"
    )
    assert read(page(body)).links == ("https://b.example/x", "https://a.example/y", "https://c.example/")


def test_at_most_fifty_links_are_kept() -> None:
    listed = "".join(
        f"<p>{FIRST} <a href='https://h{i}.example/'>Source {i}</a> says so, in part {i}.</p>" for i in range(60)
    )
    assert len(read(page(f"<article>{listed}</article>")).links) == 50


# ── what is no article ───────────────────────────────────────────────────────────────────────────────────────────────

CARD = (
    "<{tag} class='card'><h2><a href='/{i}'>Headline of story number {i}</a></h2>"
    "<p>{i}: what happened, in a line.</p></{tag}>"
)


@pytest.mark.parametrize(
    "listing",
    [
        "".join(CARD.format(tag="article", i=i) for i in range(12)),
        "".join(CARD.format(tag="div", i=i) for i in range(12)),
        "<ul>" + "".join(CARD.format(tag="li", i=i) for i in range(12)) + "</ul>",
        "".join(f"<h3><a href='/{i}'>Headline of story number {i}</a></h3><p>{i}: {THIRD}</p>" for i in range(12)),
        "".join(f"<a href='/{i}'><h3>Headline of story number {i}</h3><p>{i}: {THIRD}</p></a>" for i in range(12)),
    ],
)
def test_a_page_that_lists_articles_is_none(listing: str) -> None:
    assert refused(page(f"<main><h1>News</h1>{listing}</main>")) in {
        "not an article but a page that lists articles",
        NO_TEXT,
    }


@pytest.mark.parametrize("mark", ["<a href='#part{}'>¶</a>", "<a href='/edit?part={}'>edit</a>"])
def test_headings_with_marks_that_are_links_make_no_list(mark: str) -> None:
    parts = "".join(f"<h2>The part of number {i} {mark.format(i)}</h2><p>{i}: {THIRD}</p>" for i in range(12))
    assert f"11: {THIRD}" in read(page(f"<main><h1>Tesla</h1>{parts}</main>")).text


@pytest.mark.parametrize(
    ("markup", "content_type", "reason"),
    [
        ("<html><body><div id=root></div><script>start()</script></body></html>", "text/html", NO_TEXT),
        (
            "<body><noscript>You need to enable JavaScript to run this app.</noscript><div id=app></div></body>",
            "text/html",
            NO_TEXT,
        ),
        ("<html><body><p>Please enable JavaScript to view this page.</p></body></html>", "text/html", NO_TEXT),
        ("<html><body><p>Bitte aktivieren Sie JavaScript in Ihrem Browser.</p></body></html>", "", NO_TEXT),
        ("", "text/html", "the page is empty"),
        (" \n ", "", "the page is empty"),
        ("<html></html>", "text/html", NO_TEXT),
        (b"%PDF-1.7 ...", "text/html", "not a web page but PDF"),
        (b"%PDF-1.7 ...", "application/pdf", "not a web page but application/pdf"),
        ("x", "image/png", "not a web page but image/png"),
        (b"\x89PNG\r\n", "", "not a web page but PNG"),
        ('{"title": "<p>Tesla</p>"}', "application/json", "not a web page but application/json"),
        ("Tesla opens a data center.", "text/plain", "not a web page but text/plain"),
        ("<rss><channel><item/></channel></rss>", "application/xml", "not a web page but application/xml"),
        (
            f"<title>Just a moment...</title><p>{THIRD}",
            "text/html",
            "a check for robots stands in front of the page",
        ),
        (
            f"<title>Before you continue</title><p>{THIRD}",
            "text/html",
            "the page asks for consent to cookies first",
        ),
    ],
)
def test_what_is_no_article_says_what_it_is(markup: str | bytes, content_type: str, reason: str) -> None:
    assert refused(markup, content_type=content_type) == reason


def test_a_consent_host_is_a_gate_whatever_it_says() -> None:
    assert "consent" in refused(page(f"<article>{PARAGRAPHS}</article>"), url="https://consent.news.example/?to=x")


def test_an_article_about_a_gate_is_an_article() -> None:
    head = '<title>Just a moment: why checks for robots fail</title><meta property="og:type" content="article">'
    assert read(page(f"<article>{PARAGRAPHS}</article>", head=head)).text == TEXT


# ── hostile pages ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 20_000 + f"<p>{FIRST}" + "</div>" * 20_000,
        "<div " + " ".join(f"a{i}=1" for i in range(60_000)) + f"><p>{FIRST}</p></div>",
        "<table>" * 100 + "<tr><td>abc def</td></tr>" * 500,
        "<a href=//x.example/>a" * 1_000,
        "<![CDATA[" * 5_000,
        "<" * 100_000,
        "&amp;" * 50_000,
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 20_000,
    ],
    ids=["nested", "attributes", "tables", "links", "cdata", "angles", "entities", "emoji"],
)
def test_a_hostile_page_gives_text_or_a_reason(markup: str) -> None:
    found = read_article(f"<html><body>{markup}".encode(), url=URL, content_type="text/html")
    assert isinstance(found, Article | NotAFeed)
