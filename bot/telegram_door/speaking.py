"""What the conversation answers, sent. An answer is worth something now or not at all: nothing here waits for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog
from telegram import BotCommand, BotCommandScopeChat, BotCommandScopeDefault, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.alerts.markup import visible
from bot.alerts.outcomes import Outcome, Result
from bot.alerts.pacing import Pace
from bot.chat.menu import Menu
from bot.chat.say import Edit, Keyboard, Photo, Say, Send, Toast
from bot.logs import redactor
from bot.telegram_door.notifier import TelegramNotifier, classify, markup

log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds that an answer waits for its turn; who waits longer has asked again."""

TRIES = 3
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Speaker:
    """`lane` names the chat whose limits a message counts for: alerts and answers share them."""

    def __init__(self, notifier: TelegramNotifier, pace: Pace, lane: Callable[[int], str]) -> None:
        self._bot = notifier.bot
        self._pace = pace
        self._lane = lane
        self._menus: set[Menu] = set()

    async def say(self, said: Say) -> bool:
        """Send one answer; whether it arrived."""
        if isinstance(said, Toast):
            return await self._toast(said)
        plain, waited = False, 0.0
        outcome = Outcome(result=Result.NOT_SENT, detail="its turn did not come")
        for _ in range(TRIES):
            waited += await self._take_turn(said.chat_id, PATIENCE - waited)
            if waited > PATIENCE:
                break
            outcome = (
                await self._photo(said, plain=plain) if isinstance(said, Photo) else await self._once(said, plain=plain)
            )
            if outcome.result in {Result.SENT, Result.UNCHANGED}:
                return True
            if outcome.result is Result.BAD_MARKUP and not plain:
                plain = True
                continue
            if outcome.result not in {Result.WAIT, Result.NOT_SENT}:
                break  # refused, or it may have arrived: saying it twice is worse than not at all
            waited += (pause := outcome.wait or 1.0)
            if waited > PATIENCE:
                break
            await asyncio.sleep(pause)
        if isinstance(said, Photo) and outcome.result is Result.REFUSED:
            text = Send(chat_id=said.chat_id, html=said.instead, thread=said.thread, reply_to=said.reply_to)
            return await self.say(text)
        log.warning("not answered", chat=self._lane(said.chat_id), why=outcome.result.value, detail=outcome.detail)
        return False

    async def _take_turn(self, chat_id: int, patience: float) -> float:
        """Wait for the chat's turn and take it; seconds waited, more than `patience` where it did not come."""
        lane, group, waited = self._lane(chat_id), chat_id < 0, 0.0
        while True:
            wait = self._pace.delay(lane, group=group, now=time.monotonic())
            waited += wait
            if wait <= 0 and waited <= patience:
                self._pace.take(lane, group=group, now=time.monotonic())
            if wait <= 0 or waited > patience:
                return waited
            await asyncio.sleep(wait)  # others wait for the same turn: look again

    async def _toast(self, toast: Toast) -> bool:
        try:
            await self._bot.answer_callback_query(toast.callback_id, text=toast.text[:200] or None)
        except TelegramError as error:  # most often: it was pressed long ago, while the service was down
            log.debug("a pressed button was not answered", detail=error.message)
            return False
        return True

    async def _once(self, said: Send | Edit | Keyboard, *, plain: bool) -> Outcome:
        buttons = markup(said.keyboard)
        try:
            if isinstance(said, Keyboard):
                await self._bot.edit_message_reply_markup(
                    chat_id=said.chat_id, message_id=said.message_id, reply_markup=buttons
                )
                return Outcome(result=Result.SENT)
            text = redactor.clean(visible(said.html) if plain else said.html)
            mode = None if plain else ParseMode.HTML
            if isinstance(said, Edit):
                await self._bot.edit_message_text(
                    chat_id=said.chat_id,
                    message_id=said.message_id,
                    text=text,
                    parse_mode=mode,
                    reply_markup=buttons,
                    link_preview_options=_NO_PREVIEW,
                )
                return Outcome(result=Result.SENT)
            await self._bot.send_message(
                chat_id=said.chat_id,
                text=text,
                parse_mode=mode,
                reply_markup=buttons,
                message_thread_id=said.thread,
                link_preview_options=_NO_PREVIEW,
                reply_parameters=_reply(said.reply_to),
            )
        except TelegramError as error:
            return classify(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Outcome(result=Result.UNKNOWN, detail=f"unreadable answer ({type(error).__name__})")
        return Outcome(result=Result.SENT)

    async def _photo(self, said: Photo, *, plain: bool) -> Outcome:
        try:
            await self._bot.send_photo(
                chat_id=said.chat_id,
                photo=said.png,
                filename="stats.png",
                caption=redactor.clean(visible(said.html) if plain else said.html),
                parse_mode=None if plain else ParseMode.HTML,
                message_thread_id=said.thread,
                reply_parameters=_reply(said.reply_to),
            )
        except TelegramError as error:
            return classify(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Outcome(result=Result.UNKNOWN, detail=f"unreadable answer ({type(error).__name__})")
        return Outcome(result=Result.SENT)

    async def show_menus(self, wanted: list[Menu]) -> bool:
        """Register what this process has not registered yet; False where the network failed, to be tried again.

        A menu that Telegram refuses is tried again at the next start.
        """
        for menu in wanted:
            if menu in self._menus:
                continue
            scope = BotCommandScopeDefault() if menu.chat_id is None else BotCommandScopeChat(menu.chat_id)
            commands = [BotCommand(name, text) for name, text in menu.commands]
            try:
                await self._bot.set_my_commands(commands, scope=scope, language_code=menu.language or None)
            except TelegramError as error:
                if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
                    log.debug("the menu of commands is registered later", detail=error.message)
                    return False
                log.warning("the menu of commands was not registered", detail=error.message)
            self._menus.add(menu)
        return True


def _reply(message_id: int | None) -> ReplyParameters | None:
    """A request that was deleted meanwhile must not cost its answer."""
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id is not None else None
