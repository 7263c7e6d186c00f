r"""Patterns: RE2's language with `\b`, `\w`, `\d`, `\s` for every script, and no text that makes one slow."""

import random
import re
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.regexes import BadPattern, Patterns, check
from tests.effort import processor_seconds


def found(pattern: str, text: str) -> list[str]:
    check(pattern)
    return [text[hit.start : hit.end] for hit in Patterns([pattern]).find(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\bÜber\b", "Über uns Überfall über. (Über)", ["Über", "Über"]),
        (r"\bX\b", "X éX Xé X, X X_ X", ["X", "X", "X", "X"]),
        (r"\bсервер\b", "сервер серверы сервер", ["сервер", "сервер"]),
        (r"\bλόγος\b", "ο λόγος, λόγοςα", ["λόγος"]),
        (r"\bשרת\b", "שרת שרתים השרת", ["שרת"]),
        (r"(?i)\b(?:X|Y)\b", "x y xy X_Y Y", ["x", "y", "Y"]),
        (r"\bX\b|\bY\b", "X Y XY", ["X", "Y"]),
        (r"(\bTesla\b)", "Tesla Teslas", ["Tesla"]),
        (r"(?:\bfoo|bar)\b", "foo bar xfoo xbar", ["foo", "bar", "bar"]),
        (r"\bfoo", "foofoo foo éfoo", ["foo", "foo"]),
        (r"foo\b", "foofoo foo fooé", ["foo", "foo"]),
        (r"foo\b\s", "foo foo ", []),
        (r"^\bTesla", "Tesla, Tesla", ["Tesla"]),
        (r"\bTesla$", "Tesla, Tesla", ["Tesla"]),
        (r"\w+", "Größe наука 数据 a_b", ["Größe", "наука", "数据", "a_b"]),
        (r"\W", "é-ü", ["-"]),
        (r"[\w-]+\d", "Übel-7 x", ["Übel-7"]),
        (r"[^\w]", "é-ü", ["-"]),
        (r"[^\W]", "é-ü", ["é", "ü"]),
        (r"\d+", "٣٤ 12 x", ["٣٤", "12"]),
        (r"a\sb", "a\u00a0b a\u3000b a b a-b", ["a\u00a0b", "a\u3000b", "a b"]),
        (r"\S+", "a\u3000b", ["a", "b"]),
        (r"[\s\S]", "aü", ["a", "ü"]),
        (r"\QA.B\E\b", "A.B AxB A.Bc", ["A.B"]),
        (r"[]a]+", "]a]", ["]a]"]),
        (r"[[:alpha:]]+", "abc1", ["abc"]),
        (r"(?P<name>a)(b)\b", "ab abc", ["ab"]),
        (r"\x41\x{42}", "AB", ["AB"]),
        (r"/[0-9]+/", "a/12/b", ["/12/"]),
        (r"𝒳\b", "𝒳 𝒳a", ["𝒳"]),
        (r"-\b", "a- -a", []),  # the edge of a word, and a hyphen is none
    ],
)
def test_what_is_found(pattern: str, text: str, expected: list[str]) -> None:
    if "\\b\\s" in pattern:
        with pytest.raises(BadPattern, match="stands inside"):
            check(pattern)
        return
    assert found(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"a\bb", r"\b stands inside the pattern"),
        (r"a\Bb", r"\B is not supported"),
        (r"(?:\bfoo)+", r"\b cannot be repeated"),
        (r"[\Wa]", r"\W cannot stand in [\Wa]"),
        (r"[^\w\W]", "excludes every character"),
        (r"\b", "matches the empty text"),
        (r"a*", "matches the empty text"),
        (r"x*\b", "matches the empty text"),
        (r"(a", "bad pattern: missing )"),
        (r"a(?=b)", "bad pattern: "),
        (r"a.{400}z", "could be slow"),
        (r"(?:\w+\W+){0,40}x", "could be slow"),
        ("a" * 501, "longer than 500"),
        ("\ud800", "half a character"),
    ],
)
def test_what_is_refused_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(BadPattern) as refused:
        check(pattern)
    assert reason in str(refused.value)


letters = st.text(alphabet="abé", min_size=1, max_size=3)
pieces = st.one_of(
    st.text(alphabet="ab 1-é", min_size=1, max_size=4).map(re.escape),
    st.sampled_from([r"\w", r"\d", r"\s", ".", "[ab]", r"[^\w]", r"\w+", "a+", "(?:a|b)"]),
)


@given(letters, st.lists(pieces, max_size=3), letters, st.text(alphabet="ab 1-é_\n", max_size=20))
@settings(max_examples=60)
def test_it_finds_what_pythons_re_finds(first: str, middle: list[str], last: str, text: str) -> None:
    for pattern in (f"{first}{''.join(middle)}", rf"\b{first}{''.join(middle)}{last}\b", rf"{last}\b|\b{first}"):
        check(pattern)
        spans = [(hit.start, hit.end) for hit in Patterns([pattern]).find(text)]
        assert spans == [match.span() for match in re.finditer(pattern, text)]


def test_no_pattern_is_lost_among_many() -> None:
    patterns = [rf"\bword{number}\b" for number in range(300)] + [r"\pL{3}é", r"[xy]{2}z", r"(?i)LOUD"]
    hits = {hit.pattern for hit in Patterns(patterns).find("word7 word299 caffé xyz loud word77x")}
    assert hits == {7, 299, 300, 301, 302}


def test_a_pattern_that_two_groups_share_is_found_for_both() -> None:
    hits = [(hit.pattern, hit.start) for hit in Patterns([r"\bX\d", "y+", r"\bX\d"]).find("X1 yy X2")]
    assert sorted(hits) == [(0, 0), (0, 6), (1, 3), (2, 0), (2, 6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("word and 7A", {0, 1}), ("and 7A", {1}), ("and bz", {2}), ("7A word bz", {0, 1, 2}), ("nothing", set())],
)
def test_patterns_without_literals_have_one_search_in_common_which_loses_none(text: str, expected: set[int]) -> None:
    assert {hit.pattern for hit in Patterns(["word", r"\d[A-F]", "[ab]z"]).find(text)} == expected


SIZE = 64 * 1024
DICE = random.Random(7)
TEXTS = {
    "a": "a" * SIZE,
    "ab": "ab" * (SIZE // 2),
    "mixed": ("aab" * 7 + "b a1é ") * (SIZE // 28),
    "words": "lorem ipsum dolor sit amet " * (SIZE // 27),
    "han": "数据中心" * (SIZE // 12),
    "random ab": "".join(DICE.choices("ab", k=SIZE)),
    "random aж": "".join(DICE.choices("abж", k=SIZE)),
    "random han": "".join(chr(DICE.randrange(0x4E00, 0x9FFF)) for _ in range(SIZE)),
    "random letters": "".join(
        chr(DICE.choice((97, 0xE9, 0x416, 0x5D0, 0x4E2D, 0xAC00)) + DICE.randrange(20)) for _ in range(SIZE)
    ),
    "noise": "".join(chr(97 + (n * n * 7 + n // 3) % 5) for n in range(SIZE)),
}
FAMILIES = (
    "(a+)+{0}$", "(a|aa)+{0}z", "(a|a?)+{0}z", "a.{{0,{n}}}z", "(?:a?){{{n}}}a{{{n}}}", "[ab]*a[ab]{{{n}}}z",
    ".*.*{0}=.*", "(?s).*a{{{n}}}", "(?:a.*z|a){0}", "(x+x+)+{0}y", r"\w{{{n}}}\d", r"\pL{{{n}}}z", "(?i)a{{1,{n}}}b",
    "(.*)(.*)(.*){0}z", "(?:[a-z]+ ){{{n}}}9", r"\b(\w+\s?){{{n}}}\b", "a{{{n}}}", "(a{{1,9}}){{1,{n}}}", "[^z]*{0}z",
    ".{{{n}}}", "(?:ab|ba|aa|bb){{{n}}}c", r"(\w+)\W+(\w+){0}\b", "(?:a|b|c|d|e)*e{{{n}}}", r"[\w-]+(?:\.[\w-]+)*{0}@",
    "(?m)^(.+)+{0}$", "(é|a)+{0}ß", "数{{0,{n}}}心", r"[\pL\pN]+{0}[\pZ]+\b", "(((((a*)*)*)*)*){0}z", "(?:.?){{{n}}}z",
)  # fmt: skip
NUMBERS = (1, 5, 10, 20, 40, 100, 500, 1000)
HOSTILE = {family: sorted({family.format(f"{{{n}}}" if n > 1 else "", n=n) for n in NUMBERS}) for family in FAMILIES}


def test_the_hostile_patterns_are_many() -> None:
    assert sum(map(len, HOSTILE.values())) >= 200


def _find_all(patterns: Patterns, text: str) -> None:
    for _hit in patterns.find(text):
        pass


@pytest.mark.parametrize("family", FAMILIES)
def test_a_hostile_pattern_is_refused_or_quick(family: str) -> None:
    for pattern in HOSTILE[family]:
        try:
            check(pattern)
        except BadPattern:
            continue
        patterns = Patterns([pattern])
        for name, text in TEXTS.items():
            spent = processor_seconds(partial(_find_all, patterns, text), enough=0.05)
            assert spent < 0.05, (pattern, name)
