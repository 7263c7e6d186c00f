"""What of an article is compared, and how much it counts."""

from __future__ import annotations

import pytest

from bot.stories.features import TEXT, TEXT_WORDS, TITLE, Features, read_features
from bot.stories.frequencies import UNKNOWN, share_of_articles


def read(
    title: str, text: str = "", language: str = "en", *, groups: tuple[str, ...] = (), topics: tuple[str, ...] = ()
) -> Features:
    return read_features(title=title, text=text, language=language, groups=groups, topics=topics)


def test_a_headlines_words_count_twice() -> None:
    found = read("Ferry sinks", "A ferry has sunk off Gullholm")
    assert found.weights["w:ferri"] == TITLE
    assert found.weights["w:gullholm"] == TEXT


def test_forms_of_a_word_are_one() -> None:
    assert "w:ferri" in read("Ferries").weights.keys() & read("Ferry").weights.keys()


def test_what_every_article_holds_is_left_out() -> None:
    assert not read("The and of").weights


@pytest.mark.parametrize(
    ("language", "title", "name"),
    [
        ("en", "Fire in Gullholm", "w:gullholm"),
        ("de", "Brand in Gullholm gelöscht", "w:gullholm"),
        ("en", "fire in gullholm", "w:gullholm"),
    ],
)
def test_names_are_common_to_all_languages(language: str, title: str, name: str) -> None:
    assert name in read(title, language=language).common


@pytest.mark.parametrize(
    ("language", "title", "word"), [("de", "Das Wasser steigt", "w:wass"), ("en", "Water rises", "w:water")]
)
def test_ordinary_words_are_not_even_in_capitals(language: str, title: str, word: str) -> None:
    found = read(title, language=language)
    assert word in found.weights
    assert word not in found.common


def test_numbers_are_common_except_years_and_small_ones() -> None:
    found = read("In 2026, 3 of 4512 halls for 500 million")
    assert "d:4512" in found.common
    assert "d:5e+08" in found.common
    assert "d:2026" in found.weights
    assert "d:2026" not in found.common
    assert "d:3" not in found.weights


def test_compounds_share_pieces_in_languages_that_build_them() -> None:
    one, other = read("Kühlwasserpumpe", language="de"), read("Pumpenausfall", language="de")
    assert "n:pumpe" in one.weights.keys() & other.weights.keys()
    assert not any(feature.startswith("n:") for feature in read("Kühlwasserpumpe").weights)


def test_all_pieces_of_a_word_are_one_piece_of_evidence_and_weigh_less_than_it() -> None:
    found = read("Kühlwasserpumpe", language="de")
    pieces = [feature for feature in found.weights if feature.startswith("n:")]
    assert len(pieces) > 5
    assert len({found.origins[feature] for feature in pieces}) == 1
    assert sum(found.weights[feature] ** 2 for feature in pieces) ** 0.5 < TITLE


def test_scripts_without_spaces_are_read_two_characters_at_a_time() -> None:
    found = read("数据中心停电", language="zh")
    assert {"c:数据", "c:据中", "c:中心", "c:停电"} <= found.weights.keys()


def test_groups_and_topics_are_common_whatever_watch_they_stand_in() -> None:
    found = read("Nordkap opens a hall", groups=("one/hall", "nordkap"), topics=("nordkap",))
    assert {"g:hall", "t:nordkap"} <= found.common
    assert "g:nordkap" not in found.weights, "who it is about is no group beside"
    assert "w:nordkap" in found.weights, "a group of many names does not say which of them stands here"


def test_only_the_start_of_a_text_is_read() -> None:
    words = " ".join(["filler"] * TEXT_WORDS)
    assert "w:gullholm" in read("", f"Gullholm {words}").weights
    assert "w:gullholm" not in read("", f"{words} Gullholm").weights


@pytest.mark.parametrize("text", ["", " ", "\u200b", "…!?", "1" + ".000" * 900, "\ud83d", "a" * 100_000])
def test_odd_texts_do_no_harm(text: str) -> None:
    found = read(text, text, "xx")
    assert found.weights.keys() == found.shares.keys()
    assert found.common <= found.weights.keys()


@pytest.mark.parametrize(
    ("rare", "often", "language"),
    [("pump", "water", "en"), ("pumpe", "wasser", "de"), ("kałuża", "woda", "pl"), ("насос", "вода", "ru")],
)
def test_the_tables_know_what_is_common(rare: str, often: str, language: str) -> None:
    assert share_of_articles(rare, language) < share_of_articles(often, language) <= 0.9


def test_a_word_that_no_table_knows_is_taken_for_a_name() -> None:
    assert share_of_articles("gullholm", "en") == share_of_articles("gullholm", "xx") == UNKNOWN
