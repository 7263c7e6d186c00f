"""The sentences of an article that an alert shows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.passage import LENGTH, passage


def shown(text: str, *words: str) -> str:
    """The passage with its matched words in brackets."""
    pattern = "|".join(map(re.escape, words)) or "(?!)"
    found = passage(text, tuple(match.span() for match in re.finditer(pattern, text)))
    out, at = "", 0
    for start, end in found.spans:
        out += f"{found.text[at:start]}[{found.text[start:end]}]"
        at = end
    return out + found.text[at:]


FILLER = "The weather was mild in most of the country, and nobody was surprised by that. "


@pytest.mark.parametrize(
    ("name", "text", "words", "expected"),
    [
        ("nothing", "", (), ""),
        ("one sentence", "Tesla builds.", ("Tesla",), "[Tesla] builds."),
        ("no match: the first two", "One is here. Two is here. Three is.", (), "One is here. Two is here. …"),
        ("one match: with what follows", "Mild day. Tesla builds. It is big. Rain.", ("Tesla",),
         "… [Tesla] builds. It is big. …"),
        ("two sentences with different words", f"Tesla builds. {FILLER}The Dojo waits.", ("Tesla", "Dojo"),
         "[Tesla] builds. … The [Dojo] waits."),
        ("the sentence with most words wins", f"Tesla sells. {FILLER}Tesla has a Dojo. Nobody asks.", ("Tesla", "Dojo"),
         "… [Tesla] has a [Dojo]. Nobody asks."),
        ("abbreviations and dates end nothing", "Am 17. Mai hat Dr. Meyer von U.S. Steel zu Tesla was gesagt. Ende da.",
         ("Tesla",), "Am 17. Mai hat Dr. Meyer von U.S. Steel zu [Tesla] was gesagt. Ende da."),
        ("a word over a full stop stays whole", "Die Firma Xcom. Inc plant. Mehr da.", ("Xcom. Inc",),
         "Die Firma [Xcom. Inc] plant. Mehr da."),
        ("Chinese", "天气很好。特斯拉建数据中心。很大。", ("特斯拉",), "… [特斯拉]建数据中心。很大。"),
    ],
)  # fmt: skip
def test_the_sentences_that_matter_are_shown(name: str, text: str, words: tuple[str, ...], expected: str) -> None:
    assert shown(text, *words) == expected, name


def test_a_sentence_too_long_is_shown_around_its_first_match() -> None:
    found = shown("word " * 100 + "Tesla " + "word " * 200, "Tesla")
    assert found.startswith("… word")
    assert found.endswith("word…")
    assert "[Tesla]" in found
    assert len(found) <= LENGTH + 5


@given(
    st.lists(st.sampled_from(["Tesla", "Dojo", "a", "Long-ish", ". ", "! ", "。", "\n", " ", "Dr. ", "x" * 300])),
)
def test_a_passage_is_of_the_text_and_bounded_and_its_spans_are_the_words(pieces: list[str]) -> None:
    text = "".join(pieces)
    spans = tuple(match.span() for match in re.finditer("Tesla|Dojo", text))
    found = passage(text, spans)
    assert len(found.text) <= LENGTH + 10
    assert all(found.text[start:end] in {"Tesla", "Dojo"} for start, end in found.spans)
    assert bool(found.spans) == bool(spans)
    said = " ".join(text.split())
    assert all(" ".join(part.split()) in said for part in found.text.split("…"))
