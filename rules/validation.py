"""pydantic's findings about a YAML document, told in plain words at the right line and column."""

from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rules.model_walk import Branches, child, known_keys
from rules.problems import Problem, did_you_mean
from rules.yaml_complaints import quote
from rules.yaml_source import YamlDocument

__all__ = ["Problem", "validate"]

M = TypeVar("M", bound=BaseModel)
Step = str | int

_EXPECTED = {
    "string_type": "text",
    "string_sub_type": "text",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "tuple_type": "a list",
    "iterable_type": "a list",
    "dict_type": "a mapping (key: value)",
    "mapping_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "dataclass_type": "a mapping (key: value)",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


class _Finding:
    """One pydantic error with its place in the data (`path`) and the union branches passed on the way."""

    __slots__ = ("branches", "error", "keys", "path")

    def __init__(self, error: Any, model: type[BaseModel], data: Any) -> None:
        self.error = error
        self.path: tuple[Step, ...] = ()
        self.branches: list[tuple[tuple[Step, ...], str]] = []
        annotation: Any = model
        loc: tuple[Step, ...] = error["loc"]
        for number, step in enumerate(loc):
            last = number == len(loc) - 1
            branches = Branches.of(annotation)
            if branches is not None and branches.labelled:
                self.branches.append((self.path, str(step)))
                annotation = branches.pick(str(step))
                continue
            if last and error["type"] in {"missing", "extra_forbidden"}:
                break
            if step == "[key]" or (annotation is None and not _has(data, step)):
                continue
            self.path = (*self.path, step)
            annotation = child(annotation, step)
            data = data[step] if _has(data, step) else None
        self.keys = known_keys(annotation)


def validate(
    document: YamlDocument, model: type[M], *, context: dict[str, Any] | None = None
) -> tuple[M | None, list[Problem]]:
    """Check the document's data against `model`: the model, or None and every problem.

    A validator's ValueError becomes the message as it stands; a `hint` attribute on it is passed on.
    """
    try:
        return model.model_validate(document.data, context=context), []
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        findings = [_Finding(error, model, document.data) for error in errors]
        return None, sorted(_problem(document, finding) for finding in _without_union_noise(findings))


def _without_union_noise(findings: list[_Finding]) -> Iterator[_Finding]:
    """Of a union's branches only the one that the author most likely meant is heard."""
    groups: dict[tuple[Step, ...], dict[str, list[_Finding]]] = {}
    for finding in findings:
        if not finding.branches:
            yield finding
            continue
        place, label = finding.branches[0]
        groups.setdefault(place, {}).setdefault(label, []).append(finding)
    for place, branches in groups.items():
        fitting = [
            group
            for group in branches.values()
            if not any(f.path == place and f.error["type"] in _EXPECTED for f in group)
        ]
        if fitting:
            best = min(fitting, key=len)
            text = [f for group in branches.values() for f in group if f.error["type"] == "string_type"]
            if text and len(text[0].error["input"]) == 1 and _is_misread_text(best, place):
                yield text[0]
                continue
            for finding in best:
                finding.branches.pop(0)
            yield from _without_union_noise(best)
            continue
        first = next(iter(branches.values()))[0]
        kinds = [_EXPECTED[f.error["type"]] for group in branches.values() for f in group[:1]]
        first.error["expected"] = " or ".join(dict.fromkeys(kinds))
        yield first


def _is_misread_text(findings: list[_Finding], place: tuple[Step, ...]) -> bool:
    """Whether the only key of a mapping is unknown: `- Musk: no` was meant as a text."""
    unknown = [finding for finding in findings if finding.error["type"] == "extra_forbidden"]
    others = {finding.error["type"] for finding in findings if finding not in unknown}
    return len(unknown) == 1 and unknown[0].path == place and others <= {"missing"}


def _problem(document: YamlDocument, finding: _Finding) -> Problem:
    error, path, kind = finding.error, finding.path, finding.error["type"]
    value = error.get("input")
    at = document.position(path)
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        at = document.key_position((*path, key))
        return document.problem(at, f"unknown key '{key}'", did_you_mean(key, finding.keys))
    if kind == "missing":
        at = document.key_position(path)
        return document.problem(at, f"the key '{error['loc'][-1]}' is missing")
    if error["loc"] and error["loc"][-1] == "[key]":
        at = document.key_position(path)
    if kind in {"value_error", "assertion_error"}:
        cause = error["ctx"]["error"]
        return document.problem(at, str(cause), getattr(cause, "hint", None))
    if kind in _EXPECTED:
        expected = error.get("expected", _EXPECTED[kind])
        hint = _quoting_hint(value) if "text" in expected else _list_hint(value, expected)
        if isinstance(value, list) and 0 < len(finding.keys) <= 3:
            hint = hint or f"its keys: {', '.join(finding.keys)}"
        return document.problem(at, f"expected {expected}, found {_found(value)}", hint)
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        return _choice(document, error, path)
    if kind == "union_tag_not_found":
        key = str(error["ctx"]["discriminator"]).strip("'")
        return document.problem(document.key_position(path), f"the key '{key}' is missing")
    if kind in {"too_short", "string_too_short"}:
        return document.problem(at, "is too short" if value else "must not be empty")
    return document.problem(at, f"{_plain(error['msg'])}, found {_found(value)}")


def _choice(document: YamlDocument, error: Any, path: tuple[Step, ...]) -> Problem:
    context = error["ctx"]
    found: object
    if error["type"] == "union_tag_invalid":
        path = (*path, str(context["discriminator"]).strip("'"))
        found, expected = str(context["tag"]), str(context["expected_tags"])
    else:
        found, expected = error["input"], str(context["expected"])
    choices = [part.strip().strip("'") for part in expected.replace(" or ", ", ").split(",")]
    listed = ", ".join(f"'{choice}'" for choice in choices)
    message = f"expected {'one of ' if len(choices) > 1 else ''}{listed}, found {_found(found)}"
    hint = did_you_mean(found, choices) if isinstance(found, str) else None
    return document.problem(document.position(path), message, hint)


def _has(data: Any, step: Step) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _found(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case str() if len(value) <= 40 and "\n" not in value:
            return f"'{value}'"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a mapping (key: value)"
        case _:
            return repr(value)


def _quoting_hint(value: Any) -> str | None:
    """`X: outage` among terms is a mapping to YAML; its author meant a text."""
    if isinstance(value, dict) and len(value) == 1:
        key, inner = next(iter(value.items()))
        if inner is None or isinstance(inner, str):
            meant = f"{key}: {inner or ''}".rstrip()
            return f"quote the text: {quote(meant)}"
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return f"quote the text if the brackets belong to it: {quote(f'[{value[0]}]')}"
    return None


def _list_hint(value: Any, expected: str) -> str | None:
    return f"write [{value}]" if expected == "a list" and isinstance(value, str) and len(value) < 40 else None


def _plain(message: str) -> str:
    message = message.removeprefix("Input should be ").removeprefix("Value should be ")
    return f"expected {message[:1].lower()}{message[1:]}"
