"""The interface's words: every language has all of them, with the same places to fill in."""

from __future__ import annotations

import re

import pytest

from bot.chat.everything import REGISTRY
from bot.chat.words import WORDS
from tests.servers.process import CHECKOUT
from tests.servers.telegram_html import parse_html


@pytest.mark.parametrize("language", sorted(WORDS))
def test_every_language_has_all_words(language: str) -> None:
    assert set(WORDS[language]) == set(WORDS["en"])
    for key, text in WORDS[language].items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", WORDS["en"][key])), key
        parse_html(text)


def test_every_word_is_used() -> None:
    code = "".join(file.read_text() for file in (CHECKOUT / "bot").rglob("*.py") if file.name != "words.py")
    assert [key for key in WORDS["en"] if f'"{key}"' not in code and f"'{key}'" not in code] == []


def test_every_command_has_help_in_every_language() -> None:
    for handler in REGISTRY.commands.values():
        assert set(handler.help) == set(WORDS), handler.name
        assert all(1 <= len(text) <= 256 for text in handler.help.values())
        assert re.fullmatch(r"[a-z0-9_]{1,32}", handler.name)


def test_every_command_is_documented() -> None:
    text = (CHECKOUT / "docs" / "chat.md").read_text(encoding="utf-8")
    for handler in REGISTRY.commands.values():
        assert f"| `/{handler.name}" in text, handler.name
