"""A key for a new source: short, valid, free, and what a person would have typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edit_config import free_key

KEYS = [
    ("Ars Technica", "ars-technica"),
    ("https://www.heise.de/rss", "heise"),
    ("www.heise.de", "heise"),
    ("netzpolitik.org", "netzpolitik"),
    ("feeds.arstechnica.com", "arstechnica"),
    ("https://feeds.bbci.co.uk/news/rss.xml", "bbci"),
    ("https://someone.substack.com/feed", "someone"),
    ("https://blog.wordpress.com/feed", "wordpress"),
    ("http://192.168.1.5:1200/x", "192.168.1.5"),
    ("http://localhost:1200/twitter/user/x", "localhost"),
    ("Süddeutsche Zeitung: Größe & Maß", "sueddeutsche-zeitung-groesse-mass"),
    ("Su\u0308den", "sueden"),
    ("Pokémon – été", "pokemon-ete"),
    ("Tom's Hardware", "toms-hardware"),
    ("Łódź Dziś", "lodz-dzis"),
    ("heise-security", "heise-security"),
    ("36氪", "site"),
    ("Новости", "site"),
    ("!!!", "site"),
    ("X" * 80, "x" * 40),
    ("World News Headlines, Latest International News", "world-news-headlines-latest"),
    ("CNN.com - RSS Channel", "cnn-com-rss-channel"),
    ("http://[::1]:1200/x", "1"),
    ("taken", "taken-3"),
    ("t" * 64, "t" * 62 + "-2"),
]


@pytest.mark.parametrize(("wanted", "key"), KEYS)
def test_a_key_is_made_of_a_title_or_a_host(wanted: str, key: str) -> None:
    assert free_key(wanted, ["taken", "taken-2", "t" * 64], "https://www.site.example/feed") == key


def test_a_key_is_found_even_where_nothing_gives_one() -> None:
    assert free_key("новости", []) == "source"
    assert free_key("новости.рф", ["source"], "https://[") == "source-2"


@given(st.text(max_size=90), st.text(max_size=30), st.sets(st.sampled_from(["a", "a-2", "source", "0"])))
@settings(max_examples=60, deadline=None)
def test_every_key_is_valid_and_free(wanted: str, address: str, taken: set[str]) -> None:
    key = free_key(wanted, taken, address)
    assert key not in taken
    assert len(key) <= 64
    assert key.isascii()
    assert key[0].isalnum()
    assert not set(key) - set("abcdefghijklmnopqrstuvwxyz0123456789._-")
