"""OPML: what other feed readers write, and what nobody should, gives feeds and clear messages."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.opml import MAX_PROBLEMS, OpmlFeed, one_line, read_opml, tag_of, write_opml
from bot.sources.opml_outlines import MAX_OPML, MAX_OUTLINES
from rules.problems import Severity
from tests.effort import processor_seconds
from tests.world import SHARED

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

LIST = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>My feeds</title></head>
  <body>
    <outline text="Top" type="rss" xmlUrl="https://top.example/feed" htmlUrl="https://top.example/"/>
    <outline text="Big Tech">
      <outline text="Chips &amp; Co" title="ignored" type="rss" xmlUrl="https://chips.example/rss?a=1&amp;b=2"/>
      <outline title="Größe">
        <outline title="Nested" xmlUrl="https://nested.example/atom.xml"/>
      </outline>
    </outline>
  </body>
</opml>
"""


def listed(*outlines: str) -> str:
    return f'<opml version="2.0"><body>{"".join(outlines)}</body></opml>'


def urls(text: str | bytes) -> list[str]:
    return [feed.url for feed in read(text)]


def read(text: str | bytes) -> tuple[OpmlFeed, ...]:
    return read_opml(text if isinstance(text, bytes) else text.encode(), "list.opml").feeds


def complaints(text: str | bytes) -> list[str]:
    problems = read_opml(text if isinstance(text, bytes) else text.encode(), "list.opml").problems
    return [str(problem) for problem in problems]


def test_folders_are_tags_and_every_feed_knows_its_line() -> None:
    contents = read_opml(LIST.encode(), "list.opml")
    assert contents.problems == ()
    assert contents.feeds == (
        OpmlFeed(url="https://top.example/feed", title="Top", site="https://top.example/"),
        OpmlFeed(url="https://chips.example/rss?a=1&b=2", title="Chips & Co", tags=("big-tech",)),
        OpmlFeed(url="https://nested.example/atom.xml", title="Nested", tags=("big-tech", "größe")),
    )
    assert [feed.line for feed in contents.feeds] == [5, 7, 9]


ONE = "<outline type='rss' text='{text}' xmlUrl='{url}'/>"
READ_ANYWAY = [
    ('<outline XMLURL="https://a.example/f"/>', OpmlFeed(url="https://a.example/f")),
    ('<OUTLINE xmlurl="https://a.example/f" TEXT="T"/>', OpmlFeed(url="https://a.example/f", title="T")),
    ('<outline text="" title="T" xmlUrl="https://a.example/f"/>', OpmlFeed(url="https://a.example/f", title="T")),
    ('<outline type="rss" url="https://a.example/f"/>', OpmlFeed(url="https://a.example/f")),
    (
        '<outline text="\n  a\n  b " xmlUrl="\n https://a.example/f "/>',
        OpmlFeed(url="https://a.example/f", title="a b"),
    ),
    ('<outline xmlUrl="https://a.example/a b"/>', OpmlFeed(url="https://a.example/a%20b")),
    ('<outline xmlUrl="https://a.example/?x=1&y=2&copy=3"/>', OpmlFeed(url="https://a.example/?x=1&y=2&copy=3")),
    ('<outline xmlUrl="https://a.example/?x=1&amp;amp;y"/>', OpmlFeed(url="https://a.example/?x=1&y")),
    (ONE.format(text="caf&eacute;&nbsp;&#8211; a", url="https://a.example"), "café – a"),
    (ONE.format(text="Tom &amp;amp; Jerry &amp;quot;", url="https://a.example"), 'Tom & Jerry "'),
    (ONE.format(text="arch&nosuchname;ology", url="https://a.example"), "arch&nosuchname;ology"),
    (ONE.format(text="a\x0bb&#0;", url="https://a.example"), "a b\ufffd"),
    (ONE.format(text="AT&T", url="https://a.example"), "AT&T"),
    (ONE.format(text="x < y", url="https://a.example"), "x < y"),
    ("<outline text=plain xmlUrl=https://a.example/f type=rss />", OpmlFeed(url="https://a.example/f", title="plain")),
    ('<outline xmlUrl="feed:https://a.example/f"/>', OpmlFeed(url="https://a.example/f")),
    ('<outline xmlUrl="feed://a.example/f"/>', OpmlFeed(url="http://a.example/f")),
    (
        '<outline category="/News/Big Tech,tech,, ," xmlUrl="https://a.example"/>',
        OpmlFeed(url="https://a.example", tags=("news", "big-tech", "tech")),
    ),
    (
        '<outline text="A"><outline text="a"><outline category="a" xmlUrl="https://a.example"/></outline></outline>',
        OpmlFeed(url="https://a.example", tags=("a",)),
    ),
    ('<outline htmlUrl="javascript:x" xmlUrl="https://a.example"/>', OpmlFeed(url="https://a.example")),
]


@pytest.mark.parametrize(("outline", "expected"), READ_ANYWAY)
def test_what_other_programs_write_is_understood(outline: str, expected: OpmlFeed | str) -> None:
    (feed,) = read(listed(outline))
    assert (feed.title if isinstance(expected, str) else feed) == expected


UNUSABLE = [
    ('<outline text="T" type="rss"/>', "1:27: 'T': no address of a feed (xmlUrl) can be read here"),
    ('<outline type="rss" xmlUrl="" htmlUrl="https://t.example/"/>', "rackwatch sources add https://t.example/"),
    ('<outline type="include" text="More" url="https://t.example/more"/>', "warning: 'More': another list"),
    ('<outline xmlUrl="t.example/feed"/>', "lacks https:// or http:// (write https://t.example/feed)"),
    ('<outline xmlUrl="//t.example/feed"/>', "write https://t.example/feed"),
    ('<outline xmlUrl="t.example:80/feed"/>', "write https://t.example:80/feed"),
    ('<outline xmlUrl="file:///etc/passwd"/>', "begins with 'file:' cannot be fetched"),
    ('<outline xmlUrl="javascript:alert(1)"/>', "begins with 'javascript:'"),
    ('<outline xmlUrl="feed:t.example/feed"/>', "begins with 'feed:'"),
    ('<outline xmlUrl="https://me:hunter2@t.example/"/>', "carries a user name or password"),
    ('<outline xmlUrl="http://[::1/feed"/>', "the address is not valid"),
    ('<outline xmlUrl="http://t.example:99999/"/>', "the address is not valid"),
    ('<outline xmlUrl="http:///feed"/>', "the address is not valid"),
    (f'<outline xmlUrl="https://t.example/{"x" * 2000}"/>', "longer than 2,000 characters"),
    ("<outline text='A node'/>", "list.opml:1:1: no feed in this file"),
    ("", "list.opml:1:1: no feed in this file"),
]


@pytest.mark.parametrize(("outline", "message"), UNUSABLE)
def test_what_cannot_be_used_is_told_and_costs_no_other_feed(outline: str, message: str) -> None:
    (alone,) = complaints(listed(outline))
    assert message in alone
    assert "hunter2" not in alone
    assert urls(listed(outline, '<outline xmlUrl="https://good.example/"/>')) == ["https://good.example/"]


def test_an_address_that_stands_twice_is_one_feed_with_all_tags() -> None:
    text = listed(
        '<outline text="A"><outline text="x" xmlUrl="https://x.example/feed"/></outline>\n',
        '<outline text="B"><outline text="x" xmlUrl="http://X.example:80/feed/#top"/></outline>',
    )
    assert read(text) == (OpmlFeed(url="https://x.example/feed", title="x", tags=("a", "b")),)
    assert complaints(text) == [
        "list.opml:2:19: warning: 'x': the same address as in line 1; its tags were added there"
    ]


BROKEN = [
    ("the end is missing", LIST[:-9], 3, "the file ends before its outlines are closed"),
    ("the end is missing inside a tag", LIST[: LIST.index("Nested")], 2, "the file ends inside a tag"),
    ("a folder is not closed", LIST.replace("      </outline>\n", ""), 3, "11:5: broken XML: this closing tag"),
    ("a quote is missing", LIST.replace('text="Top"', 'text="Top'), 3, "5:"),
    ("a quote is in a value", LIST.replace('text="Top"', 'text="To"p"'), 3, "5:23: broken XML: a sign"),
    ("an attribute is there twice", LIST.replace('text="Top"', 'text="Top" text="Top"'), 3, "attribute twice"),
    ("markup is in a value", LIST.replace('text="Top"', 'text="<a href="https://x.example/">T</a>"'), 3, "5:20"),
    ("text follows", LIST + "<more/>", 3, "14:1: broken XML: text behind the end"),
    ("a tag is left open", LIST.replace('atom.xml"/>', 'atom.xml"'), 3, "broken XML"),
    ("umlauts stand before it", LIST.replace('title="Größe"', 'title="Größe" ""'), 3, "8:30: broken XML"),
    ("blanks stand before it", "\n\n" + LIST, 3, None),
]


@pytest.mark.parametrize(("text", "feeds", "message"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_file_keeps_its_good_outlines(text: str, feeds: int, message: str | None) -> None:
    contents = read_opml(text.encode(), "list.opml")
    assert len(contents.feeds) == feeds
    if message is None:
        assert contents.problems == ()
    else:
        assert message in str(contents.problems[0])


def test_bare_ampersands_are_told_once_with_the_place_of_the_first() -> None:
    text = LIST.replace("&amp;", "&").replace("Größe", "größer & größer")
    assert [feed.url for feed in read(text)] == urls(LIST)
    (problem,) = complaints(text)
    assert problem.startswith("list.opml:7:28: warning: '&' stands alone (3 times, the first one here);")


OTHERS = [
    (b"", "the file is empty"),
    (b" \n", "the file is empty"),
    (b"<!DOCTYPE html><html><body>Log in</body></html>", "an HTML page, not an OPML file"),
    (b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', "a feed, not a list of feeds"),
    (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "a feed, not a list of feeds"),
    (b'{"feeds": []}', "not an OPML file"),
    (b"PK\x03\x04\x00\x00\xff\xfe", "not an OPML file"),
    (b"<" * (MAX_OPML + 1), "larger than 10 MB"),
]


@pytest.mark.parametrize(("body", "message"), OTHERS)
def test_a_file_of_another_kind_is_called_by_its_name(body: bytes, message: str) -> None:
    contents = read_opml(body, "list.opml")
    assert contents.feeds == ()
    (problem,) = contents.problems
    assert message in problem.message


GERMAN = '<?xml version="1.0" encoding="{}"?>\n' + listed('<outline text="Größe" xmlUrl="https://a.example/f"/>')
ENCODED = [
    (GERMAN.format("UTF-8").encode("utf-8-sig"), False),
    (GERMAN.format("UTF-16").encode("utf-16"), False),
    (GERMAN.format("UTF-8").encode("utf-16-be"), False),
    (GERMAN.format("UTF-16").encode("utf-32"), False),
    (GERMAN.format("ISO-8859-1").encode("latin-1"), False),
    (GERMAN.format("windows-1252").encode("cp1252"), False),
    (GERMAN.format("ISO-8859-1").encode("utf-8"), False),
    (GERMAN.format("UTF-16").encode("utf-8"), False),
    (GERMAN.format("IBM850").encode("cp850"), False),
    (GERMAN.format("UTF-8").encode("latin-1"), True),
    (GERMAN.format("punycode").encode("latin-1"), True),
    (GERMAN.format("no-such-thing").encode("latin-1"), True),
]


@pytest.mark.parametrize(("body", "doubtful"), ENCODED)
def test_the_bytes_say_more_than_the_declaration(body: bytes, doubtful: bool) -> None:
    contents = read_opml(body, "list.opml")
    assert [feed.title for feed in contents.feeds] == ["Größe"]
    assert [problem.severity for problem in contents.problems] == [Severity.WARNING] * doubtful


def test_half_a_character_at_the_end_of_utf_16_is_a_doubt_not_an_error() -> None:
    assert "bytes that are not" in complaints(LIST.encode("utf-16") + b"\xd8")[0]


def test_other_scripts_and_seven_bit_encodings_are_read() -> None:
    text = '<?xml version="1.0" encoding="{}"?>' + listed('<outline text="東京" xmlUrl="https://a.example/f"/>')
    for encoding in ("iso-2022-jp", "shift_jis", "euc-jp"):
        assert [feed.title for feed in read(text.format(encoding).encode(encoding))] == ["東京"]


NAMES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = [
    f'<!DOCTYPE opml [<!ENTITY l0 "ha">{NAMES}]>' + listed('<outline text="&l9;" xmlUrl="https://a.example/f"/>'),
    '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    + listed('<outline text="&x;" xmlUrl="https://a.example/f"/>'),
    '<!DOCTYPE opml [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>'
    + listed('<outline text="&x;" xmlUrl="https://a.example/f"/>'),
    '<!DOCTYPE opml [<!ATTLIST outline xmlUrl CDATA "https://evil.example/">]>'
    + listed('<outline text="&x;"/>', '<outline text="&x;" xmlUrl="https://a.example/f"/>'),
]


@pytest.mark.parametrize("text", BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nothing_that_a_doctype_declares_is_expanded_or_opened(text: str, encoding: str) -> None:
    contents = read_opml(text.encode(encoding), "list.opml")
    assert [(feed.url, feed.title[0]) for feed in contents.feeds] == [("https://a.example/f", "&")]
    assert "declares names of its own" in contents.problems[0].message


def test_a_harmless_doctype_is_read_without_looking_anything_up() -> None:
    text = LIST.replace("<opml", '<!DOCTYPE opml SYSTEM "http://127.0.0.1:9/opml.dtd"><opml', 1)
    assert read_opml(text.encode(), "list.opml").problems == ()
    assert urls(text) == urls(LIST)


SIZE = 150_000
HOSTILE = [
    "<opml>" + "<outline text='x'>" * (SIZE // 18),
    "<opml>" + "<outline text='x'>" * 2000 + '<outline xmlUrl="https://a.example/f"/>' * 1000,
    "<opml>" + "<outline " * (SIZE // 9),
    "<opml><outline " + "a" * SIZE,
    "<opml><outline " + 'a="' * (SIZE // 3),
    "<opml><outline " + "a " * (SIZE // 2),
    "<opml>" + "<!--" * (SIZE // 4),
    "<opml>" + "<![CDATA[" * (SIZE // 9),
    "<opml>" + "<!DOCTYPE " * (SIZE // 10),
    "<opml>" + "&" * SIZE,
    "<opml><outline text='" + " " * SIZE + "'",
    f"<opml><outline category='{'a,' * (SIZE // 2)}' xmlUrl='https://a.example/f'/></opml>",
    "<opml>" + "<?xml " * (SIZE // 6),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_files_take_time_in_proportion(text: str) -> None:
    def read() -> None:
        assert len(read_opml(text.encode(), "list.opml").problems) <= MAX_PROBLEMS

    assert processor_seconds(read, enough=1.5) < 1.5  # quadratic ones take minutes


def test_problems_and_outlines_are_bounded() -> None:
    text = listed('<outline type="rss"/>' * (MAX_PROBLEMS + 5))
    found = complaints(text)
    assert len(found) == MAX_PROBLEMS
    assert found[-1].endswith("6 more problems")
    assert f"more than {MAX_OUTLINES:,} outlines" in complaints(listed("<outline/>" * (MAX_OUTLINES + 1)))[0]


TAGS = [
    ("Big Tech", "big-tech"),
    ("News & Politics!", "news-politics"),
    ("Größe", "größe"),
    ("  数据 中心 ", "数据-中心"),
    ("समाचार", "समाचार"),
    ("C++/C#", "c-c"),
    ("***", ""),
]


@pytest.mark.parametrize(("name", "tag"), TAGS)
def test_a_folders_name_becomes_a_tag(name: str, tag: str) -> None:
    assert tag_of(name) == tag


def test_a_list_is_written_for_other_programs() -> None:
    feeds = [
        OpmlFeed(
            url="https://b.example/?a=1&b=2", title='B "quoted" & <b>', site="https://b.example/", tags=("z", "a")
        ),
        OpmlFeed(url="https://a.example/feed"),
    ]
    text = write_opml(feeds, "rackwatch & co", NOW.astimezone(timezone(timedelta(hours=2))))
    root = ET.fromstring(text)
    assert root.get("version") == "2.0"
    assert [root.findtext("head/title"), root.findtext("head/dateCreated")] == [
        "rackwatch & co",
        "Sun, 01 Mar 2026 12:00:00 GMT",
    ]
    folder, single = root.findall("body/outline")
    assert folder.attrib == {"text": "a", "title": "a"}
    assert folder[0].attrib == {
        "type": "rss",
        "text": 'B "quoted" & <b>',
        "title": 'B "quoted" & <b>',
        "xmlUrl": "https://b.example/?a=1&b=2",
        "htmlUrl": "https://b.example/",
        "category": "/a,/z",
    }
    assert single.attrib == {"type": "rss", "text": "https://a.example/feed", "xmlUrl": "https://a.example/feed"}


titles = (st.text(max_size=30) | st.sampled_from(["&amp;", "&#38;lt;", "]]>", "<a href='x'>", "&nbsp;&"])).map(one_line)
tags = st.lists(st.text(max_size=8).map(tag_of).filter(bool), max_size=3, unique=True)
feed_lists = st.lists(
    st.builds(
        lambda number, query, title, tags: OpmlFeed(
            url=f"https://h{number}.example/{query}", title=title, tags=tuple(sorted(tags))
        ),
        st.integers(0, 99),
        st.sampled_from(["", "?a=1&b=2", "?a=%26&amp;b", "ü/'"]),
        titles,
        tags,
    ),
    max_size=4,
    unique_by=lambda feed: feed.url.split("/")[2],
)


@given(feed_lists, titles)
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_back(feeds: list[OpmlFeed], title: str) -> None:
    text = write_opml(feeds, title, NOW)
    ET.fromstring(text)
    contents = read_opml(text.encode(), "list.opml")
    assert sorted(contents.feeds, key=lambda feed: feed.url) == sorted(feeds, key=lambda feed: feed.url)
    assert contents.problems == () or not feeds


@given(st.text("<>/\"'&; =!-[]?\nabc", max_size=40), st.integers(0, len(LIST)))
@settings(max_examples=50, deadline=None)
def test_damage_never_costs_an_outline_that_stands_before_it(damage: str, at: int) -> None:
    contents = read_opml((LIST[:at] + damage + LIST[at:]).encode(), "list.opml")
    ends = [LIST.index(mark) for mark in ('example/"/>', '2"/>', 'atom.xml"/>')]
    whole = [feed.url for feed, end in zip(read(LIST), ends, strict=True) if end + 12 <= at]
    assert [feed.url for feed in contents.feeds][: len(whole)] == whole


@pytest.mark.skipif(not (SHARED / "opml").is_dir(), reason="the real lists are not here")
def test_every_real_list_gives_feeds_or_says_why_not() -> None:
    files = sorted((SHARED / "opml").iterdir())
    for file in files:
        contents = read_opml(file.read_bytes(), file.name)
        assert contents.feeds or contents.problems, file.name
        claimed = file.read_text(encoding="utf-8", errors="replace").lower().count('xmlurl="http')
        twice = sum("the same address" in problem.message for problem in contents.problems)
        assert len(contents.feeds) + twice == claimed, file.name
    assert len(files) == 32
