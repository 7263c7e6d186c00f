"""The JSON Schema that editors use: it takes what the loader takes, and refuses what a schema can refuse."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from rules import RulesInvalid, load_texts, shipped_watches
from rules.new_file import Answers, rule_file
from rules.schema import SCHEMA_LINE, SCHEMA_NAME, schema_text
from rules.windows import BadWindow, parse_window
from tests.rules.test_guide import EXAMPLES

SHIPPED = shipped_watches() / SCHEMA_NAME
VALIDATOR = Draft202012Validator(json.loads(schema_text()))
BAD = Path(__file__).parent.parent / "data" / "rules" / "bad"


def as_an_editor_reads(text: str) -> Any:
    """YAML with its guesses: numbers, booleans; a date stays the text that an editor's reader makes of it."""
    return plain(YAML(typ="safe", pure=True).load(text))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def complaints(text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(as_an_editor_reads(text))]


def test_the_shipped_schema_is_what_the_models_say() -> None:
    """When it is stale: rackwatch rules schema --output rules/watches/rackwatch-rules.schema.json."""
    assert SHIPPED.read_text("utf-8") == schema_text()
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", sorted(shipped_watches().glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_watches_are_valid(path: Path) -> None:
    assert complaints(path.read_text("utf-8")) == []


@pytest.mark.parametrize("text", [text for text, complaint in EXAMPLES if not complaint])
def test_the_examples_of_the_guide_are_valid(text: str) -> None:
    assert complaints(text) == []


def test_what_rules_new_writes_is_valid() -> None:
    answers = Answers(
        key="2024", title="No: 5", terms=["2024", "no", "=X", "/a: b/", "*"], near=["1.5"], alert=["true"], silent=["~"]
    )
    text = rule_file(answers, head=SCHEMA_LINE)
    assert text.startswith("# yaml-language-server: $schema=rackwatch-rules.schema.json\nwatch: '2024'\n")
    assert complaints(text) == []


RULE = "watch: w\nrules:\n  - name: r\n    when: '\"x\"'\n"


@pytest.mark.parametrize(
    "text",
    [
        RULE + "    since: 2026-12-24\n    until: 2026-12-24 18:00\n",
        RULE + "    since:\n    notify: {publishers: 2}\n",
        RULE + "    notify: {publishers: '02'}\n    priority: low\n",
        RULE + "    mute: [2026-12-24, 2026-12-24 to 2027-01-02, Sat-Sun, 'mon,wed 9:00–17:00', 22:00-07:00]\n",
        RULE + "    tests: {alert: [x 2024, 2024, true, {title: 5, text: x, tags: [1, no], date: 2026-12-24}]}\n",
        RULE.replace("watch: w", "watch: 2024\ntitle: 7").replace("name: r", "name: 5"),
        RULE + "terms:\n  größe_1: {any: [2024, 1.5, yes, {term: 5, inflect: false}], variants: {no: [a]}, not: [b]}\n",
        "terms:\n  灯塔: {variants: {zh: [灯塔]}}\nrules: []\n",
        "watch:\nterms: {a: {any: [b]}}\n",
        RULE + "terms: {a: {any: [{term: b, inflect: no}, {term: c, inflect: True}]}}\n",
    ],
)
def test_what_the_loader_takes_the_schema_takes(text: str) -> None:
    files = {"w.yaml": text} if "watch: " in text else {"w.yaml": text, "other.yaml": RULE}
    load_texts(files)
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (RULE + "colour: red\n", "$"),
        (RULE + "    priority: urgent\n", "$.rules[0].priority"),
        (RULE + "    prioritty: high\n", "$.rules[0]"),
        ("watch: w\nrules:\n  - name: r\n", "$.rules[0]"),
        ("watch: w\nrules:\n  - when: a\n", "$.rules[0]"),
        ("watch: w\nrules: a\n", "$.rules"),
        ("watch: W\n" + RULE[9:], "$.watch"),
        (RULE.replace("name: r", "name: a b"), "$.rules[0].name"),
        (RULE + "terms: {a: [b]}\n", "$.terms.a"),
        (RULE + "terms: {a: {any: []}}\n", "$.terms.a.any"),
        (RULE + "terms: {a: {not: [b]}}\n", "$.terms.a"),
        (RULE + "terms: {and: {any: [b]}}\n", "$.terms"),
        (RULE + "terms: {1a: {any: [b]}}\n", "$.terms"),
        (RULE + "terms: {a b: {any: [b]}}\n", "$.terms"),
        (RULE + "terms: {a: {any: [b], variants: {german: [c]}}}\n", "$.terms.a.variants"),
        (RULE + "terms: {a: {any: [b: c]}}\n", "$.terms.a.any[0]"),
        (RULE + "terms: {a: {any: [~]}}\n", "$.terms.a.any[0]"),
        (RULE + "terms: {a: {any: [{term: b, inflect: perhaps}]}}\n", "$.terms.a.any[0]"),
        (RULE + "    notify: {publishers: 0}\n", "$.rules[0].notify.publishers"),
        (RULE + "    notify: {publishers: two}\n", "$.rules[0].notify.publishers"),
        (RULE + "    mute: [thurday]\n", "$.rules[0].mute[0]"),
        (RULE + "    mute: ['25:00-26:00']\n", "$.rules[0].mute[0]"),
        (RULE + "    mute: sat-sun\n", "$.rules[0].mute"),
        (RULE + "    since: tomorrow\n", "$.rules[0].since"),
        (RULE + "    until: '2026-13-01'\n", "$.rules[0].until"),
        (RULE + "    tests: {alert: x}\n", "$.rules[0].tests.alert"),
        (RULE + "    tests: {alert: [{titel: x}]}\n", "$.rules[0].tests.alert[0]"),
        ("rules:\n  - {name: r, when: a}\n", "$"),
        ("watch: w\n", "$"),
        ("watch: w\nrules: []\n", "$.rules"),
        ("terms: {}\n", "$"),
        ("- a\n", "$"),
    ],
)
def test_what_the_schema_refuses_the_loader_refuses(text: str, place: str) -> None:
    assert place in {complaint.split(": ")[0] for complaint in complaints(text)}
    with pytest.raises(RulesInvalid):
        load_texts({"w.yaml": text})


def test_wrong_files_of_another_shape_are_refused() -> None:
    refused = {path.stem for path in BAD.glob("*.yaml") if not path.stem.startswith("yaml-") and _refused(path)}
    assert {"unknown-key", "unknown-priority", "rule-without-when", "rules-without-watch", "any-is-text"} <= refused
    assert {"bad-group-name", "bad-rule-name", "empty-any", "group-is-list", "watch-without-rules"} <= refused


def _refused(path: Path) -> bool:
    try:
        return bool(complaints(path.read_text("utf-8")))
    except Exception:  # noqa: BLE001 - not YAML at all: the editor says so without a schema
        return False


@pytest.mark.parametrize(
    "window",
    [
        *("sat-sun", "SATURDAY", "wed", "wedne", "mon,wed,fri", "mon-wed,fri 9:00-17:00", " 22:00-7:00 ", "fri-mon"),
        *("2026-12-24", "2026-12-24  TO  2027-01-02", "tue–thu", "00:00-24:00", "mon  10:00–11:30"),
        *("we", "mo-fr", "mondy", "9-17", "9:00", "9:00-17:00 mon", "mon 9:60-10:00", "2026-12-24 10:00-12:00", ""),
        *("2026-1-2", "2026-12-24 - 2026-12-26", "mon to fri", "mon, wed", "always"),
    ],
)
def test_windows_are_judged_alike(window: str) -> None:
    try:
        parse_window(window)
    except BadWindow:
        good = False
    else:
        good = True
    assert (complaints(RULE + f"    mute: ['{window}']\n") == []) is good


def test_every_pattern_says_what_to_write() -> None:
    """An editor would show a pattern of a thousand signs otherwise; small ones speak for themselves."""

    def nodes(value: Any) -> Any:
        if isinstance(value, dict):
            yield value
            value = list(value.values())
        if isinstance(value, list):
            for item in value:
                yield from nodes(item)

    patterns = [node for node in nodes(json.loads(schema_text())) if isinstance(node.get("pattern"), str)]
    assert all("patternErrorMessage" in node or "integer" in node["type"] for node in patterns)
