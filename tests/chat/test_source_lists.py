"""A list of feeds sent by the operator becomes sources in rackwatch.yaml; what cannot is said, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sources.opml_outlines import MAX_OPML
from rules.yaml_source import read_yaml
from tests.chat.room import CONFIG
from tests.chat.sending import Sending, sending
from tests.chat.shapes import sent

OPML = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Tech">
    <outline type="rss" text="Ars &lt;Technica&gt;" xmlUrl="https://feeds.ars.example/index"/>
  </outline>
  <outline type="rss" text="Known" xmlUrl="http://www.known.example/feed/"/>
  <outline type="rss" text="Bad" xmlUrl="ftp://bad.example/feed"/>
</body></opml>
"""
SOURCES = "sources:  # what we read\n  - key: known   # mine\n    url: https://known.example/feed\n"
LAUGHS = """<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;"><!ENTITY secret SYSTEM "file:///etc/passwd">]><opml version="2.0"><body>
<outline type="rss" text="&c;&secret;" xmlUrl="https://feeds.example/&secret;"/></body></opml>"""


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Sending]:
    with sending(tmp_path, CONFIG + SOURCES) as made:
        yield made


def config(operator: Sending) -> str:
    return operator.room.settings.config_file.read_text()


def test_a_list_is_imported_and_the_answer_says_what_became_of_each(operator: Sending) -> None:
    before = config(operator)
    said = operator.send(OPML, "feeds.opml").splitlines()
    assert said[0] == "feeds.opml: 1 added, 1 known already, 1 refused."
    assert said[2].startswith("✗ feeds.opml:7:3: 'Bad': an address that begins with 'ftp:' cannot be fetched")
    assert said[3:] == ["✓ ars-technica https://feeds.ars.example/index", "= Known: known as known"]
    assert config(operator).startswith(before), "comments and layout stay"
    assert (operator.room.settings.folder / "rackwatch.yaml.bak").read_text() == before
    (_, added) = read_yaml(operator.room.settings.config_file).data["sources"]
    assert added == {
        "key": "ars-technica",
        "title": "Ars <Technica>",
        "url": "https://feeds.ars.example/index",
        "tags": ["tech"],
    }


def test_the_same_list_again_before_the_service_has_followed_adds_nothing_twice(operator: Sending) -> None:
    operator.send(OPML, "feeds.opml")
    after = config(operator)
    assert operator.send(OPML, "feeds.opml").startswith("Not done: ")
    assert config(operator) == after


def test_a_list_of_known_feeds_changes_nothing(operator: Sending) -> None:
    before = operator.files()
    said = operator.send(OPML.replace("feeds.ars.example/index", "known.example/feed"), "feeds.opml")
    assert "0 added, 2 known already, 1 refused" in said
    assert operator.files() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\x00\xff" * 500, "this is not an OPML file"),
        (b"<html><body>hello</body></html>", "this is an HTML page, not an OPML file"),
        (b"<rss><channel/></rss>", "this is a feed, not a list of feeds"),
        (b"<opml>" + b"<outline>" * 30_000, "outlines"),
        (b"<opml version='2.0'><body><outline text='x' xmlUrl='file:///etc/passwd'/></body></opml>", "'file:'"),
    ],
)
def test_a_hostile_list_is_answered_with_its_mistake_and_changes_nothing(
    operator: Sending, content: bytes, said: str
) -> None:
    before = operator.files()
    answer = operator.send(content, "feeds.opml")
    assert answer.startswith("feeds.opml: nothing usable. Nothing was changed.")
    assert said in answer
    assert operator.files() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_list_that_declares_names_of_its_own_is_refused(operator: Sending, encoding: str) -> None:
    before = operator.files()
    said = operator.send(LAUGHS.encode(encoding), "laughs.opml")
    assert said.startswith("laughs.opml declares names of its own")
    assert operator.files() == before


def test_a_list_in_another_encoding_is_read(operator: Sending) -> None:
    assert "1 added" in operator.send(OPML.encode("utf-16"), "feeds.OPML")


def test_a_list_that_is_too_large_is_refused(operator: Sending) -> None:
    before = operator.files()
    said = "feeds.opml is too large: at most 10 MB are taken."
    assert operator.send(b"", "feeds.opml", size=100_000_000) == said
    assert operator.room.fetched == []
    assert operator.send(bytes(MAX_OPML + 1), "feeds.opml", size=None) == said
    assert operator.files() == before


@pytest.mark.parametrize("name", ["../../feeds.opml", "feeds\n<b>.opml", "/etc/feeds.opml"])
def test_the_name_of_a_list_is_only_a_name(operator: Sending, name: str) -> None:
    before = set(operator.files())
    assert "1 added" in operator.send(OPML, name)
    assert set(operator.files()) == before | {"rackwatch.yaml.bak"}


def test_a_configuration_that_cannot_be_edited_is_said_and_stays(operator: Sending) -> None:
    file = operator.room.settings.config_file
    file.write_text("sources: [broken\n")
    assert operator.send(OPML, "feeds.opml").startswith("Not done: rackwatch.yaml:")
    assert config(operator) == "sources: [broken\n"


def test_a_list_that_telegram_does_not_hand_out_is_asked_for_again(operator: Sending) -> None:
    said = operator.read(operator.room.hear(sent("feeds.opml", file_id="gone")))
    assert said == "Telegram did not hand out feeds.opml. Please send it again."
