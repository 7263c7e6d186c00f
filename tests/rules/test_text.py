"""Folding and tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text import Word, fold, index_tokens, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Tesla", "tesla"),
        ("Größe", "grosse"),
        ("naïve Žižek", "naive zizek"),
        ("Ελλάδα", "ελλαδα"),
        ("ὈΔΥΣΣΕΎΣ", "οδυσσευσ"),
        ("Йод и ёлка", "йод и ёлка"),
        ("データ", "データ"),
        ("ﾃﾞｰﾀ", "データ"),
        ("Ｔｅｓｌａ　１２", "tesla 12"),
        ("Rechen\u00adzentrum", "rechenzentrum"),
        ("Tes\u200bla", "tesla"),
        ("e\u200d\u0301", "e"),
        ("ﬁn", "fin"),
        ("İstanbul", "istanbul"),
        ("한국", "한국"),
        ("테슬라", "테슬라"),
        ("\ufeff", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Daten-Zentrum, Tesla's", ["daten", "zentrum", "tesla", "s"]),
        ("Tesla数据中心", ["tesla", "数", "据", "中", "心"]),
        ("データセンター", list("データセンター")),
        ("イーロン・マスク", list("イーロンマスク")),
        ("테슬라의 데이터", ["테슬라의", "데이터"]),
        ("ศูนย์", ["ศู", "น", "ย์"]),
        ("snake_case C++ 3.5", ["snake", "case", "c", "3", "5"]),
        ("\u0301 ... !", []),
        ("㍿", list("株式会社")),
        ("", []),
    ],
)
def test_index_tokens(text: str, tokens: list[str]) -> None:
    assert index_tokens(text) == tokens


def test_spans_cut_the_original_text() -> None:
    text = "Die GRÖSSE: Rechen\u00adzentrum in 上海"
    assert [text[word.start : word.end] for word in words(text)] == [
        "Die",
        "GRÖSSE",
        "Rechen\u00adzentrum",
        "in",
        "上",
        "海",
    ]


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_every_word_is_the_fold_of_what_its_span_cuts(text: str) -> None:
    found = words(text)
    for word in found:
        assert 0 <= word.start < word.end <= len(text)
        assert word.text in fold(text[word.start : word.end])
    assert [word.start for word in found] == sorted(word.start for word in found)


@given(st.text())
def test_tokens_hold_only_letters_digits_and_marks(text: str) -> None:
    for token in index_tokens(text):
        assert any(character.isalnum() for character in token)
        assert not any(character.isspace() for character in token)


def _cut_by_clusters(text: str) -> list[Word]:
    """The words of `text` on the long way, which an invisible character behind it forces."""
    return words(text + " \u00ad")


# All blocks with characters of the short way: up to the shapes, Hangul, and emoji.
@pytest.mark.parametrize("block", [(0, 0x2C00), (0xAC00, 0xD7FF), (0x1F000, 0x1FC00)])
def test_the_short_way_cuts_every_character_like_the_long_one(block: tuple[int, int]) -> None:
    for character in map(chr, range(*block)):
        text = f"a{character}b {character} X{character}{character} {character}Y"
        assert words(text) == _cut_by_clusters(text), hex(ord(character))


@given(st.text(alphabet="aZß1_ΣςŁΩйЁ가’–…€°ªµ👊\xa0\n½™´é\u0301\ufe0f数ﾃﾞ"))
def test_the_short_way_cuts_texts_like_the_long_one(text: str) -> None:
    assert words(text) == _cut_by_clusters(text)
