"""Whatever a feed says, Telegram takes the message, whole: by its strict rules, in each language."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.content import AlertContent
from bot.alerts.deliver import Delivery
from bot.alerts.markup import clean, visible
from bot.alerts.outcomes import Result
from bot.alerts.render import message
from bot.alerts.words import LANGUAGES
from bot.telegram_door.notifier import TelegramNotifier
from storage.records import OutboxItem, OutboxKind
from tests.conftest import CHAT
from tests.delivery.hostile import Hostile
from tests.servers.bot_state import BadRequestError, read_text
from tests.servers.telegram_html import parse_html
from tests.world import TOKEN, BotApi

ZONES = [ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")]


def refusals(count: int, seed: int) -> list[str]:
    """What is wrong with so many random messages; nothing, if all is well."""
    hostile = Hostile(seed)
    languages = list(LANGUAGES.values())
    wrong = []
    for number in range(count):
        item = hostile.item()
        text = message(item, ZONES[number % 2], languages[number // 2 % 2])
        try:
            read_text({"text": text, "parse_mode": "HTML"})
        except BadRequestError as refused:
            wrong.append(f"message {number}: {refused}: {text[:200]!r}")
            continue
        shown = parse_html(text).text
        if visible(text) != shown:
            wrong.append(f"message {number}: without its markup it is another text")
        if item.kind is not OutboxKind.NOTICE and not _begins_with_title(item, shown):
            wrong.append(f"message {number}: does not begin with its title: {shown[:200]!r}")
    return wrong


def _begins_with_title(item: OutboxItem, shown: str) -> bool:
    """Whether the first line that no mark stands on is the title, as far as it is shown."""
    content = AlertContent.from_json(item.content)
    lines = [line for line in shown.split("\n") if not line.startswith(("↻", "→ ")) and line]
    first = lines[0].removeprefix("❗ ").removesuffix("…").rstrip()
    title = clean(content.title.text).replace("\n", " ")
    return title.startswith(first) or first in {words.untitled for words in LANGUAGES.values()}


def test_random_messages_are_never_refused_nor_cut() -> None:
    assert refusals(2000, seed=1) == []


@pytest.mark.slow
def test_a_hundred_thousand_random_messages_are_never_refused_nor_cut() -> None:
    """11 minutes on one of two busy cores, most of it for making and reading the texts."""
    assert refusals(100_000, seed=2) == []


def test_halves_of_characters_reach_telegram_as_something_else(bot_api: BotApi) -> None:
    """As the outbox holds them: JSON can say a lone surrogate, UTF-8 cannot."""
    lone = json.loads(r'"Tesla \ud83d data \udc00 center"')
    hostile = Hostile(3)
    while (item := hostile.item()).kind is not OutboxKind.MESSAGE:
        pass
    item = replace(item, content=dict(item.content) | {"title": {"text": lone, "spans": [[0, 7]]}, "url": ""})

    async def send(text: str, *, html: bool) -> Result:
        notifier = TelegramNotifier(token=TOKEN, base_url=bot_api.server.base_url, timeout=5)
        try:
            outcome = await notifier.deliver(
                Delivery(
                    chat="c",
                    chat_id=str(CHAT),
                    text=text,
                    html=html,
                    message_id=None,
                    answers=None,
                    alert=None,
                    thread=None,
                    preview=False,
                    silent=False,
                )
            )
        finally:
            await notifier.close()
        return outcome.result

    text = message(item, ZONES[0])
    assert asyncio.run(send(text, html=True)) is Result.SENT
    assert asyncio.run(send(visible(text), html=False)) is Result.SENT
    assert all("Tesla \ufffd data \ufffd center" in one["text"] for one in bot_api.messages())
