"""Which articles belong together: tables of pairs in our own words."""

from __future__ import annotations

import pytest

from bot.stories.publishers import voice
from bot.stories.similarity import Likeness, Signature, likeness, signature

SACRAMENTO = (
    "Tesla takes over former Twitter data center in Sacramento",
    "Tesla has moved into a hall in Sacramento that Twitter left, Prime Data Centers confirms. A second one follows.",
)
TOPIC = frozenset(["tesla", "twitter", "data", "center", "rechenzentrum", "datenzentrum"])
BOTH = frozenset(["tesla-data-centers/data-center", "twitter-infrastructure/data-center"])
ONE = frozenset(["twitter-infrastructure/outage"])


def reduced(
    title: str,
    text: str = "",
    *,
    language: str = "en",
    rules: frozenset[str] = ONE,
    url: str = "",
    publisher: str = "",
    links: tuple[str, ...] = (),
) -> Signature:
    return signature(
        publisher=publisher or title + text,
        title=title,
        text=text,
        language=language,
        url=url or f"x.example/{title}",
        links=links,
        groups=frozenset(["twitter"]),
        rules=rules,
        topic=TOPIC,
    )


TOGETHER = [
    (
        "a link to the other report",
        reduced("Etwas Kurzes", url="de.example/1", links=("en.example/1", "x.example"), language="de"),
        reduced("Something short", url="en.example/1"),
        Likeness.CITES,
    ),
    (
        "one dispatch under two headlines",
        reduced("Twitter räumt auf", " ".join(f"wort{n}" for n in range(40))),
        reduced("Kurznachrichtendienst zieht um", " ".join(f"wort{n}" for n in range(38)) + " dazu"),
        Likeness.SAME_TEXT,
    ),
    (
        "the same headline",
        reduced("Servers of Twitter moved overnight", "One text."),
        reduced("Servers of Twitter moved overnight", "Another."),
        Likeness.SAME_TEXT,
    ),
    (
        "two reports on one event",
        reduced(*SACRAMENTO),
        reduced("Former Twitter data center in Sacramento is now Tesla's", "Prime Data Centers confirms it."),
        Likeness.SAME_EVENT,
    ),
    (
        "one event in two languages, by both watches",
        reduced(*SACRAMENTO, rules=BOTH),
        reduced("Tesla übernimmt Rechenzentrum von Twitter", language="de", rules=BOTH),
        Likeness.SAME_EVENT_ABROAD,
    ),
]  # fmt: skip
APART = [
    ("two outages", reduced("X is down in Japan after a fire"), reduced("X is down in Brazil: cable cut near Recife")),
    ("only the topic", reduced("Tesla data center: fire at Oslo"), reduced("Tesla data center: strike at Lima")),
    (
        "a link to an older piece about something else",
        reduced("Fire at a Tesla data center in Buffalo", "Two hurt.", url="x.example/2", links=("x.example/1",)),
        reduced("Tesla opens a data center in Nevada", "In the desert.", url="x.example/1"),
    ),
    (
        "a link to a home page",
        reduced("Cooling pumps of Tesla's data center fail", url="status.example"),
        reduced("Strike at the plant in Grünheide", links=("status.example",)),
    ),
    (
        "one headline of one publisher for two incidents",
        reduced("Tesla data center outage reported in region", "Power was lost in Reno.", publisher="Status"),
        reduced("Tesla data center outage reported in region", "Burglars came in Oslo.", publisher="Status"),
    ),
    ("nothing in common", reduced("Twitter moves servers"), reduced("A quiet day in the garden")),
    ("no rule in common", reduced(*SACRAMENTO), reduced("Sacramento opens a park", rules=frozenset(["a/b"]))),
    (
        "two languages, one watch, no names",
        reduced("Twitter moves servers"),
        reduced("Twitter ist langsam", language="de"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "a", "b", "why"), TOGETHER, ids=[row[0] for row in TOGETHER])
def test_these_belong_together(name: str, a: Signature, b: Signature, why: Likeness) -> None:
    assert likeness(a, b)[0] is why, name
    assert likeness(b, a)[0] is why, "the order of arrival does not matter"


@pytest.mark.parametrize(("name", "a", "b"), APART, ids=[row[0] for row in APART])
def test_these_stay_apart(name: str, a: Signature, b: Signature) -> None:
    assert likeness(a, b)[0] is Likeness.DIFFERENT, name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BERLIN (dpa) - Der Konzern hat am Montag mitgeteilt", "dpa"),
        ("(Reuters) - Tesla said on Monday", "Reuters"),
        ("dpa/afx - Tesla", "dpa"),
        ("Der Konzern baut. Quelle: dpa", "dpa"),
        ("Tesla told Reuters on Monday that it builds", "The Paper"),
        ("Kein Wort davon.", "The Paper"),
    ],
)
def test_an_agency_is_the_voice_of_its_dispatch(text: str, expected: str) -> None:
    assert voice("The Paper", text) == expected
