"""Strict YAML and pydantic's findings, located and in plain words."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from rules.problems import Problem, Severity, nearest
from rules.validation import validate
from rules.yaml_source import parse_yaml, quote, read_yaml


def test_every_scalar_is_text() -> None:
    document = parse_yaml("a: no\nb: 12:30:00\nc: 0x1F\nd:\ne: ~\nf: 'null'\ng: [1.0, on]\n", "f.yaml")
    assert document.problems == []
    assert document.data == {
        "a": "no",
        "b": "12:30:00",
        "c": "0x1F",
        "d": None,
        "e": None,
        "f": "null",
        "g": ["1.0", "on"],
    }


def test_an_empty_file_is_no_mistake_yet() -> None:
    assert (parse_yaml("# nothing\n", "f").data, parse_yaml("", "f").problems) == (None, [])


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: b\n c: d\n", 2, 3, "a key is not allowed here"),
        ("a:\n  - b\n c: d\n", 3, 2, "does not fit the lines above"),
        ("a: 'x\n", 1, 4, "never closed"),
        ("a: {x\n", 1, 4, "never closed"),
        ('a: "\\q"\n', 1, 5, "single quotes"),
        ("a: @x\n", 1, 4, "quote it: '@x'"),
        ("? [a]\n: b\n", 1, 3, "a key must be a text"),
        ("a: b\x00\n", 1, 5, "U+0000"),
        ("[" * 3000, 1, 101, "nested too deeply"),
        ("x: &a [*a]\n", 1, 4, "anchor"),
    ],
)
def test_syntax_is_explained(text: str, line: int, column: int, words: str) -> None:
    (problem,) = parse_yaml(text, "f").problems
    assert (problem.line, problem.column) == (line, column)
    assert words in str(problem)


def test_places_of_keys_values_and_characters() -> None:
    text = "a:\n  - b: >-\n      foo bar\n      baz\n    c: \"x \\u0041y\"\n    d: 'it''s ok'\n    e: |\n      l1\n"
    document = parse_yaml(text, "f")
    assert document.key_position(("a", 0, "c")) == (5, 5)
    assert document.position(("a", 0, "c")) == (5, 8)
    assert document.position(("a", 0, "missing", 3)) == (2, 5)
    assert document.position_in(("a", 0, "b"), 8) == (4, 7)  # "baz" of "foo bar baz"
    assert document.position_in(("a", 0, "c"), 3) == (5, 17)  # the y behind an escape
    assert document.position_in(("a", 0, "d"), 5) == (6, 15)  # "ok" behind a doubled quote
    assert document.position_in(("a", 0, "e"), 1) == (8, 8)
    assert [document.style(("a", 0, key)) for key in "bcde"] == ["folded", "double", "single", "literal"]


@given(st.text(alphabet="abc xyz'\"\\:#-", max_size=30), st.sampled_from(["single", "double", "literal"]))
def test_position_in_finds_every_visible_character(value: str, style: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    written = {"single": quote(value), "double": f'"{escaped}"', "literal": f"|-\n  .{value}"}[style]
    document = parse_yaml(f"k: {written}\n", "f")
    if document.problems:
        return
    for offset, character in enumerate(document.data["k"]):
        line, column = document.position_in(("k",), offset)
        there = document.text.splitlines()[line - 1][column - 1]
        if not character.isspace():
            assert there in {character, "\\"}


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse_yaml(text, "f")


@given(st.text(alphabet="ab:- []{}#&*!|>'\"%@`\n\t,?"))
def test_no_syntax_raises(text: str) -> None:
    for problem in parse_yaml(text, "f").problems:
        assert problem.line >= 1
        assert problem.column >= 1


def test_read_yaml_tells_what_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("a: b\nc: Größe".encode("latin-1"))
    (problem,) = read_yaml(latin, "latin.yaml").problems
    assert str(problem) == "latin.yaml:2:6: this character is not UTF-8 (save the file as UTF-8)"
    (problem,) = read_yaml(tmp_path / "absent.yaml").problems
    assert "cannot be read" in problem.message


def test_problems_print_and_sort_by_place() -> None:
    late = Problem(file="a", line=2, column=1, message="m", severity=Severity.WARNING)
    early = Problem(file="a", line=1, column=9, message="m", hint="did you mean 'x'?")
    assert [str(problem) for problem in sorted([late, early])] == [
        "a:1:9: m (did you mean 'x'?)",
        "a:2:1: warning: m",
    ]


def test_nearest_ignores_case_and_far_words() -> None:
    assert nearest("Intervall", ["interval", "url"]) == "interval"
    assert nearest("zzz", ["interval"]) is None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Feed(_Strict):
    type: Literal["feed"]
    url: str
    every: int = Field(5, ge=1, alias="interval")


class _Page(_Strict):
    type: Literal["page"]
    page: str


class _Text(_Strict):
    text: str

    @field_validator("text")
    @classmethod
    def _good(cls, value: str) -> str:
        if value == "bad":
            raise ValueError("this text is bad")
        return value


class _Settings(_Strict):
    sources: list[Annotated[_Feed | _Page, Field(discriminator="type")]] = []
    tests: list[str | _Text] = []
    one: _Text | None = None
    flag: bool = False
    lists: dict[str, list[str]] = {}
    level: Literal["high", "low"] = "low"


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "sources: [{type: feed, url: x, intervall: 3}]",
            ["1:32: unknown key 'intervall' (did you mean 'interval'?)"],
        ),
        ("sources: [{type: feed}]", ["1:11: the key 'url' is missing"]),
        (
            "sources: [{type: feed, url: x, interval: 0}]",
            ["1:42: expected greater than or equal to 1, found '0'"],
        ),
        ("sources: [{type: feed, url: x, interval: x}]", ["1:42: expected a whole number, found 'x'"]),
        (
            "sources: [{type: pag}]",
            ["1:18: expected one of 'feed', 'page', found 'pag' (did you mean 'page'?)"],
        ),
        ("sources: [{url: x}]", ["1:11: the key 'type' is missing"]),
        ("sources: [foo]", ["1:11: expected a mapping (key: value), found 'foo'"]),
        ("sources: foo", ["1:10: expected a list, found 'foo' (write [foo])"]),
        ("tests:\n  - Musk: no", ["2:5: expected text, found a mapping (key: value) (quote the text: 'Musk: no')"]),
        ("tests: [{text: bad}]", ["1:16: this text is bad"]),
        ("tests: [{text: x, txet: y}]", ["1:19: unknown key 'txet' (did you mean 'text'?)"]),
        ("one: {txt: 1}", ["1:1: the key 'text' is missing", "1:7: unknown key 'txt' (did you mean 'text'?)"]),
        ("flag: maybe", ["1:7: expected true or false, found 'maybe'"]),
        ("lists: {a: b}", ["1:12: expected a list, found 'b' (write [b])"]),
        ("level: hihg", ["1:8: expected one of 'high', 'low', found 'hihg' (did you mean 'high'?)"]),
        ("- a", ["1:1: expected a mapping (key: value), found a list"]),
    ],
)
def test_pydantic_speaks_plainly(text: str, messages: list[str]) -> None:
    model, problems = validate(parse_yaml(text, "f"), _Settings)
    assert model is None
    assert [str(problem) for problem in problems] == [f"f:{message}" for message in messages]


def test_a_valid_document_becomes_the_model() -> None:
    model, problems = validate(parse_yaml("sources: [{type: page, page: x}]\nflag: true\n", "f"), _Settings)
    assert problems == []
    assert model is not None
    assert model.flag
    assert model.sources[0].type == "page"
