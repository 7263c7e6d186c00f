"""Any value at all has an answer: an update is reduced, never refused with an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.chat.incoming import Ignored, Incoming, Kind
from bot.telegram_door.reduce import reduce, update_id
from tests.chat.shapes import BOT_NAME, GROUP, ME, message, pressed, unauthorised, written

NAMES = some.sampled_from(
    "update_id message callback_query chat id type from is_bot text data message_id date document file_id private"
    " supergroup entities via_bot forward_origin sender_chat edit_date message_thread_id is_topic_message".split()
)
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text() | NAMES,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(NAMES | some.text(), inner, max_size=6),
    max_leaves=30,
)


@given(ANYTHING)
def test_anything_is_reduced(value: Any) -> None:
    assert isinstance(reduce(value, bot_name=BOT_NAME), Incoming)


@given(some.dictionaries(NAMES, ANYTHING, max_size=10))
def test_a_message_with_anything_in_it_is_reduced(inside: dict[str, Any]) -> None:
    for update in ({"update_id": 1, "message": message("/help") | inside}, pressed("up:A1", message=inside)):
        incoming = reduce(update, bot_name=BOT_NAME)
        assert incoming.kind is not Kind.IGNORED or incoming.reason is not None
        json.dumps([incoming.text, incoming.user_name, incoming.words]).encode()
        incoming.text.encode()


@pytest.mark.parametrize("name", sorted(unauthorised("/help", "up:A1")))
def test_what_is_ignored_has_a_reason(name: str) -> None:
    incoming = reduce(unauthorised("/help", "up:A1")[name], bot_name=BOT_NAME)
    assert (incoming.reason is not None) == (incoming.kind is Kind.IGNORED)


@pytest.mark.parametrize(
    ("text", "command", "words"),
    [
        ("/help", "help", ()),
        ("/HELP", "help", ()),
        (f"/help@{BOT_NAME.upper()}", "help", ()),
        ("/search  Tesla\nSacramento", "search", ("Tesla", "Sacramento")),
        (f"/search@{BOT_NAME} x", "search", ("x",)),
    ],
)
def test_a_command_is_read(text: str, command: str, words: tuple[str, ...]) -> None:
    incoming = reduce(written(text), bot_name=BOT_NAME)
    assert (incoming.kind, incoming.command, incoming.words) == (Kind.COMMAND, command, words)


@pytest.mark.parametrize("text", ["/", "//help", "/help!", "/ help", "x /help", "/hé", "/" + "x" * 40])
def test_what_is_no_command_is_text(text: str) -> None:
    assert reduce(written(text), bot_name=BOT_NAME).kind is Kind.TEXT


def test_the_reasons_of_the_handled_cases() -> None:
    shapes = unauthorised("/help", "up:A1")
    reasons = {
        "an anonymous admin": Ignored.SENDER_CHAT,
        "a channel post": Ignored.CHANNEL_POST,
        "an edited message": Ignored.EDITED,
        "a forwarded message": Ignored.FORWARDED,
        "a message through another bot": Ignored.VIA_BOT,
        "a business message": Ignored.BUSINESS,
        "a bot's message": Ignored.FROM_BOT,
        "a command for another bot": Ignored.OTHER_BOT,
        "a press under an inline message": Ignored.INLINE,
        "a press with long data": Ignored.BAD_DATA,
    }
    for name, reason in reasons.items():
        assert reduce(shapes[name], bot_name=BOT_NAME).reason is reason, name


def test_documents_presses_topics_and_answers_are_read() -> None:
    file = {"file_id": "F1", "file_name": "rules.yaml", "file_size": 5}
    document = reduce(written("", document=file), bot_name=BOT_NAME)
    assert document.kind is Kind.DOCUMENT
    assert document.document is not None
    assert (document.document.name, document.document.size) == ("rules.yaml", 5)
    press = reduce(pressed("up:A12", under=9), bot_name=BOT_NAME)
    assert (press.kind, press.data, press.message_id, press.user_id) == (Kind.PRESS, "up:A12", 9, ME)
    topic = written("/why", where=GROUP, who=ME, is_topic_message=True, message_thread_id=5)
    answer = written("/why", where=GROUP, who=ME, message_thread_id=5, reply_to_message={"message_id": 3})
    assert reduce(topic, bot_name=BOT_NAME).thread == 5
    assert (reduce(answer, bot_name=BOT_NAME).thread, reduce(answer, bot_name=BOT_NAME).reply_to) == (None, 3)


def test_an_update_without_a_usable_number_has_none() -> None:
    assert [update_id(one) for one in ({}, {"update_id": -1}, {"update_id": "1"}, {"update_id": True}, None, 7)] == [
        None
    ] * 6
