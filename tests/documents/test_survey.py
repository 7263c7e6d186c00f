"""What a page offers: its feeds, and the selectors of its list."""

from __future__ import annotations

import pytest

from bot.documents.entries import NotAFeed, PageReport
from bot.documents.handles import is_readable
from bot.documents.listing import parse_page
from bot.documents.survey import MAX_PROPOSALS, survey_page
from tests.documents.pages import BIG_FOOTER, BIG_NAV, FOOTER, NAV, SHAPES, Shape

URL = "https://works.example/"


def survey(page: bytes | str, *, url: str = URL) -> PageReport:
    body = page if isinstance(page, bytes) else page.encode()
    found = survey_page(body, url=url, content_type="text/html; charset=utf-8")
    assert isinstance(found, PageReport), found
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_first_proposal_gives_the_items_that_a_reader_sees(shape: Shape) -> None:
    best = survey(shape.page()).proposals[0]
    first = best.examples[0]
    assert (best.found, first.title, first.url) == (shape.found, shape.title, f"https://works.example{shape.path}")
    if shape.day:
        assert first.published_at is not None
        assert first.published_at.date().isoformat() == shape.day


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_examples_are_what_the_proposed_selectors_give_later(shape: Shape) -> None:
    report = survey(shape.page())
    assert len(report.proposals) <= MAX_PROPOSALS
    for proposal in report.proposals:
        parsed = parse_page(shape.page(), url=URL, content_type="text/html", options=proposal.options)
        assert not isinstance(parsed, NotAFeed)
        assert parsed.entries[:5] == proposal.examples
        assert not any(name in selector for selector in proposal.options.values() for name in ("css-", "sc-", "post-"))


def test_no_two_proposals_give_the_same_links() -> None:
    wrapped = "".join(
        f'<li class="entry"><div class="box"><h3 class="head"><a class="go" href="/n/{n}">'
        f"A headline with number {n}</a>"
        "</h3></div></li>"
        for n in range(8)
    )
    report = survey(f"<html><body><ul class='news'>{wrapped}</ul>{NAV}</body></html>")
    links = [{entry.url for entry in proposal.examples} for proposal in report.proposals]
    assert links
    assert all(not one & other for number, one in enumerate(links) for other in links[number + 1 :])


def test_a_page_without_a_list_has_no_proposals() -> None:
    assert survey('<html><body><p>Only <a href="/a">one link</a> here.</p></body></html>').proposals == ()


@pytest.mark.parametrize(
    "content",
    [
        '<div id="root"></div><script src="/app.js"></script>',
        '<h1>Our one opening</h1><div class="job"><a href="/jobs/1">Electrician for server halls</a></div>',
        "<ul class='jobs'>" + "".join(f"<li>Electrician for server hall {n}</li>" for n in range(9)) + "</ul>",
    ],
    ids=["filled by a script", "one job", "items without links"],
)
@pytest.mark.parametrize(
    "around",
    [
        (BIG_NAV, BIG_FOOTER),
        (f"<div><div>{BIG_NAV}</div></div>", f"<div>{BIG_FOOTER}</div>"),
        (BIG_NAV.replace("nav", "div").replace("top", "main-menu"), f'<div class="footer">{BIG_FOOTER[8:-9]}</div>'),
        (f'<div id="header"><ul>{BIG_NAV[18:-11]}</ul></div>', FOOTER),
        (NAV, FOOTER),
    ],
    ids=["tags", "wrapped", "classes", "header", "small"],
)
def test_a_page_that_only_repeats_links_around_its_content_has_no_proposals(
    content: str, around: tuple[str, str]
) -> None:
    assert survey(f"<html><body>{around[0]}{content}{around[1]}</body></html>").proposals == ()


def test_links_among_menus_are_proposed_without_the_menus() -> None:
    teasers = "".join(f'<li><a href="/long/{n}">A long read on the works, {n}</a></li>' for n in range(30))
    items = "".join(f'<li class="notice"><a href="/n/{n}">A notice about the works, {n}</a></li>' for n in range(30))
    page = f"<html><body>{NAV}<ul>{teasers}</ul><div><ul>{items}</ul></div>{FOOTER}</body></html>"
    for proposal in survey(page).proposals:
        assert {entry.url.split("/")[3] for entry in proposal.examples} <= {"n", "long"}


def test_results_that_differ_in_the_query_are_proposed_where_nothing_else_is() -> None:
    jobs = "".join(f'<li><a href="/jobs?id={n}">Electrician for hall {n}</a></li>' for n in range(9))
    report = survey(f"<html><body>{BIG_NAV}<ul>{jobs}</ul>{BIG_FOOTER}</body></html>", url=f"{URL}jobs/")
    assert report.proposals[0].found == 9


def test_feeds_that_the_page_states_come_first_and_their_comments_last() -> None:
    report = survey(
        f"""<html><head><title>Blog</title>
        <link rel="alternate" type="application/rss+xml" title="Blog » Comments" href="/comments/feed/">
        <link rel="alternate" type="application/rss+xml" title="Blog" href="/feed/">
        <link rel="Alternate" type="application/atom+xml" href="https://feeds.example/atom">
        <link rel="alternate" type="application/feed+json" title="JSON" href="feed.json">
        <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
        <link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" type="text/css" href="/feed.css">
        </head><body><a href="/feed/">RSS</a> <a href="/en/rss.xml">News by RSS</a> <a href="/feedback">Feedback</a>
        <a href="javascript:feed()">x</a>{FOOTER}</body></html>"""
    )
    assert report.title == "Blog"
    assert [(feed.url, feed.stated) for feed in report.feeds] == [
        ("https://works.example/feed/", True),
        ("https://feeds.example/atom", True),
        ("https://works.example/feed.json", True),
        ("https://works.example/comments/feed/", True),
        ("https://works.example/en/rss.xml", False),
    ]
    assert [feed.title for feed in report.feeds][0::4] == ["Blog", "News by RSS"]


@pytest.mark.parametrize(
    ("link", "is_feed"),
    [
        ("/feed", True),
        ("/blog/rss/", True),
        ("/index.rss", True),
        ("/news.atom", True),
        ("/xml/rss_news.xml", True),
        ("/feeds/all.xml", True),
        ("/?feed=rss2", True),
        ("/sitemap.xml", False),
        ("/feedback", False),
        ("/blog/what-is-rss/", False),
        ("/atomic-power", False),
        ("mailto:rss@works.example", False),
    ],
)
def test_a_link_is_guessed_to_be_a_feed_by_its_address(link: str, *, is_feed: bool) -> None:
    assert bool(survey(f'<html><body><a href="{link}">x</a></body></html>').feeds) is is_feed


def test_at_most_ten_guesses_and_none_that_does_not_stand_on_the_page() -> None:
    assert len(survey("".join(f'<p><a href="/c{n}/feed">c</a></p>' for n in range(50))).feeds) == 10
    assert survey("<html><body><p>A blog without links</p></body></html>").feeds == ()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "a feed; use kind 'feed'"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
        (b"%PDF-1.7 ...", "PDF"),
    ],
)
def test_what_is_no_page_says_what_it_is(body: bytes, reason: str) -> None:
    found = survey_page(body, url=URL, content_type="")
    assert isinstance(found, NotAFeed)
    assert reason in found.reason


@pytest.mark.parametrize(
    "body",
    [
        "<div class=a>" * 3000 + "".join(f"<a href=/{n}>A headline {n} of a kind</a>" for n in range(50)),
        "".join(
            f"<o:p class='x.y &quot;z&quot;' id='1 2'><a href='/{n}'>A headline {n} of a kind</a></o:p>"
            for n in range(5)
        ),
        "<a href='http://[broken'>A headline that leads nowhere</a>" * 5,
        "<table><tr><td><a href=/1>" * 30,
    ],
)
def test_a_broken_page_is_surveyed_without_an_error(body: str) -> None:
    assert survey(f"<html><body>{body}").title == ""


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("job-row", True),
        ("teaserTitle", True),
        ("c-teaser__title", True),
        ("jobs", True),
        ("css-1x2y3z", False),
        ("css-ipuxyz", False),
        ("kMxYzQ", False),
        ("sc-bdVaJa", False),
        ("post-123", False),
        ("flex", False),
        ("text-sm", False),
        ("odd", False),
    ],
)
def test_names_that_people_gave_are_told_from_names_that_a_build_made(name: str, *, readable: bool) -> None:
    assert is_readable(name) is readable
