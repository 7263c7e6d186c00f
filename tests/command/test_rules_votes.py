"""`rules report` and `rules learn`: votes become knowledge, on a real archive and real rule files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.rulesets.first import first_rules
from bot.rulesets.votes import wilson
from bot.settings import load_settings
from rules import load_texts
from rules.yaml_source import read_yaml
from storage import Store, migrate, open_store
from tests.archives import NOW, Article, Press
from tests.shell import Done, Shell
from tests.world import RULES, Folder

Command = Callable[..., Done]

GOOD = (
    Article(source="a", title="Tesla opens a data center in Reno", days=20, text="The copper mine is near."),
    Article(source="b", title="Tesla closes a data center on Crete", days=15, text="Olive groves stay."),
)
BAD = (
    Article(
        source="a", title="Coil maker sues museum", days=10, text="A Tesla coil stands in the data center's lobby."
    ),
    Article(source="b", title="School builds a Tesla coil", days=3, text="Its old data center became the coil hall."),
)
COMMENTED = RULES.replace("    when:", "    # what we are after\n    when:")


@pytest.fixture
def store(folder: Folder) -> Iterator[Store]:
    folder.write("rules/data-centers.yaml", COMMENTED)
    folder.configure(sources=[{"key": key, "url": f"https://{key}.example/"} for key in "abc"])
    settings = load_settings(folder.path, environment={})
    with open_store(settings.storage_url) as made:
        migrate.upgrade(made.database, now=NOW)
        rules = first_rules(made, settings, now=NOW - timedelta(days=40)).candidate.rules
        press = Press(made, rules)
        press.open()
        press.publish(*GOOD, *BAD)
        assert len(made.outbox.alerts(limit=9)) == 4
        yield made


@pytest.fixture
def rackwatch(
    store: Store, folder: Folder, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Command:
    del store  # only made before
    shell = Shell(folder.path, monkeypatch, capfdbinary)
    return lambda *arguments, code=0: shell("-C", str(folder.path), *arguments, code=code)


def vote(store: Store, *, up: tuple[int, ...] = (), down: tuple[int, ...] = (), person: int = 7) -> None:
    for alert in up:
        store.votes.cast(alert, person, +1, now=NOW)
    for alert in down:
        store.votes.cast(alert, person, -1, now=NOW)


def learnt(folder: Folder) -> dict[str, Any]:
    tests: dict[str, Any] = read_yaml(folder.path / "rules" / "data-centers.yaml").data["rules"][0]["tests"]
    return tests


def report(rackwatch: Command) -> dict[str, Any]:
    (one,) = json.loads(rackwatch("rules", "report", "--json").out)
    assert isinstance(one, dict)
    return one


# ── report ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("good", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_the_interval_is_wilsons(good: int, of: int, low: float, high: float) -> None:
    """81 of 263 is Newcombe's example (Statistics in Medicine 17, 1998): 0.2553 to 0.3662."""
    found = wilson(good, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert wilson(0, 0) is None


def test_a_report_counts_alerts_and_votes_and_the_share_that_was_wanted(store: Store, rackwatch: Command) -> None:
    vote(store, up=(1, 2), down=(3,))
    vote(store, up=(3,), down=(2,), person=8)
    vote(store, down=(3,), person=9)
    one = report(rackwatch)
    assert (one["rule"], one["alerts"], one["up"], one["down"]) == ("data-centers/firm-and-place", 4, 3, 3)
    assert (one["wanted"], one["unwanted"]) == (1, 1), "A2 has as many for it as against it"
    assert one["precision"]["share"] == 0.5
    said = rackwatch("rules", "report").out
    assert "50%" in said
    assert "9%–91%" in said


def test_words_that_only_unwanted_alerts_have_are_suggested(store: Store, rackwatch: Command) -> None:
    vote(store, up=(1, 2), down=(3, 4))
    suggested = {one["word"]: one["alerts"] for one in report(rackwatch)["only_in_unwanted"]}
    assert suggested == {"coil": 2}, "what the rule looks for, and what is in wanted ones, is no suggestion"
    assert "coil (2)" in rackwatch("rules", "report").out


def test_a_script_without_spaces_is_suggested_in_pairs_of_characters(store: Store, rackwatch: Command) -> None:
    rules = load_texts({"r.yaml": RULES})
    Press(store, rules).publish(Article(source="c", title="Tesla data center 线圈", language="zh", days=1))
    vote(store, up=(1,), down=(5,))
    assert [one["word"] for one in report(rackwatch)["only_in_unwanted"]] == ["线圈"]


def test_without_votes_there_is_no_precision(rackwatch: Command) -> None:
    assert report(rackwatch)["precision"] is None
    assert "Nobody voted yet" in rackwatch("rules", "report").out


# ── learn ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_votes_become_tests_comments_stay_and_the_old_file_stands_beside(
    store: Store, folder: Folder, rackwatch: Command
) -> None:
    vote(store, up=(1,), down=(4,))
    said = rackwatch("rules", "learn", "firm-and-place", "--yes").out
    assert '+      alert: ["Tesla opens a data center", Tesla opens a data center in Reno]' in said
    assert "The new test fails" not in said
    assert "1 of the 2 new tests fail with the rule as it is" in said
    tests = learnt(folder)
    assert tests["alert"][1] == "Tesla opens a data center in Reno"
    assert tests["silent"][1]["title"] == "School builds a Tesla coil"
    assert "data center became the coil hall" in tests["silent"][1]["text"]
    written = (folder.path / "rules" / "data-centers.yaml").read_text()
    assert "# what we are after" in written
    assert (folder.path / "rules" / "data-centers.yaml.bak").read_text() == COMMENTED
    assert rackwatch("rules", "test", code=1).out, "the unwanted one fails until the rule is changed"


def test_a_changed_rule_passes_what_was_learnt_and_nothing_is_learnt_twice(
    store: Store, folder: Folder, rackwatch: Command
) -> None:
    vote(store, up=(1,), down=(4,))
    rackwatch("rules", "learn", "data-centers/firm-and-place", "--yes")
    file = folder.path / "rules" / "data-centers.yaml"
    file.write_text(file.read_text().replace("any: [Tesla]", "any: [Tesla], not: [Tesla coil]"))
    rackwatch("rules", "test")
    before = file.read_text()
    assert "2 votes are tests already" in rackwatch("rules", "learn", "firm-and-place", "--yes").out
    assert file.read_text() == before


def test_with_passing_only_tests_that_hold_are_written(store: Store, folder: Folder, rackwatch: Command) -> None:
    vote(store, up=(1,), down=(4,))
    rackwatch("rules", "learn", "firm-and-place", "--passing", "--yes")
    assert [len(learnt(folder)[kind]) for kind in ("alert", "silent")] == [2, 1]
    rackwatch("rules", "test")


def test_without_a_person_and_without_yes_nothing_is_written(store: Store, folder: Folder, rackwatch: Command) -> None:
    vote(store, up=(1,))
    done = rackwatch("rules", "learn", "firm-and-place", code=1)
    assert "+" in done.out
    assert "say --yes" in done.err
    assert (folder.path / "rules" / "data-centers.yaml").read_text() == COMMENTED


def test_a_vote_against_a_test_of_the_file_is_said_and_left_out(
    store: Store, folder: Folder, rackwatch: Command
) -> None:
    title = GOOD[0].title
    folder.write("rules/data-centers.yaml", COMMENTED.replace('alert: ["', f'alert: ["{title}", "'))
    vote(store, down=(1,))
    said = rackwatch("rules", "learn", "firm-and-place", "--yes").out
    assert f"A1 is left out, since a test under 'alert' says the opposite: {title}" in said
    assert len(learnt(folder)["silent"]) == 1


def test_a_file_whose_own_test_fails_already_is_refused(store: Store, folder: Folder, rackwatch: Command) -> None:
    folder.write("rules/data-centers.yaml", COMMENTED.replace("Tesla opens a shop", "Tesla, data center"))
    vote(store, up=(1,))
    assert "correct it first" in rackwatch("rules", "learn", "firm-and-place", "--yes", code=1).err


def test_an_article_of_two_chats_has_the_votes_of_both(store: Store, folder: Folder, rackwatch: Command) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO alerts (story_id, chat, content, created_at) "
            "SELECT story_id, 'team', content, created_at FROM alerts WHERE id = 1"
        )
    vote(store, up=(1,), down=(5,))
    assert "nothing new to learn" in rackwatch("rules", "learn", "firm-and-place", "--yes").out
    vote(store, up=(5,), person=8)
    rackwatch("rules", "learn", "firm-and-place", "--yes")
    assert learnt(folder)["alert"][1:] == [GOOD[0].title]


@pytest.mark.parametrize(("name", "says"), [("firm-and-plce", "did you mean"), ("nothing", "no rule is named")])
def test_a_rule_that_is_not_there_is_refused(rackwatch: Command, name: str, says: str) -> None:
    assert says in rackwatch("rules", "learn", name, code=1).err
