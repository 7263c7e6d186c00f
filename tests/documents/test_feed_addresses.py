"""Links over a redirector: where the feed tells the article's own address, that one counts; ids stay what they were."""

from __future__ import annotations

import re

import pytest

from tests.documents.feed_pieces import atom, atom_entry, item, look, rss
from tests.world import SHARED

BURNER = " xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'"
PHEEDO = " xmlns:pheedo='http://www.pheedo.com/namespace/pheedo'"
OWN = "https://town.example/2026/harbour-reopens"


def burnt(original: str, *, title: str = "Harbour", guid: str = "") -> str:
    """An item as FeedBurner wrote it."""
    return (
        f"<item><title>{title}</title><link>http://feedproxy.example/~r/town/~3/x1/</link>{guid}"
        f"<feedburner:origLink>{original}</feedburner:origLink></item>"
    )


def test_feedburners_original_link_is_the_address_and_the_link_stays_the_id() -> None:
    (entry,) = look(rss([burnt(OWN)], root=BURNER)).entries
    assert (entry.url, entry.guid) == (OWN, "http://feedproxy.example/~r/town/~3/x1/")
    (entry,) = look(rss([burnt(OWN, guid="<guid isPermaLink='false'>g1</guid>")], root=BURNER)).entries
    assert (entry.url, entry.guid) == (OWN, "g1")
    body = f"<item><title>a</title><link>http://feeds.example/a</link><pheedo:origLink>{OWN}</pheedo:origLink></item>"
    assert look(rss([body], root=PHEEDO)).entries[0].url == OWN


@pytest.mark.parametrize("original", ["", "javascript:alert(1)", "/relative", "https://town.example/", "x" * 3000])
def test_an_original_link_that_is_none_is_passed_over(original: str) -> None:
    assert look(rss([burnt(original)], root=BURNER)).entries[0].url == "http://feedproxy.example/~r/town/~3/x1/"


def test_items_with_one_id_are_told_apart_by_what_they_were_told_apart_by() -> None:
    """The mark in an id comes from the link, as in databases of before: nothing is new because an address is."""
    guid = "<guid isPermaLink='false'>same</guid>"
    with_originals = [burnt(f"{OWN}-{number}", title=f"Story {number}", guid=guid) for number in (1, 2)]
    without = [re.sub(r"<feedburner:.*?</feedburner:origLink>", "", one) for one in with_originals]
    entries, before = (look(rss(items, root=BURNER)).entries for items in (with_originals, without))
    assert [one.guid for one in entries] == [one.guid for one in before]
    assert [one.url for one in entries] == [f"{OWN}-1", f"{OWN}-2"]


def test_atoms_canonical_link_is_the_address_and_via_is_a_citation() -> None:
    links = (
        f"<link rel='canonical' href='{OWN}'/><link rel='via' href='https://blog.example/saw-it-here'/>"
        "<summary type='html'>See &lt;a href='https://map.example/harbour'&gt;the map&lt;/a&gt;</summary>"
    )
    (entry,) = look(atom([atom_entry(1, links)])).entries
    assert entry.url == OWN
    assert entry.links == ("https://blog.example/saw-it-here", "https://map.example/harbour")
    front = "<link rel='canonical' href='https://town.example/'/>"
    assert look(atom([atom_entry(1, front)])).entries[0].url.endswith("/1")


def test_the_source_element_of_rss_is_the_address_of_a_feed_and_no_articles() -> None:
    source = "<source url='https://paper.example/rss/all.xml'>The Paper</source>"
    assert look(rss([item(1, source)])).entries[0].url == "https://news.example/1"


@pytest.mark.skipif(not SHARED.exists(), reason="the real material is not here")
def test_captured_feeds_that_tell_their_original_links_have_no_redirectors_left() -> None:
    redirector = re.compile(r"https?://(?:feedproxy\.google|feeds\.feedburner)\.com/")
    read = 0
    for file in sorted((SHARED / "feeds" / "captured").glob("*")):
        body = file.read_bytes()
        items = len(re.findall(rb"<(?:item|entry)[ >]", body))
        if not items or items != body.count(b"<feedburner:origLink>"):
            continue
        entries = look(body).entries
        read += len(entries)
        assert not [entry.url for entry in entries if redirector.match(entry.url)], file.name
    assert read >= 20
