"""What makes feedparser quicker changes nothing that a feed says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import feedparser
import pytest

from bot.documents.feed import MEASURED
from bot.documents.feed_speed import Text, quick_text, with_ascii
from tests.documents.feed_pieces import ATOM, ATOM_END, RSS, RSS_END, URL
from tests.world import SHARED

CAPTURED = sorted((SHARED / "feeds" / "captured").glob("*")) if SHARED.exists() else []

READ = """
import hashlib, sys
from pathlib import Path
import feedparser
if sys.argv[1] == "as it comes":
    feedparser.__version__ = "another"
from bot.documents.feed import parse_feed
for name in sys.argv[3:]:
    for content_type in ("application/xml", "text/xml", "text/html; charset=iso-8859-1"):
        said = parse_feed(Path(name).read_bytes(), url=sys.argv[2], content_type=content_type)
        print(Path(name).name, content_type, hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest())
"""

PIECES = {
    "punctuation of Windows": "<title>&#145;Quoted&#146; &#x80; 5 &#129; \x85 Łódź 数据中心</title>",
    "mended twice": "<title>KÃ¶ln wÃ¤chst</title><description>Ã¤ and KÃ¶ln €</description>",
    "many lines": "<description>\n one &amp; two &lt;b&gt;three&lt;/b&gt;\n\n <![CDATA[<p>four]]></description>",
    "known elsewhere": "<guid>a b</guid><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><category>x</category>",
    "two texts": "<description>a</description><content:encoded xmlns:content='"
    "http://purl.org/rss/1.0/modules/content/'>&lt;p&gt;ä “b”&lt;/p&gt;</content:encoded>",
    "somebody": "<author>joe@news.example (Jörg)</author><media:x xmlns:media='http://search.yahoo.com/mrss/' a='1'/>",
    "long": f"<title>{'ü' * 20_000}</title>",
    "not well-formed": "<title>A & B <b></title><description>&nbsp;&#150;</description>",
}

IN_ATOM = {
    "markup": "<content type='xhtml'>\n <div xmlns='http://www.w3.org/1999/xhtml'>\n <p>a &lt; b\n“c”</p> </div>\n"
    "</content>",
    "base64": "<content type='application/octet-stream'>PHA+w6Q8L3A+</content>",
    "prefixed": "<x:title xmlns:x='http://www.w3.org/2005/Atom' type='html'>&lt;i&gt;é – è&lt;/i&gt;</x:title>",
}


def written(folder: Path) -> list[Path]:
    bodies = {
        **{
            name: RSS.format("", "") + f"<item><link>/1</link>{inside}</item>" + RSS_END
            for name, inside in PIECES.items()
        },
        **{name: ATOM.format("", "") + f"<entry><id>1</id>{one}</entry>" + ATOM_END for name, one in IN_ATOM.items()},
    }
    for name, body in bodies.items():
        (folder / name).write_text(body, encoding="utf-8")
    return [folder / name for name in bodies]


def said(how: str, files: list[Path]) -> str:
    command = [sys.executable, "-c", READ, how, URL, *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_made_feeds_say_the_same(tmp_path: Path) -> None:
    files = written(tmp_path)
    quick = said("quick", files)
    assert quick == said("as it comes", files)
    assert len(set(quick.splitlines())) == 3 * len(files)


@pytest.mark.slow
@pytest.mark.skipif(not CAPTURED, reason="the captured feeds are not beside this checkout")
def test_captured_feeds_say_the_same() -> None:
    assert said("quick", CAPTURED) == said("as it comes", CAPTURED)


def test_the_feedparser_of_the_tests_is_the_one_that_was_measured() -> None:
    assert feedparser.__version__ == MEASURED


def test_a_text_is_translated_where_the_table_has_something_for_it() -> None:
    table = with_ascii({0x80: "€"})
    for text in ("plain", "Köln", "5 \x80", "数据 \x80", ""):
        assert quick_text("title", text).translate(table) == text.replace("\x80", "€")
    assert type(Text("ö").translate(table)) is str
