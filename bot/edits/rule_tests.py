"""Tests put under a rule in the text of a rule file. Pure.

Each edit comes with the data that the file must have afterwards; who writes it compares (bot/edits/file.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.edits import block_list, flow_list
from bot.edits.places import BlockList, colon_behind, column, content_end, entries, is_flow
from bot.edits.splice import Edit, Lines, Splice
from bot.edits.yaml_text import as_data, flow, list_entry
from bot.errors import Refused
from rules.yaml_document import Place, YamlDocument

_STEP = 2
_LINE = 120

Tests = Mapping[str, Sequence[object]]
"""What to add under `alert` and `silent`: titles, or mappings as rule files hold them."""


def with_tests(document: YamlDocument, rule: str, tests: Tests) -> Edit | None:
    """The file with these tests behind those that the rule has; None where there are none. Raises Refused."""
    new = {kind: list(texts) for kind, texts in tests.items() if texts}
    if not new:
        return None
    data = document.data if isinstance(document.data, dict) else {}
    rules = data.get("rules")
    number = next((n for n, one in enumerate(rules or []) if isinstance(one, dict) and one.get("name") == rule), None)
    root = document.root.inside
    if number is None or not isinstance(rules, list) or not isinstance(root, dict):
        raise Refused(f"{document.file} has no rule named '{rule}' any more")
    place = entries(root["rules"])[number]
    before = rules[number].get("tests") or {}
    after = before | {kind: [*(before.get(kind) or []), *map(as_data, texts)] for kind, texts in new.items()}
    changed = [*rules[:number], rules[number] | {"tests": after}, *rules[number + 1 :]]
    splices = _splices(document.text, root["rules"], number, place, new)
    return Edit(splices=tuple(splices), data=data | {"rules": changed})


def _splices(text: str, rules: Place, number: int, rule: Place, new: Mapping[str, Sequence[object]]) -> list[Splice]:
    inside = rule.inside if isinstance(rule.inside, dict) else {}
    tests = inside.get("tests")
    if tests is None and is_flow(text, rule):
        return [_into_braces(text, rule, f"tests: {flow(new)}")]
    if tests is None:
        indent = column(text, rule.start)
        lines = f"{' ' * indent}tests:\n" + "".join(_kind(kind, new[kind], indent + _STEP) for kind in new)
        return [Lines(text).put_before(BlockList(text, rules).line_behind(number), lines)]
    if not tests.inside:
        return [_value(text, tests, "tests", flow(new))]
    return _into_tests(text, tests, new)


def _into_tests(text: str, tests: Place, new: Mapping[str, Sequence[object]]) -> list[Splice]:
    """Into a mapping that has one kind of tests at least."""
    present: dict[str, Any] = tests.inside if isinstance(tests.inside, dict) else {}
    own, others = [], []
    for kind, texts in new.items():
        place = present.get(kind)
        if place is None and is_flow(text, tests):
            own.append(_into_braces(text, tests, f"{flow(kind)}: {flow(texts)}"))
        elif place is None:
            lines = _kind(kind, texts, column(text, tests.start))
            own.append(Lines(text).put_before(_behind(text, tests), lines))
        elif not entries(place):
            others.append(_value(text, place, kind, flow(texts)))
        else:
            append = _in_brackets if is_flow(text, place) else block_list.appended
            others += append(text, place, texts)
    # Of two splices at one place the later is put first: a list grows before another begins behind it.
    return [*own, *others]


def _in_brackets(text: str, place: Place, texts: Sequence[object]) -> list[Splice]:
    """In the line of the last test, as long as it can be read; else each in a line of its own."""
    splices = flow_list.appended(text, place, texts)
    line = Lines(text)[Lines(text).of(place.end - 1)]
    if len(splices) > 1 or "\n" in splices[0].text or len(line) + len(splices[0].text) <= _LINE:
        return splices
    indent = " " * column(text, entries(place)[0].start)
    last = entries(place)[-1].end
    return [Splice(start=last, end=last, text="".join(f",\n{indent}{flow(one)}" for one in texts))]


def _behind(text: str, tests: Place) -> int:
    """The line behind all that stands under `tests:`, a last list's own comments included."""
    lines = Lines(text)
    last = max(tests.inside.values(), key=lambda one: one.start) if isinstance(tests.inside, dict) else tests
    if entries(last) and not is_flow(text, last):
        return BlockList(text, last).line_behind_all()
    return lines.of(content_end(text, tests) - 1) + 1


def _kind(kind: str, texts: Sequence[object], indent: int) -> str:
    dash = indent + _STEP
    return f"{' ' * indent}{kind}:\n" + "".join(list_entry(one, dash=dash, key=dash + _STEP) for one in texts)


def _value(text: str, place: Place, key: str, written: str) -> Splice:
    """A value where there is none, or an empty one."""
    if place.end > place.start:
        return Splice(start=place.start, end=place.end, text=written)
    behind = colon_behind(text, place.key, key) + 1
    return Splice(start=behind, end=behind, text=f" {written}")


def _into_braces(text: str, mapping: Place, pair: str) -> Splice:
    """Another pair before the closing brace."""
    end = mapping.end - 1
    before = text[mapping.start : end].rstrip()
    comma = "" if before.endswith((",", "{")) else ","
    at = mapping.start + len(before)
    return Splice(start=at, end=at, text=f"{comma} {pair}")
