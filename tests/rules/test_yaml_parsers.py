"""The quick YAML parser is believed only where it says the same as the careful one, to the character."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import shipped_watches
from rules.yaml_events import DoubtfulYaml, Event, NotYaml, careful_events, quick_events
from rules.yaml_source import YamlDocument, parse_yaml

ROOT = Path(__file__).parents[2]
BAD = ROOT / "tests" / "data" / "rules" / "bad"


def _texts() -> Iterator[tuple[str, str]]:
    """Every YAML that the repository holds: its name and text, line ends as `parse_yaml` makes them."""
    for folder in ("rules", "bot", "tests"):
        for path in sorted((ROOT / folder).rglob("*.y*ml")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.DOTALL)):
            yield f"{path.name}-{number}", block


TEXTS = dict(_texts())


def _quick(text: str) -> list[Event] | None:
    try:
        return list(quick_events(text))
    except DoubtfulYaml:
        return None


def _agree(text: str) -> bool:
    """Whether the quick parser was sure of itself; fails where it was and was wrong."""
    quick = _quick(text)
    if quick is not None:
        assert quick == list(careful_events(text))
    return quick is not None


@pytest.mark.parametrize("name", TEXTS)
def test_both_read_the_files_of_the_repository_alike(name: str) -> None:
    sure = _agree(TEXTS[name])
    assert sure or "/bad/" in name, "a good file is read by the slow parser"


def test_the_quick_one_reads_most_files() -> None:
    assert len(TEXTS) > 50
    assert len(list(shipped_watches().glob("*.yaml"))) >= 3
    assert sum(_quick(text) is not None for text in TEXTS.values()) > len(TEXTS) * 0.8


_PIECES = (
    *("a", "b c", "key", "'", '"', "''", '"q": 1', "'s'", '"a\n b"', '"\\u0041"', '"a\\\n  b"', "\\n", "\\"),
    *("- ", "- - a", "? ", "?", ": ", ":", ", ", ",", "[", "]", "{", "}", "#", " # c", "---", "...", "=", "<<", "-"),
    *("|", ">", "|-", ">-", ">+", "|2", "k: |\n  t\n", "k: >\n  t\n  u\n", "x: y", "a:\n  - b\n", "  ", "    ", " "),
    *("\n", "\n\n  ", "   \n", "&a", "*a", "!x", "%", "@", "`", "\t", "\r", "\ufeff", "\u2028", "\x85", "\xa0", "\x00"),
    *("数", "é", "\U0001f600", "\ud800", "~", "null"),
)
_PLAIN = ("x", '"y z"', "'it''s'", "[a, b]", "{a: b}", "two words", "a:b", "x # c", "plain\n   more", "数", ">-")
_LINES = st.builds(
    lambda indent, start, value, end: f"{'  ' * indent}{start}{value}{end}",
    st.integers(0, 3),
    st.sampled_from(["", "- ", "a: ", "b: ", "- c: ", "数: ", "'d': "]),
    st.sampled_from(_PLAIN),
    st.sampled_from(["\n", "\n", "\n\n", " \n"]),
)
YAML_LIKE = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join) | st.lists(_LINES, max_size=8).map("".join)


@settings(max_examples=500)
@given(YAML_LIKE)
def test_both_read_made_up_yaml_alike(text: str) -> None:
    _agree(text)


@st.composite
def _mutilated(draw: st.DrawFn) -> str:
    """A piece of one of our files with a few slips of the keyboard."""
    text = draw(st.sampled_from(list(TEXTS.values())))
    start = draw(st.integers(0, max(0, len(text) - 300)))
    text = text[start : start + 300]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(("", *_PIECES))) + text[at + draw(st.integers(0, 2)) :]
    return text


@settings(max_examples=500)
@given(_mutilated())
def test_both_read_mutilated_files_alike(text: str) -> None:
    _agree(text)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(YAML_LIKE | _mutilated())
def test_both_read_very_many_texts_alike(text: str) -> None:
    _agree(text)


_DIFFERENT = (
    "a:\tb",
    "a: b\rc: d",
    "a: b\x85c: d",
    "%YAML 1.1\n---\na: b",
    "|#",
    ">\n \n\n  t",
    "a: ",
    "&b c",
    "!x a",
    '["a":b]',
)


@pytest.mark.parametrize("text", _DIFFERENT)
def test_where_the_two_differ_the_careful_one_is_asked(text: str) -> None:
    assert _quick(text) is None


@pytest.mark.parametrize("text", ["a: 'b", "a: b\n--- c", "a: *b", "[" * 101, "\x00", '"\\U00110000"'])
def test_what_is_no_yaml_is_said_by_the_careful_one(text: str) -> None:
    assert _quick(text) is None
    with pytest.raises(NotYaml):
        list(careful_events(text))


@pytest.mark.parametrize(
    ("text", "data", "places"),
    [
        ("\ufeff😀: [é数]\r\nb: c", {"😀": ["é数"], "b": "c"}, [(1, 4), (1, 5), (2, 4)]),
        ("'a': \"😀\"\r\nb:\r\n- x", {"a": "😀", "b": ["x"]}, [(1, 6), (3, 1), (3, 3)]),
    ],
)
def test_places_count_characters_behind_a_mark_and_wide_ones(
    text: str, data: object, places: list[tuple[int, int]]
) -> None:
    document = parse_yaml(text, "f")
    assert _quick(document.text) is not None
    assert document.data == data
    assert sorted(_places(document)) == places


def _places(document: YamlDocument) -> Iterator[tuple[int, int]]:
    for key, value in document.data.items():
        yield document.position((key,))
        if isinstance(value, list):
            yield from (document.position((key, number)) for number in range(len(value)))
