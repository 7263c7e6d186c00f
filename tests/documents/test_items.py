"""Items that are known are not read again, and nobody can tell from the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.items import find_items
from bot.documents.xml_names import TEXT_MARKUP
from tests.documents.feed_pieces import (
    ITUNES,
    MEDIA,
    URL,
    assert_short_way_is_whole,
    atom,
    atom_entry,
    item,
    look,
    rss,
)

XHTML = "<div xmlns='http://www.w3.org/1999/xhtml'>{}</div>"
CONTENT_NS = " xmlns:content='http://purl.org/rss/1.0/modules/content/'"
RDF = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
    "<channel rdf:about='https://news.example/'><title>News</title><items><rdf:Seq>{}</rdf:Seq></items></channel>{}"
    "</rdf:RDF>"
)


def rdf(items: Sequence[str]) -> bytes:
    listed = "".join(f"<rdf:li rdf:resource='https://news.example/{number}'/>" for number in range(len(items)))
    return RDF.format(listed, "".join(items)).encode()


def rdf_item(number: int) -> str:
    return (
        f"<item rdf:about='https://news.example/{number}'><title>Story {number}</title>"
        f"<link>https://news.example/{number}</link><description>Text</description></item>"
    )


def strange_rss(inside: str, **around: str) -> Callable[[int], bytes]:
    """Of the three items the middle one is strange; with 2, the first of them is still to come."""
    return lambda count: rss([item(1), item(2, inside), item(3)][-count:], **around)


def strange_atom(inside: str, **around: str) -> Callable[[int], bytes]:
    return lambda count: atom([atom_entry(1), atom_entry(2, inside), atom_entry(3)][-count:], **around)


SAFE: dict[str, Callable[[int], bytes]] = {
    "an end tag in CDATA": strange_rss("<description><![CDATA[</item><item>]]></description>"),
    "an item in a comment": strange_rss("<description>a</description><!-- <item><guid>x</guid></item> -->"),
    "an end tag in an instruction": strange_rss("<description>a</description><?note </item> ?>"),
    "a comment between items": strange_rss("<description>a</description>", head="<!-- <item> -->"),
    "attributes on the item": lambda count: rss(
        [item(n).replace("<item>", "<item id='>'>") for n in range(3)][-count:]
    ),
    "white space in end tags": lambda count: rss([item(n).replace("</item>", "</item\n >") for n in range(3)][-count:]),
    "upper-case tags": lambda count: rss([item(n).replace("item>", "ITEM>") for n in range(3)][-count:]),
    "a prefix for everything": lambda count: (
        atom([atom_entry(n) for n in range(3)][-count:])
        .replace(b"</", b"</a:")
        .replace(b"<", b"<a:")
        .replace(b"<a:/", b"</")
        .replace(b"<a:?", b"<?")
        .replace(b"xmlns=", b"xmlns:a=")
    ),
    "xml:base on an entry": lambda count: atom(
        [atom_entry(n).replace("<entry>", f"<entry xml:base='https://{n}.example/'>") for n in range(3)][-count:]
    ),
    "xml:base and xml:lang on the root": strange_atom("", root=" xml:base='https://b.example/x/' xml:lang='de-AT'"),
    "xml:lang on an entry": lambda count: atom(
        [atom_entry(n).replace("<entry>", "<entry xml:lang='pl'>") for n in range(3)][-count:], root=" xml:lang='de'"
    ),
    "a language of the feed": strange_rss("", head="<language>de</language>"),
    "a language behind the items": strange_rss("", tail="<language>de</language>"),
    "XHTML of HTML 5": strange_atom(
        "<content type='xhtml'>" + XHTML.format("<details><summary>s</summary>a</details>") + "</content>"
    ),
    "HTML that was not escaped": strange_rss("<description>a <p>b <em>c</em></p></description>"),
    "a namespace declared on an element": strange_rss(
        f"<description>a</description><media:group xmlns:media='{MEDIA}'><media:title>t</media:title></media:group>"
    ),
    "a description inside media:content": strange_rss(
        "<m:content url='u'><m:description>d</m:description></m:content>", root=f" xmlns:m='{MEDIA}'"
    ),
    "a source with a title": strange_atom("<source><id>s</id><title>Other</title></source><summary>a</summary>"),
    "an image in an item": strange_rss("<image><url>u</url><title>i</title></image><description>a</description>"),
    "a podcast that tells its summary first": strange_rss(
        "<description>short</description><itunes:summary>much longer</itunes:summary>",
        root=f" xmlns:itunes='{ITUNES}'",
        head="<itunes:summary>About</itunes:summary><description>About us</description>",
    ),
    "RDF": lambda count: rdf([rdf_item(n) for n in range(3)][-count:]),
    "a byte order mark": lambda count: b"\xef\xbb\xbf" + strange_rss("<description>ä</description>")(count),
    "an item without anything": lambda count: rss([item(1), "<item></item>", item(3)][-count:]),
}


@pytest.mark.parametrize("shape", SAFE)
def test_a_new_item_before_strange_but_harmless_ones_is_the_only_one_read(shape: str) -> None:
    build = SAFE[shape]
    second = assert_short_way_is_whole(build(2), build(3))
    assert second.found == 3
    # A podcast's first item is read differently from the others, so the one that was first counts as changed.
    assert second.skipped == (1 if "podcast" in shape else 2)


@pytest.mark.parametrize("shape", SAFE)
def test_nothing_is_read_where_nothing_is_new(shape: str) -> None:
    body = SAFE[shape](3)
    second = assert_short_way_is_whole(body, body)
    assert (second.skipped, second.entries) == (3, ())


DOUBTFUL: dict[str, Callable[[int], bytes]] = {
    "an entity of its own": lambda count: strange_rss("<description>&firm;</description>")(count).replace(
        b"<rss", b'<!DOCTYPE rss [\n<!ENTITY firm "Acme">\n]>\n<rss'
    ),
    "an unescaped ampersand": strange_rss("<description>AT&T</description>"),
    "something behind the end": lambda count: strange_rss("")(count) + b"<p>garbage",
    "something before the declaration": lambda count: b"\n" + strange_rss("")(count),
    "an item that closes itself": lambda count: rss([item(1), "<item/>", item(3)][-count:]),
    "an item inside an item": strange_rss("<item><guid>inner</guid></item>"),
    "a feed inside an item": strange_rss("<description>a</description><feed xml:lang='ja'><id>x</id></feed>"),
    "items beside the channel, in something else": lambda count: rss([]).replace(
        b"</channel>", f"</channel><more>{''.join(item(n) for n in range(3)[-count:])}</more>".encode()
    ),
    "an item beside the channel": lambda count: rss([item(1), item(2)][-count:]).replace(
        b"</channel>", f"</channel>{item(3)}".encode()
    ),
    "two channels": lambda count: rss([item(1), item(2)][-count:]).replace(
        b"</channel>", f"</channel><channel>{item(3)}</channel>".encode()
    ),
    "an element between items": lambda count: rss([item(1), item(2), "<ttl>60</ttl>", item(3)][-count - 1 :]),
    "a div that was not escaped": strange_rss("<description><div>a</div></description>"),
    "a summary inside HTML that was not escaped": strange_rss("<description><summary>a</summary></description>"),
    "HTML inside an XML type": strange_atom("<content type='text/xml'><title>a</title></content>"),
    "two types of one text": strange_atom("<content type='xhtml' TYPE='html'><em>a</em></content>"),
    "a text by the name that feedparser gives it": strange_rss("<content_encoded><div>a</div></content_encoded>"),
    "RDF without a version": lambda count: rdf([rdf_item(n) for n in range(3)][-count:]).replace(
        b"http://purl.org/rss/1.0/", b"http://my.netscape.com/rdf/simple/0.9/"
    ),
    "an encoding in the text of a single line": lambda count: (
        strange_rss("<description><![CDATA[<?php encoding='koi8-r' ?>]]></description>")(count)
        .replace(b"\n", b"")
        .replace(b' encoding="utf-8"', b"")
    ),
    "XHTML with a drawing": strange_atom(
        "<content type='xhtml'>"
        + XHTML.format("a <svg xmlns='http://www.w3.org/2000/svg'><title>t</title></svg> b <p>c</p>")
        + "</content>"
    ),
    "XHTML with formulas": strange_atom(
        "<content type='xhtml'>"
        + XHTML.format("<math xmlns='http://www.w3.org/1998/Math/MathML'><summary/></math>")
        + "</content>"
    ),
    "a prefix that makes XHTML something else": strange_atom(
        "<content type='xhtml'>" + XHTML.format("<summary/>") + "</content>",
        root=" xmlns:xhtml='http://www.w3.org/2005/Atom'",
    ),
    "a prefix that makes media content something else": strange_rss(
        f"<m:content xmlns:m='{MEDIA}'><m:title>a</m:title></m:content>",
        root=" xmlns:media='http://www.w3.org/2005/Atom'",
    ),
    "a body of XHTML": strange_atom(
        "<content type='xhtml'><body xmlns='http://www.w3.org/1999/xhtml'>a</body></content>"
    ),
    "a prefix with another meaning in an item": strange_rss(
        "<x:y xmlns:x='urn:b'>a</x:y><description>a</description>", root=" xmlns:x='urn:a'"
    ),
    "an unknown prefix in an item": strange_rss("<x:y xmlns:x='urn:b'>a</x:y><description>a</description>"),
    "an entry of another namespace": strange_rss("<x:entry>a</x:entry>", root=" xmlns:x='urn:a'"),
    "content of a media namespace without a prefix": strange_rss(
        "<content xmlns='http://www.rssboard.org/media-rss'><title>a</title></content>"
    ),
    "a text input in an item": strange_rss(
        "<textInput><name>q</name></textInput>", head="<textInput><title>Search</title></textInput>"
    ),
    "UTF-16": lambda count: strange_rss("")(count).decode().replace("utf-8", "utf-16").encode("utf-16"),
    "an encoding that is none": lambda count: strange_rss("")(count).replace(b"utf-8", b"latin-99"),
    "bytes that the encoding has not": lambda count: strange_rss("<description>\u00e4</description>")(count).replace(
        b"\xc3\xa4", b"\xe4"
    ),
    "half a character": strange_rss("<description>&#xD83D; a</description>"),
}


@pytest.mark.parametrize("shape", DOUBTFUL)
def test_a_document_in_doubt_is_read_as_a_whole(shape: str) -> None:
    build = DOUBTFUL[shape]
    second = assert_short_way_is_whole(build(2), build(3))
    assert (second.skipped, second.marks) == (0, "")


@pytest.mark.parametrize(
    ("declared", "content_type", "sure"),
    [
        ("utf-8", "application/rss+xml", True),
        ("utf-8", "application/rss+xml; charset=UTF-8", True),
        ("utf-8", "text/xml", True),
        ("utf-8", "text/html; charset=utf-8", True),
        ("utf-8", "application/xml; charset=iso-8859-1", False),
        ("windows-1252", "application/xml", True),
        ("windows-1252", "text/xml", True),
        ("windows-1252", 'text/xml; charset="windows-1252"', True),
        ("iso-8859-15", "application/xml; charset=utf-8", False),
        ("koi8-r", "", True),
        ("shift_jis", "application/xml", False),
        ("us-ascii", "application/xml", False),
    ],
)
def test_the_encoding_must_be_beyond_doubt(declared: str, content_type: str, sure: bool) -> None:
    letters = {"koi8-r": "Дом", "shift_jis": "家"}.get(declared, "Käse")
    encoding = {"us-ascii": "utf-8"}.get(declared, declared)

    def build(numbers: Sequence[int]) -> bytes:
        text = rss([item(n, f"<description>{letters} {n}</description>") for n in numbers]).decode()
        return text.replace("utf-8", declared).encode(encoding)

    second = assert_short_way_is_whole(build([1, 2]), build([0, 1, 2]), content_type)
    assert second.skipped == (2 if sure else 0)


def test_a_text_type_without_any_encoding_is_left_to_feedparser_unless_it_is_ascii() -> None:
    plain = rss([item(1)]).replace(b' encoding="utf-8"', b"")
    assert find_items(plain, url=URL, content_type="text/xml")
    assert find_items(plain.replace(b"Text", "Töxt".encode()), url=URL, content_type="text/xml") is None


def test_without_an_absolute_address_the_whole_document_is_read() -> None:
    assert find_items(rss([item(1)]), url="", content_type="") is None


CHANGES = {
    "its title": (b"Story 2", b"Story two"),
    "its markup alone": (b"<link>https://news.example/2", b"<link >https://news.example/2"),
    "its namespace's address": (b"urn:a", b"urn:b"),
    "the feed's language": (b">de<", b">fr<"),
    "the root's language": (b"xml:lang='en'", b"xml:lang='pl'"),
    "the base of links": (b"xml:base='https://a.example/'", b"xml:base='https://b.example/'"),
    "the version": (b'version="2.0"', b'version="0.91"'),
}


@pytest.mark.parametrize("what", CHANGES)
def test_an_item_is_read_again_when_anything_that_it_depends_on_changed(what: str) -> None:
    before = rss(
        [item(1), item(2)],
        root=" xmlns:x='urn:a' xml:lang='en' xml:base='https://a.example/'",
        head="<language>de</language>",
    )
    after = before.replace(*CHANGES[what])
    assert after != before
    second = assert_short_way_is_whole(before, after)
    assert second.skipped == (1 if what.startswith(("its title", "its markup")) else 0)


def test_an_item_with_an_image_is_read_again_when_the_feed_gets_one() -> None:
    # feedparser then gives the date to the feed's image.
    items = [item(1, "<image><d:date>2026-03-02</d:date></image>"), item(2)]
    root = " xmlns:d='http://purl.org/dc/elements/1.1/'"
    before, after = rss(items, root=root), rss(items, root=root, head="<image><title>I</title></image>")
    assert look(before).entries != look(after).entries
    assert assert_short_way_is_whole(before, after).skipped == 0


def test_items_are_known_wherever_they_stand_and_whatever_else_the_head_says() -> None:
    items = [item(number) for number in range(5)]
    before = rss(items, head="<lastBuildDate>Mon, 02 Mar 2026 10:00:00 GMT</lastBuildDate><link>a</link>")
    after = rss(items[::-1], head="<lastBuildDate>Tue, 03 Mar 2026 10:00:00 GMT</lastBuildDate><link>b</link>")
    assert assert_short_way_is_whole(before, after).skipped == 5


def test_an_item_that_comes_back_is_read_again() -> None:
    first = look(rss([item(1), item(2)]))
    second = look(rss([item(2)]), marks=first.marks)
    third = look(rss([item(1), item(2)]), marks=second.marks)
    assert (second.skipped, third.skipped) == (1, 1)
    assert [entry.guid for entry in third.entries] == ["g1"]


@pytest.mark.parametrize("name", sorted(TEXT_MARKUP))
def test_feedparser_does_nothing_at_the_end_of_an_element_that_may_stand_in_texts(name: str) -> None:
    assert not hasattr(feedparser.mixin._FeedParserMixin, f"_end_{name}")  # noqa: SLF001 - the premise of the list


IN_RSS = [
    "<description>a &lt;b&gt;b&lt;/b&gt;</description>",
    "<description><![CDATA[<p>c</p></item>]]></description>",
    "<description><div>d</div></description>",
    "<description><em>e</em><source>s</source></description>",
    "<i:summary>a longer summary of it</i:summary>",
    "<content:encoded>rich</content:encoded>",
    "<source url='https://s.example/'>S</source>",
    "<image><title>i</title><link>https://i.example/</link></image>",
    "<m:content url='u'><m:title>mt</m:title><m:description>a media description</m:description></m:content>",
    "<m:group><m:title>only media</m:title></m:group>",
    "<author>a@a.example (Anna)</author>",
    "<i:author>Bea</i:author>",
    "<i:owner><i:name>O</i:name><i:email>o@o.example</i:email></i:owner>",
    "<d:language>fr</d:language>",
    "<d:title>dc title</d:title>",
    "<x:link xmlns:x='urn:x' a='1'/>",
    "<d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2026-03-01</d:date>",
    "<link xml:base='https://z.example/a/'>rel</link>",
    "<textInput><title>t</title></textInput>",
    "<body><p>b</p></body>",
    "<comments>c</comments>",
    "text",
]
AROUND = [
    "<language>de</language>",
    "<i:summary>About</i:summary>",
    "<description>About</description>",
    "<description><p>About</p><summary>s</summary></description>",
    "<image><url>u</url><title>I</title><link>l</link></image>",
    "<i:image href='h'/>",
    "<content:encoded>head</content:encoded>",
    "<textInput><title>t</title></textInput>",
    "<ttl>30</ttl>",
]
RSS_ROOT = (
    f" xmlns:i='{ITUNES}' xmlns:m='{MEDIA}' xmlns:d='http://purl.org/dc/elements/1.1/'" + CONTENT_NS + " xml:lang='en'"
)
IN_ATOM = [
    "<summary>s</summary>",
    "<summary type='html'>&lt;p&gt;h&lt;/p&gt;</summary>",
    "<summary type='html'><div>raw</div></summary>",
    "<content type='xhtml'>" + XHTML.format("x <summary>y</summary> <source/> z") + "</content>",
    "<content type='xhtml'>" + XHTML.format("<svg xmlns='http://www.w3.org/2000/svg'><title/></svg> z") + "</content>",
    "<content type='xhtml'><div>in Atom's <title>namespace</title></div></content>",
    "<content type='text' xml:lang='ja'>text</content>",
    "<content src='https://c.example/' type='video/mp4'/>",
    "<content type='application/xml'><title>inline</title></content>",
    "<author><name>Anna</name><email>a@a.example</email></author>",
    "<author>bare@a.example</author>",
    "<source xml:base='https://s.example/'><title>S</title><id>s</id><link href='l'/></source>",
    "<link rel='via' href='v'/>",
    "<category term='t'/>",
    "<published>2026-01-01T00:00:00Z</published>",
    "<m:group xmlns:m='http://search.yahoo.com/mrss/'><m:title>mt</m:title><m:content url='u'/></m:group>",
    "<media:title xmlns:media='http://search.yahoo.com/mrss/' type='html'>mt</media:title>",
    "<rights type='xhtml'>" + XHTML.format("r") + "</rights>",
]


@st.composite
def two_versions(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A feed's two versions, the later with some of the items of the earlier one and some new ones."""
    atomic = draw(st.booleans())
    insides = draw(
        st.lists(st.lists(st.sampled_from(IN_ATOM if atomic else IN_RSS), max_size=4), min_size=1, max_size=5)
    )
    made = atom_entry if atomic else item
    items = [made(number, "".join(inside)) for number, inside in enumerate(insides)]
    chosen = draw(st.lists(st.sampled_from(range(len(items))), min_size=1, unique=True))
    head = "" if atomic else "".join(draw(st.lists(st.sampled_from(AROUND), max_size=3)))
    tail = "" if atomic else draw(st.sampled_from(["", "<language>fr</language>", "<m:title>late</m:title>"]))
    build, root = (atom, " xml:lang='en'") if atomic else (rss, RSS_ROOT)
    early = [items[number] for number in chosen]
    return build(early, root=root, head=head, tail=tail), build(items, root=root, head=head, tail=tail)


@settings(max_examples=10, deadline=None)
@given(versions=two_versions())
def test_both_ways_agree_on_feeds_of_many_pieces(versions: tuple[bytes, bytes]) -> None:
    assert_short_way_is_whole(*versions)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(versions=two_versions())
def test_both_ways_agree_on_thousands_of_feeds(versions: tuple[bytes, bytes]) -> None:
    assert_short_way_is_whole(*versions)
