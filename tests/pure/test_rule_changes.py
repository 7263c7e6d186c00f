"""What differs between two rule sets, and what that would have meant for the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bot.cli.bars import columns, shown
from bot.publishers_file import load_owners
from bot.rulesets.backtest import backtest, by_week, weeks_of
from bot.rulesets.candidate import Candidate
from bot.rulesets.changes import RuleChange, rule_changes, tally
from bot.rulesets.compare import Comparison, Period, compare, period_of
from bot.rulesets.notices import change_notice
from bot.rulesets.replay import Replay
from rules import Matcher, RuleSet, load_texts
from storage import Store, migrate, open_store
from storage.records import RulesCause
from tests.archives import NOW, Article, Press

OWNERS = load_owners(None)

BASE = """\
watch: w
terms:
  firm: {any: [Tesla, Tesler], not: [Nikola Tesla]}
  place: {any: [data center]}
rules:
  - name: both
    when: firm near place
  - name: fire
    when: '"fire"'
"""


def rule_set(text: str = BASE) -> RuleSet:
    return load_texts({"w.yaml": text})


def candidate(text: str = BASE) -> Candidate:
    rules = rule_set(text)
    return Candidate(rules=rules, matcher=Matcher(rules), origin="rules")


def said(change: RuleChange) -> list[str]:
    """`when: -firm near place +firm`, one line a detail."""
    return [
        f"{detail.what}{' ' + detail.group if detail.group else ''}:"
        + "".join(f" -{text}" for text in detail.removed)
        + "".join(f" +{text}" for text in detail.added)
        for detail in change.details
    ]


# What is edited, and what is said of the rule w/both.
EDITS = [
    ("firm near place", "firm and place", ["when: -firm near place +firm and place"]),
    ("[Tesla, Tesler]", "[Tesla, =TSLA]", ["terms firm: -Tesler +=TSLA"]),
    ("[Nikola Tesla]", "[Nikola Tesla, Tesla V100]", ["not firm: +Tesla V100"]),
    ("[Tesla, Tesler]", "[Tesla, {term: Tesler, inflect: false}]", ["terms firm: -Tesler +Tesler (as written)"]),
    ("[data center]}", "[data center], variants: {de: [Serverhalle]}}", ["terms place: +Serverhalle (de)"]),
    ("near place", "near place\n    priority: high", ["priority: -normal +high"]),
    ("near place", "near place\n    notify: {publishers: 2}", ["notify: -at once +after 2 publishers"]),
    ("near place", "near place\n    mute: [sat-sun, 22:00-07:00]", ["mute: +sat-sun, 22:00-07:00"]),
    ("near place", "near place\n    since: 2026-01-02", ["since: +2026-01-02 00:00"]),
    ("near place", "near place\n    until: 2026-01-02", ["until: +2026-01-02"]),
    ("near place", "near place\n    until: 2026-01-02 18:00", ["until: +2026-01-02 18:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), EDITS, ids=[new for _, new, _ in EDITS])
def test_each_edit_is_said_in_the_words_of_the_file(old: str, new: str, expected: list[str]) -> None:
    assert old in BASE
    (change,) = [one for one in rule_changes(rule_set(), rule_set(BASE.replace(old, new, 1))) if one.name == "w/both"]
    assert said(change) == expected


def test_rules_that_come_and_go() -> None:
    other = BASE.replace("name: fire", "name: flames")
    changes = rule_changes(rule_set(), rule_set(other))
    assert [(change.kind.value, change.name) for change in changes] == [("+", "w/flames"), ("−", "w/fire")]
    assert said(changes[0]) == ['when: +"fire"', "priority: +normal"]
    assert tally(rule_set(), rule_set(other)).names == ("+w/flames", "−w/fire")
    assert (tally(None, rule_set()).rules, tally(None, rule_set()).added) == (2, 2)


def test_a_comment_or_a_test_changes_no_rule() -> None:
    tested = BASE + "    tests: {alert: [A fire]}\n# a comment\n"
    assert rule_set(tested).version != rule_set().version
    assert rule_changes(rule_set(), rule_set(tested)) == ()


# ── over an archive ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as opened:
        migrate.upgrade(opened.database, now=NOW)
        yield opened


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The same archive, for tests that only read it."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('archive') / 'a.db'}") as opened:
        migrate.upgrade(opened.database, now=NOW)
        filled(opened)
        yield opened


def filled(store: Store) -> Press:
    made = Press(store=store, rules=rule_set())
    made.open()
    made.publish(
        Article(source="a", title="Tesla opens a data center in Sacramento", days=9),
        Article(source="b", title="Tesla data center in Sacramento opens", days=8.9),
        Article(source="a", title="Fire at a warehouse in Rotterdam", days=5),
        Article(source="c", title="Nikola Tesla and his data center", days=4),
        Article(source="c", title="A quiet day in Gdansk", days=3),
        Article(source="b", title="Tesla shop opens in Lyon", days=2),
    )
    return made


def month(store: Store) -> Period:
    return period_of(store.archive, now=NOW, length=timedelta(days=30))


def difference(store: Store, new: str, old: str | None = BASE) -> Comparison:
    return compare(store.archive, candidate(old) if old else None, candidate(new), month(store), owners=OWNERS)


def test_a_backtest_says_what_the_service_did(archive: Store) -> None:
    """The rules that judged the archive, replayed over it, make the alerts that were made."""
    found = backtest(archive.archive, candidate(), month(archive), owners=OWNERS)
    made = archive.outbox.alerts()
    assert sorted(told.article.title for told in found.alerts) == sorted(
        str(one.content["title"]["text"]) for one in made
    )
    assert [(one.rule, len(one.hits)) for one in found.rules] == [("w/both", 1), ("w/fire", 1)]
    assert (found.period.entries, found.matched, found.first_looks) == (6, 3, 0)


def test_an_alert_of_an_unchanged_rule_covers_what_a_new_one_finds_later_in_its_story(store: Store) -> None:
    press = Press(store=store, rules=rule_set())
    press.open()
    there = "https://agency.example/tesla-sacramento"  # one address is one article, whoever carries it
    press.publish(
        Article(source="a", title="Tesla opens a data center in Sacramento", days=3, url=there),
        Article(source="c", title="Tesla in Sacramento: cooling by air", days=2.9, url=there),
    )
    first, second = (entry for batch in store.archive.texts() for entry in batch)
    assert first.story_id == second.story_id
    found = difference(store, BASE + "  - {name: cool, when: '\"cooling\"'}\n")
    assert (found.added, found.hits) == ((), {"w/cool": (0, 1)})


def test_the_archive_is_read_whole_in_order_and_once(archive: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [entry.id for batch in archive.archive.texts() for entry in batch]
    monkeypatch.setattr("storage.archive.BATCH", 2)
    batches = list(archive.archive.texts())
    assert [entry.id for batch in batches for entry in batch] == whole
    assert [len(batch) for batch in batches] == [2, 2, 2]
    dates = [entry.dated_at for batch in batches for entry in batch]
    assert dates == sorted(dates)
    stories = {entry.story_id for batch in batches for entry in batch if entry.story_id}
    (first, *_) = sorted(stories)
    assert {entry.story_id for batch in archive.archive.texts(stories=[first]) for entry in batch} == {first}


def test_a_first_look_alerts_nobody_and_is_counted(store: Store) -> None:
    press = Press(store=store, rules=rule_set())
    press.open(baseline=("b",))
    press.publish(Article(source="b", title="Fire in an old story", dated=False), Article(source="b", title="Fire now"))
    found = backtest(store.archive, candidate(), month(store), owners=OWNERS)
    assert [told.article.title for told in found.alerts] == ["Fire now"]
    assert found.first_looks == 1
    assert [len(one.first_looks) for one in found.rules] == [0, 1]


def test_added_alerts_name_their_reason_and_removed_ones_what_no_longer_matches(archive: Store) -> None:
    edited = BASE.replace("firm near place", "title:firm and not place").replace('"fire"', '"flames" or "quiet"')
    found = difference(archive, edited)
    assert [(one.rule, one.told.article.title, one.reason) for one in found.added] == [
        ("w/fire", "A quiet day in Gdansk", "quiet"),
        ("w/both", "Tesla shop opens in Lyon", "Tesla, in the title"),
    ]
    assert [(one.rule, one.told.article.title, one.reason) for one in found.removed] == [
        ("w/both", "Tesla opens a data center in Sacramento", "Tesla near data center"),
        ("w/fire", "Fire at a warehouse in Rotterdam", "Fire"),
    ]
    assert [one.why for one in found.removed] == [
        "place is excluded, and was found: “data center”",
        '"flames" or "quiet" was not found',
    ]
    assert found.hits == {"w/both": (1, 1), "w/fire": (1, 1)}
    assert str(found) == "+2 −2 alerts in 30 days"


def test_an_alert_that_another_rule_makes_too_is_neither_added_nor_removed(archive: Store) -> None:
    assert str(difference(archive, BASE + "  - {name: also, when: place}\n")) == "+1 −0 alerts in 30 days"
    both = BASE + "  - {name: also, when: firm and place}\n"
    found = difference(archive, both)
    assert (found.added, found.removed) == ((), ())
    assert found.hits == {"w/also": (0, 1)}
    gone = difference(archive, BASE, old=both)
    assert (gone.added, gone.removed, gone.hits) == ((), (), {"w/also": (1, 0)})


SETS = [
    BASE,
    BASE.replace("firm near place", "firm"),
    BASE.replace("firm near place", "place\n    notify: {publishers: 2}"),
    BASE.replace("[Tesla, Tesler]", "[Sacramento, Rotterdam, Gdansk]"),
    BASE.replace('"fire"', '"opens" or "warehouse"'),
    BASE + "  - {name: third, when: 'firm or place'}\n",
    BASE + "  - {name: cool, when: '\"cooling\"'}\n",
]


@pytest.mark.parametrize("new", range(len(SETS)))
@pytest.mark.parametrize("old", range(len(SETS)))
def test_looking_at_changed_rules_only_finds_what_looking_at_all_finds(archive: Store, old: int, new: int) -> None:
    before, after = candidate(SETS[old]), candidate(SETS[new])
    replays = [Replay(one.rules, one.matcher, OWNERS) for one in (before, after)]
    for batch in archive.archive.texts():
        for entry in batch:
            for replay in replays:
                replay.add(entry)
    was, now = ({told.story for told in replay.alerts()} for replay in replays)
    found = compare(archive.archive, before, after, month(archive), owners=OWNERS)
    assert {one.told.story for one in found.added} == now - was
    assert {one.told.story for one in found.removed} == was - now


def test_waiting_for_publishers_and_dates_count_as_in_life(archive: Store) -> None:
    two = BASE.replace("firm near place", "firm near place\n    notify: {publishers: 2}")
    assert str(difference(archive, two)) == "+0 −0 alerts in 30 days", "two publishers told it"
    three = difference(archive, two.replace("publishers: 2", "publishers: 3"))
    assert [one.why for one in three.removed] == ["waits for 3 publishers"]
    late = BASE.replace("'\"fire\"'", f"'\"fire\"'\n    since: {NOW - timedelta(days=3):%Y-%m-%d}")
    (lost,) = difference(archive, late).removed
    assert lost.why.startswith("it judges articles from")


def test_filters_see_the_source_and_its_tags(archive: Store) -> None:
    for condition, found in (("tag:of-b", 1), ("source:b", 1), ("lang:en", 1), ("lang:de", 0), ("tag:of-c", 0)):
        with_one_more = BASE + f"  - {{name: new, when: 'firm and not place and {condition}'}}\n"
        assert len(difference(archive, with_one_more).added) == found, condition


def test_without_rules_in_force_everything_is_added(archive: Store) -> None:
    assert str(difference(archive, BASE, old=None)) == "+2 −0 alerts in 30 days"


def test_the_newest_entries_are_looked_at_where_there_are_too_many(archive: Store) -> None:
    period = period_of(archive.archive, now=NOW, length=timedelta(days=30), most=3)
    assert (period.entries, str(period)) == (3, "4 days")
    everything = difference(archive, BASE.replace('"fire"', '"fire" or "quiet"'))
    assert len(everything.added) == 1
    assert compare(archive.archive, candidate(), candidate(BASE + "# x\n"), period, owners=OWNERS).added == ()


def test_the_notice_says_rules_and_alerts_shortly(archive: Store) -> None:
    new = BASE.replace('"fire"', '"quiet"')
    notice = change_notice(difference(archive, new), rule_set(new), RulesCause.APPLY)
    assert notice.headline.startswith("new rules are in force, by 'rackwatch rules apply' (2 rules, version ")
    assert notice.lines == (
        "With them it would have been +1 −1 alerts in 30 days.",
        "Rules: ~ w/fire (when)",
        "+ A quiet day in Gdansk (Gamma; w/fire)",
        "− Fire at a warehouse in Rotterdam (Alpha; w/fire)",
    )


# ── weeks and bars ───────────────────────────────────────────────────────────────────────────────────────────────


def test_weeks_begin_on_monday_in_the_readers_time_zone() -> None:
    period = Period(since=NOW - timedelta(days=20), until=NOW, entries=0)
    weeks = weeks_of(period, UTC)
    assert len(weeks) in {3, 4}
    assert {week.weekday() for week in weeks} == {0}
    counts = by_week([NOW, NOW - timedelta(days=7)], UTC)
    assert [counts[week] for week in weeks[-2:]] == [1, 1]


@pytest.mark.parametrize(
    ("values", "height", "blocks", "lines"),
    [
        ([0, 1, 2, 4], 2, True, ["   █", " ▄██"]),
        ([0, 1, 2, 4], 2, False, ["   #", " .##"]),
        ([0, 1, 1000], 1, True, [" ▁█"]),
        ([0, 0], 3, True, []),
        ([], 3, True, []),
    ],
)
def test_bars(values: list[int], height: int, blocks: bool, lines: list[str]) -> None:
    assert columns(values, height=height, blocks=blocks) == lines


def test_our_signs_have_plain_forms() -> None:
    assert shown("+4 −2 … 5 → 6 ·", "latin-1") == "+4 -2 ... 5 -> 6 ·"
    assert shown("+4 −2 …", "utf-8") == "+4 −2 …"
