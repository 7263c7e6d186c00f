"""robots.txt: who is meant, what is allowed, and what broken or hostile files do."""

from __future__ import annotations

from itertools import product
from string import ascii_lowercase

import pytest

from bot.sources.robots import MAX_CRAWL_DELAY, MAX_SIZE, Permission, Robots, robots_url
from tests.effort import processor_seconds

SITE = "https://news.example"


def allowed(text: str | bytes, path: str, agent: str = "rackwatch") -> bool:
    body = text.encode() if isinstance(text, str) else text
    return Robots.read(body, 200).allows(SITE + path, agent).granted


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Permission.ALLOWED),
        (204, Permission.ALLOWED),
        (302, Permission.NO_ROBOTS),
        (401, Permission.NO_ROBOTS),
        (403, Permission.NO_ROBOTS),
        (404, Permission.NO_ROBOTS),
        (410, Permission.NO_ROBOTS),
        (500, Permission.UNREACHABLE),
        (503, Permission.UNREACHABLE),
        (100, Permission.UNREACHABLE),
        (None, Permission.UNREACHABLE),
    ],
)
def test_the_answer_decides_where_there_are_no_rules(status: int | None, expected: Permission) -> None:
    robots = Robots.read(None, status)
    assert robots.allows(f"{SITE}/a") is expected
    assert robots.allows(f"{SITE}/a").granted is (expected is not Permission.UNREACHABLE)
    assert robots.crawl_delay() is None


def test_rules_in_an_error_page_do_not_count() -> None:
    assert Robots.read(b"User-agent: *\nDisallow: /", 404).allows(f"{SITE}/a") is Permission.NO_ROBOTS
    assert Robots.read(b"User-agent: *\nAllow: /", 500).allows(f"{SITE}/a") is Permission.UNREACHABLE


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("Disallow: /", "/a", False),
        ("Disallow:", "/a", True),
        ("Disallow: /private", "/private/a", False),
        ("Disallow: /private", "/privately", False),
        ("Disallow: /private/", "/private", True),
        ("Disallow: /a", "/A", True),
        # The longest match decides, whatever the order; an equal one allows.
        ("Disallow: /news\nAllow: /news/public", "/news/public/1", True),
        ("Allow: /news/public\nDisallow: /news", "/news/1", False),
        ("Disallow: /news/public/draft\nAllow: /news/public", "/news/public/draft-1", False),
        ("Disallow: /page\nAllow: /page", "/page", True),
        ("Allow: /page\nDisallow: /page", "/page", True),
        ("Disallow: /\nAllow: /$", "/", True),
        ("Disallow: /\nAllow: /$", "/a", False),
        # Wildcards.
        ("Disallow: /*.pdf$", "/a/b.pdf", False),
        ("Disallow: /*.pdf$", "/a/b.pdf?x=1", True),
        ("Disallow: /*.pdf", "/a/b.pdf?x=1", False),
        ("Disallow: /*/print", "/2026/print", False),
        ("Disallow: /*?*sort=", "/list?page=2&sort=asc", False),
        ("Disallow: /*?*sort=", "/list?page=2", True),
        ("Disallow: *", "/a", False),
        ("Disallow: /a$b", "/a$b", False),
        # Percent-encoding says the same as the letter.
        ("Disallow: /übersicht", "/%C3%BCbersicht", False),
        ("Disallow: /%C3%BCbersicht", "/übersicht", False),
        ("Disallow: /%7Ejoe/", "/~joe/a", False),
        ("Disallow: /数据", "/%E6%95%B0%E6%8D%AE", False),
        ("Disallow: /a%2Fb", "/a/b", True),
        # The file itself is never forbidden.
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /a # not the whole site", "/b", True),
    ],
)
def test_the_rules_are_read_as_the_standard_says(rules: str, path: str, expected: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}\n", path) is expected


TWO_GROUPS = "User-agent: *\nDisallow: /\n\nUser-agent: rackwatch\nDisallow: /private\n"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (TWO_GROUPS, "/news", True),
        (TWO_GROUPS, "/private/1", False),
        (TWO_GROUPS.replace("rackwatch", "RackWatch"), "/news", True),
        (TWO_GROUPS.replace("rackwatch", "rackwatch/1.0"), "/news", True),
        (TWO_GROUPS.replace("rackwatch", "rackwatch # ours"), "/news", True),
        (TWO_GROUPS.replace("User-agent: r", "USERAGENT :r"), "/news", True),
        # Another's name that is a part of ours, or contains it, is not ours.
        (TWO_GROUPS.replace("rackwatch", "rack"), "/news", False),
        (TWO_GROUPS.replace("rackwatch", "my-rackwatch"), "/news", False),
        (TWO_GROUPS.replace("rackwatch", "watch"), "/news", False),
        # Several names over one group; two groups with one name; an empty group of our own.
        ("User-agent: googlebot\nUser-agent: rackwatch\nDisallow: /\n", "/a", False),
        ("User-agent: googlebot\nSitemap: https://x.example/s\nUser-agent: rackwatch\nDisallow: /\n", "/a", False),
        (
            "User-agent: rackwatch\nDisallow: /a\nUser-agent: *\nAllow: /\nUser-agent: rackwatch\nDisallow: /b",
            "/b",
            False,
        ),
        (
            "User-agent: rackwatch\nDisallow: /a\nUser-agent: *\nAllow: /\nUser-agent: rackwatch\nDisallow: /b",
            "/a",
            False,
        ),
        ("User-agent: rackwatch\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "/a", True),
        # Rules before any name are nobody's.
        ("Disallow: /\nUser-agent: googlebot\nDisallow: /b", "/a", True),
    ],
)
def test_the_group_that_is_meant_for_us_counts_and_no_other(text: str, path: str, expected: bool) -> None:
    assert allowed(text, path) is expected


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n",
        b"User-agent: *\r\nDisallow: /\r\n",
        b"User-agent: *\rDisallow: /\r",
        b"User-agent: *\n\n\nDisallow: /",
        b"  user-AGENT :  *  \n\tdisallow :  /  ",
        b"# \xff\xfe broken bytes\nUser-agent: *\nDisallow: /\n",
        b"User-agent: *\nDissallow: /\n",
    ],
)
def test_marks_line_ends_and_small_mistakes_do_not_open_a_closed_site(body: bytes) -> None:
    assert not allowed(body, "/a")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"\x00\xff" * 500,
        b"<!doctype html><html><body><h1>Not found</h1><p>User-agent: * Disallow: /</p></body></html>",
        b'{"error": "no such page"}',
        b"Sitemap: https://news.example/sitemap.xml\n",
        b"User-agent:\nDisallow: /\n",
    ],
)
def test_a_file_without_rules_allows_everything(body: bytes) -> None:
    assert allowed(body, "/a")


def test_the_first_500_kib_count_and_half_a_line_does_not() -> None:
    head = b"User-agent: *\nDisallow: /first\n"
    filler = b"# " + b"x" * 97 + b"\n"
    cut = MAX_SIZE - len(head)
    body = head + filler * (cut // 100)
    body += b"#" * (MAX_SIZE - len(body) - 13) + b"\nDisallow: /private\nDisallow: /last\n" + filler * 5_000
    assert len(body) > 1_000_000
    assert not allowed(body, "/first")
    assert allowed(body, "/private")
    assert allowed(body, "/last")


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\n" * 18_000 + b"Disallow: /a\n" * 18_000,
        b"".join(b"User-agent: %s\n" % "".join(name).encode() for name in product(ascii_lowercase, repeat=3))
        + b"Allow: /a\n" * 18_000,
        b"User-agent: *\nDisallow: /" + b"*a" * 100_000,
        b"User-agent: *\n" + "".join(f"Allow:/ü{i}$*\n" for i in range(30_000)).encode(),
        b" \n" * 250_000,
    ],
    ids=["one name again and again", "many names over many rules", "wildcards", "many awkward rules", "no lines"],
)
def test_a_hostile_file_costs_little(body: bytes) -> None:
    def asked() -> None:
        Robots.read(body, 200).allows(f"{SITE}/{'a' * 2_000}b")

    assert processor_seconds(asked, enough=0.5) < 0.5


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Crawl-delay: 10", 10.0),
        ("crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 86400", MAX_CRAWL_DELAY),
        ("Crawl-delay: -1", None),
        ("Crawl-delay: nan", None),
        ("Crawl-delay: soon", None),
        ("Disallow: /a", None),
    ],
)
def test_a_crawl_delay_is_granted_up_to_a_minute(line: str, seconds: float | None) -> None:
    assert Robots.read(f"User-agent: *\n{line}\n".encode(), 200).crawl_delay() == seconds


def test_a_crawl_delay_for_another_agent_is_not_ours() -> None:
    robots = Robots.read(b"User-agent: googlebot\nCrawl-delay: 5\n\nUser-agent: rackwatch\nDisallow: /a\n", 200)
    assert robots.crawl_delay() is None
    assert robots.crawl_delay("googlebot") == 5


@pytest.mark.parametrize(
    ("url", "robots"),
    [
        ("https://news.example/2026/a.html?x=1#top", "https://news.example/robots.txt"),
        ("http://News.Example:8080", "http://news.example:8080/robots.txt"),
        ("https://user:secret@news.example/a", "https://news.example/robots.txt"),
        ("http://[2001:db8::1]:81/a", "http://[2001:db8::1]:81/robots.txt"),
    ],
)
def test_the_file_stands_at_the_root_of_the_site(url: str, robots: str) -> None:
    assert robots_url(url) == robots


@pytest.mark.parametrize("url", ["ftp://news.example/a", "news.example/a", "https:///a", ""])
def test_what_is_no_web_address_has_no_robots(url: str) -> None:
    with pytest.raises(ValueError, match="not a web address"):
        robots_url(url)
