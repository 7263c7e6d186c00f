"""Which story an article belongs to: situations, in our own words."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest

from bot.stories import grouper as subject
from bot.stories import likeness
from bot.stories.article import Signature
from bot.stories.grouper import Grouper
from bot.stories.reasons import Why
from rules import Matcher, load_texts
from tests.servers.process import CHECKOUT
from tests.stories.articles import NOON, Desk, signed, stream

PUMP = signed(
    "Nordkap data center outage in Gullholm: cooling pump failed",
    "The data center in Gullholm went dark after a cooling pump burst. 4512 servers stood still.",
)
PUMP_TOO = signed(
    "Cooling failure knocks out Nordkap's data center in Gullholm",
    "A burst pump stopped 4512 servers in Gullholm.",
    hours=1,
)
PUMP_DE = signed(
    "Ausfall bei Nordkap: Rechenzentrum Gullholm steht still",
    "Eine Kühlpumpe ist geplatzt, 4512 Server standen still.",
    language="de",
    hours=2,
)
PUMP_ZH = signed("诺德卡普数据中心中断 Gullholm 4512台服务器停机", "冷却水泵破裂。", language="zh", hours=3)
DISPATCH = " ".join(f"Sentence{number} tells ordinal{number}." for number in range(30))


def whys(desk: Desk) -> list[Why]:
    return [placement.reason.why for placement in desk.placements]


# ── one event ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reports_on_one_event_are_one_story_at_home_and_abroad() -> None:
    desk = Desk()
    assert desk.take(PUMP, PUMP_TOO, PUMP_DE, PUMP_ZH) == [1, 1, 1, 1]
    assert whys(desk) == [Why.FIRST, Why.SAME_EVENT, Why.SAME_EVENT_ABROAD, Why.SAME_EVENT_ABROAD]


@pytest.mark.parametrize("first", [PUMP_DE, PUMP_ZH])
def test_whichever_language_comes_first(first: Signature) -> None:
    assert Desk().take(first, PUMP, PUMP_TOO) == [1, 1, 1]


def test_the_reason_names_what_both_have_and_how_much_was_needed() -> None:
    desk = Desk()
    desk.take(PUMP, PUMP_TOO)
    reason = desk.placements[-1].reason
    assert reason.like == PUMP.publisher
    assert "Gullholm" in reason.words
    assert reason.apart == timedelta(hours=1)
    assert reason.strength is not None
    assert reason.strength >= 1.0
    assert str(reason).startswith(f"the same event as {PUMP.publisher}; ")
    assert str(reason).endswith("of 1.0 needed")


APART = {
    "two outages a week apart": [
        signed("Nordkap data center outage: servers down", "The data center is dark, engineers look for the reason."),
        signed("Nordkap data center outage again: servers down", "Engineers look for the reason.", hours=24 * 7),
    ],
    "the next outage, elsewhere": [PUMP, signed("Nordkap data center outage in Brekkstad", "A cable.", hours=24 * 7)],
    "a company's other news": [
        PUMP,
        signed("Nordkap names a new finance chief", "Lea Brandt follows Ove Tind in May.", hours=2),
        signed("Nordkap shares fall after quarterly figures", "Analysts had hoped for more.", hours=3),
        signed("Union calls for strike at Nordkap's ferry yard", "Two hundred walk out on Monday.", hours=4),
    ],
    "two languages and no name in common": [
        PUMP,
        signed("Nordkap stellt einen neuen Finanzchef vor", "Er kommt im Mai.", language="de"),
    ],
    "one place": [PUMP, signed("Gullholm opens a park", "Trees were planted by the mayor.")],
    "nothing": [signed("A quiet day in the garden"), signed("Trains run late")],
    "no words at all": [signed("", "", source="a"), signed("", "", source="b")],
}


@pytest.mark.parametrize("articles", APART.values(), ids=APART.keys())
def test_these_stay_apart(articles: list[Signature]) -> None:
    numbers = list(range(1, len(articles) + 1))
    assert Desk().take(*articles) == numbers
    assert Desk().take(*reversed(articles)) == numbers


# ── copies, headlines, links ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_print_of_a_dispatch_is_a_copy_of_it() -> None:
    desk = Desk()
    papers = [
        signed("Nordkap builds", DISPATCH, source="agency"),
        signed("A hall for Dunvik", f"{DISPATCH} (agency)", source="daily", hours=1),
        signed("What we know", f"{DISPATCH} Subscribe to our newsletter today.", source="weekly", hours=2),
    ]
    assert desk.take(*papers) == [1, 1, 1]
    assert whys(desk) == [Why.FIRST, Why.SAME_TEXT, Why.SAME_TEXT]
    assert desk.placements[1].copy_of == 1
    assert desk.placements[2].copy_of in {1, 2}


def test_a_source_repeats_much_of_its_own_without_copying() -> None:
    """Status pages: half of each text is the same."""
    one = signed("Region A", DISPATCH, source="status")
    other = signed("Region B", DISPATCH[:600] + " ".join(f"other{n}" for n in range(25)), source="status", hours=30)
    elsewhere = signed("Region B", DISPATCH[:600] + " ".join(f"other{n}" for n in range(25)), source="paper", hours=30)
    own, foreign = Desk(), Desk()
    own.take(one, other)
    foreign.take(one, elsewhere)
    assert own.placements[1].reason.why is not Why.SAME_TEXT
    assert foreign.placements[1].reason.why is Why.SAME_TEXT


HEADLINE = "Dunvik waits for its servers in vain"


@pytest.mark.parametrize(
    ("title", "source", "hours", "together"),
    [
        (HEADLINE, "daily", 5, True),
        (HEADLINE, "daily", 24 * 5, False),
        ("Dunvik waits", "daily", 5, False),
    ],
)
def test_a_long_headline_is_not_found_twice_by_chance(title: str, source: str, hours: float, together: bool) -> None:
    desk = Desk()
    desk.take(signed(title, "One wording.", source="agency"), signed(title, "Another.", source=source, hours=hours))
    assert (desk.placements[1].reason.why is Why.SAME_HEADLINE) == together
    assert desk.placements[1].copy_of is None


REPORT = signed("Nordkap opens a data center in Dunvik", "The council cheers.", url="agency.example/1", source="agency")


@pytest.mark.parametrize(
    ("title", "links", "together"),
    [
        ("Nordkap data center opens: Dunvik council waits", ("agency.example/1",), True),
        ("Nordkap's shares rise", ("agency.example/1",), False),
    ],
)
def test_a_link_joins_what_is_alike_at_all(title: str, links: tuple[str, ...], together: bool) -> None:
    comment = signed(title, "A comment.", url="blog.example/7", links=links, hours=5)
    for articles in ([REPORT, comment], [comment, REPORT]):
        desk = Desk()
        assert (desk.take(*articles) == [1, 1]) == together
        assert (desk.placements[1].reason.why is Why.CITES) == together


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────

FIRE = [
    signed("Nordkap: fire in Gullholm, smoke over the harbour", "Six engines came. Customers lost their mail."),
    signed("Smoke over Gullholm harbour: fire at Nordkap", "Six engines of firefighters, banks without mail.", hours=1),
]
MAIL = [
    signed("Nordkap's customers without mail since noon", "Banks wait. Smoke came from a hall in Gullholm.", hours=0.5),
    signed("Banks without mail: Nordkap's servers burn", "Customers in Gullholm wait; fire and smoke.", hours=1.5),
]
BOTH = signed(
    "Fire at Nordkap in Gullholm: banks and customers without mail",
    "Smoke over the harbour; six engines of firefighters. Nobody can reach the servers since noon.",
    hours=2,
)


def two_stories(*, known: int = 12) -> Grouper:
    """Two stories 1001 and 1002 that began apart, after so many others on the company."""
    made = Grouper()
    for number in range(known):
        made.add(number, number, signed(f"Nordkap word{number} deed{number}", f"place{number} cause{number}", hours=-9))
    for number, article in enumerate(FIRE):
        made.add(1100 + number, 1001, article)
    for number, article in enumerate(MAIL):
        made.add(1200 + number, 1002, article)
    return made


def test_an_article_that_belongs_to_two_stories_makes_them_one() -> None:
    found = two_stories().place(BOTH)
    (merge,) = found.merges
    assert (merge.story, merge.into) == (1002, 1001), "the older one stays"
    assert found.story in {1001, 1002}
    assert merge.reason.strength is not None
    assert merge.reason.strength >= 1.0


def test_stories_that_a_person_parted_are_not_merged() -> None:
    desk = two_stories()
    desk.keep_apart(1002, 1001)
    assert desk.place(BOTH).merges == ()


def test_while_few_stories_on_a_subject_are_known_merging_takes_more() -> None:
    few, many = (two_stories(known=number).place(BOTH).merges for number in (0, 12))
    assert not few or (few[0].reason.strength or 0) < (many[0].reason.strength or 0)


def test_a_large_story_takes_in_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "LARGEST", 3)
    assert two_stories().place(BOTH).merges == ()


def test_merging_moves_all_articles_and_leaves_one_story() -> None:
    made = two_stories(known=0)
    made.merge(1002, 1001)
    assert made.place(BOTH).story == 1001
    assert made.place(MAIL[0]).story == 1001
    made.merge(1002, 1001)
    made.merge(77, 1001)
    assert len(made) == 4, "a story that is not there is no trouble"


# ── the window ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_beyond_the_window_even_a_copy_begins_a_new_story() -> None:
    again = signed("Nordkap builds", DISPATCH, source="other", hours=24 * 15)
    assert Desk().take(signed("Nordkap builds", DISPATCH, source="agency"), again) == [1, 2]
    assert Desk(grouper=Grouper(window=timedelta(days=16))).take(
        signed("Nordkap builds", DISPATCH, source="agency"), again
    ) == [1, 1]


def test_without_a_window_nothing_is_grouped() -> None:
    assert Desk(grouper=Grouper(window=timedelta())).take(PUMP, PUMP_TOO, PUMP) == [1, 2, 3]


def test_what_is_older_than_the_window_is_let_go() -> None:
    desk = Desk()
    desk.take(PUMP, PUMP_TOO)
    desk.grouper.forget(NOON + timedelta(days=14, minutes=30))
    assert desk.grouper.story_of(1) is None
    assert desk.grouper.story_of(2) is not None
    desk.grouper.forget(NOON + timedelta(days=15))
    assert len(desk.grouper) == 0
    assert desk.grouper.place(PUMP_DE).reason.why is Why.FIRST


def test_too_many_articles_push_out_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "MOST", 5)
    desk = Desk()
    desk.take(*stream(20))
    assert [ref for ref in range(1, 21) if desk.grouper.story_of(ref) is not None] == [16, 17, 18, 19, 20]


def test_an_article_that_is_taken_out_leaves_no_trace() -> None:
    articles = stream(60)
    with_it, without = Desk(), Desk()
    with_it.take(*articles)
    without.take(*articles)
    with_it.grouper.add(999, 999, PUMP)
    assert with_it.grouper.place(PUMP_TOO).story == 999
    with_it.grouper.remove(999)
    assert with_it.grouper.signature_of(999) is None
    assert with_it.grouper.place(PUMP_TOO) == without.grouper.place(PUMP_TOO)
    with pytest.raises(KeyError):
        with_it.grouper.remove(999)


def test_articles_and_stories_get_the_archives_names() -> None:
    made = Grouper()
    made.add(-1, -2, PUMP)
    made.rename({-1: 17}, {-2: 5})
    assert made.story_of(17) == 5
    assert made.story_of(-1) is None
    assert made.place(PUMP_TOO).story == 5
    made.add(18, 5, PUMP_TOO)
    made.rename({}, {})
    assert made.place(PUMP_DE).story == 5


# ── the same again ───────────────────────────────────────────────────────────────────────────────────────────────────

PROGRAM = """\
from tests.stories.articles import Desk, stream
desk = Desk()
desk.take(*stream(400))
for placement in desk.placements:
    print(placement.story, placement.copy_of, placement.reason, placement.merges)
"""


def test_two_processes_say_the_same() -> None:
    """A set's order is another in every process; nothing may hang on it."""
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0] == said[1]
    assert len(said[0].splitlines()) == 400
    assert Counter(line.split()[0] for line in said[0].splitlines())["None"] < 200


def story_mates(articles: list[Signature]) -> dict[int, frozenset[int]]:
    """By each article, those of its story; an article is known by its object."""
    desk = Desk()
    desk.take(*articles)
    groups: dict[int, set[int]] = {}
    for number, article in enumerate(articles, start=1):
        groups.setdefault(desk.stories[number], set()).add(id(article))
    return {one: frozenset(group) for group in groups.values() for one in group}


def test_the_order_within_an_hour_hardly_matters() -> None:
    articles = stream(600)
    dice = random.Random(3)

    def hour(article: Signature) -> float:
        assert article.period is not None
        return (article.period.first - NOON) // timedelta(hours=1) + dice.random()

    in_order, shuffled = story_mates(articles), story_mates(sorted(articles, key=hour))
    moved = sum(in_order[one] != shuffled[one] for one in in_order)
    joined = Counter(len(group) for group in in_order.values())
    assert joined[1] < 200, "most articles have company"
    assert moved <= 0.02 * len(articles)


BROAD = """\
watch: halls
title: Server halls
terms:
  firm: {any: [Nordkap]}
  site: {any: [Gullholm, Sandvika, Torsby, Lomvik]}
  place: {any: [data center, Rechenzentr*]}
rules:
  - name: place-alone
    when: place
  - name: known-site
    when: site near place or firm near place
"""


def test_a_broad_rule_does_not_make_one_story_of_all_that_it_matched() -> None:
    """Nothing but the rule's own words is common to these; a watch is a subject, and its words tell little."""
    matcher = Matcher(load_texts({"halls.yaml": BROAD}))
    events = [
        ("Nordkap opens a data center in Torsby with 5,000 racks", "It stands beside a lake and holds 300 batteries."),
        ("A data center of Fjordnet opens under an old dairy", "Cold water cools it, the mayor says."),
        ("Judge fines Nordkap for noise of its data center", "Generators kept the neighbours awake since spring."),
        ("Data center workers of Nordkap walk out over pay", "Some 200 union members ask for higher wages."),
        ("Thieves steal copper cables from a data center", "Police look for a white van that was seen at night."),
        ("Beavers dam the brook of a data center in Lomvik", "Its pumps ran dry until a ranger came."),
    ]
    articles = [signed(title, text, hours=number, matcher=matcher) for number, (title, text) in enumerate(events)]
    assert Desk().take(*articles) == [1, 2, 3, 4, 5, 6]


def test_which_of_many_sites_it_is_counts_between_languages() -> None:
    """A group of names (sites, towns) says only that one of them stands there; the name itself tells which."""
    matcher = Matcher(load_texts({"halls.yaml": BROAD}))
    gullholm = signed("Fire in a data center in Gullholm", "Batteries burned, users were cut off.", matcher=matcher)
    sandvika = signed(
        "Feuer in einem Rechenzentrum in Sandvika", "Eine Pumpe brannte.", language="de", hours=2, matcher=matcher
    )
    german = signed(
        "Brand im Rechenzentrum Gullholm", "Batterien brannten ab.", language="de", hours=3, matcher=matcher
    )
    assert Desk().take(gullholm, sandvika, german) == [1, 2, 1]
