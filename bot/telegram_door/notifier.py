"""Telegram as a channel: one request, one classified outcome.

What python-telegram-bot raises is told apart by class and, for what may or may not have left, by the httpx error
underneath: only a failed connection or an exhausted pool is certain to have sent nothing.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)
from telegram.request import HTTPXRequest, RequestData

from bot.alerts.deliver import Delivery
from bot.alerts.keyboard import Keyboard
from bot.alerts.outcomes import Outcome, Result

BARE_429_WAIT = 30.0
"""Seconds to wait after a 429 that names no time."""

BAD_TOKEN = "Telegram answers 401 or 404: check the token and telegram.base_url"  # noqa: S105 - words for people

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class TelegramNotifier:
    """Sends with the Bot API at `base_url`. The token appears nowhere but in the requests' addresses."""

    paced = True
    has_buttons = True

    def __init__(self, *, token: str, base_url: str, timeout: float) -> None:
        self._request = StatusRequest(
            connection_pool_size=32,
            connect_timeout=timeout,
            read_timeout=timeout,
            write_timeout=timeout,
            pool_timeout=timeout,
            httpx_kwargs={"trust_env": False},
        )
        self.bot = Bot(
            token,
            base_url=f"{base_url}/bot",
            base_file_url=f"{base_url}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    async def close(self) -> None:
        await self._request.shutdown()

    async def bot_name(self) -> str | Outcome:
        """The bot's username; what went wrong where Telegram does not tell it."""
        try:
            return (await self.bot.get_me()).username or ""
        except TelegramError as error:
            return classify(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            return Outcome(result=Result.UNKNOWN, detail=f"unreadable answer ({type(error).__name__})")

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send or edit one message."""
        mode = ParseMode.HTML if delivery.html else None
        preview = LinkPreviewOptions(is_disabled=not delivery.preview)
        buttons = markup(delivery.keyboard)
        try:
            if delivery.message_id is not None:
                await self.bot.edit_message_text(
                    chat_id=delivery.chat_id,
                    message_id=delivery.message_id,
                    text=delivery.text,
                    parse_mode=mode,
                    link_preview_options=preview,
                    reply_markup=buttons,  # an edit without them would take them away
                )
                return Outcome(result=Result.SENT, message_id=delivery.message_id)
            sent = await self.bot.send_message(
                chat_id=delivery.chat_id,
                text=delivery.text,
                parse_mode=mode,
                link_preview_options=preview,
                message_thread_id=delivery.thread,
                disable_notification=delivery.silent,
                # A message that somebody deleted must not cost its answer.
                reply_parameters=ReplyParameters(delivery.answers, allow_sending_without_reply=True)
                if delivery.answers is not None
                else None,
                reply_markup=buttons,
            )
        except TelegramError as error:
            return classify(error)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # A 200 whose JSON is not a message: it was accepted, and we do not know as what.
            return Outcome(result=Result.UNKNOWN, detail=f"unreadable answer ({type(error).__name__})")
        return Outcome(result=Result.SENT, message_id=sent.message_id)


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Buttons as the library knows them; None where there are none."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(key.text, callback_data=key.data or None, url=key.url or None) for key in row]
            for row in keyboard
        ]
    )


def classify(error: TelegramError) -> Outcome:
    """What an error of the library means for the message. Subclasses first: most are NetworkErrors too."""
    text = error.message
    if isinstance(error, TooManyRequestsError):
        return Outcome(result=Result.WAIT, wait=error.wait, detail=text)
    if isinstance(error, ChatMigrated):
        return Outcome(result=Result.MIGRATED, new_id=str(error.new_chat_id), detail=text)
    if isinstance(error, Forbidden):
        return Outcome(result=Result.FORBIDDEN, detail=text)
    if isinstance(error, InvalidToken):
        return Outcome(result=Result.BAD_TOKEN, detail=BAD_TOKEN)
    if isinstance(error, BadRequest):
        lowered = text.lower()
        if "message is not modified" in lowered:
            return Outcome(result=Result.UNCHANGED)
        if "can't parse" in lowered:
            return Outcome(result=Result.BAD_MARKUP, detail=text)
        return Outcome(result=Result.REFUSED, detail=text)
    if isinstance(error, Conflict):
        return Outcome(result=Result.NOT_SENT, detail=text)
    if isinstance(error, NetworkError) and isinstance(error.__cause__, _NOT_SENT):
        return Outcome(result=Result.NOT_SENT, detail=_cause(error))
    return Outcome(result=Result.UNKNOWN, detail=_cause(error))


def _cause(error: TelegramError) -> str:
    cause = error.__cause__
    if cause is None:
        return error.message
    return f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__


class TooManyRequestsError(TelegramError):
    """A 429 and its wait in seconds. The library's own RetryAfter warns whoever reads its wait as a number."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"too many requests, retry after {wait:g} s")
        self.wait = wait


class StatusRequest(HTTPXRequest):
    """Keeps what the library drops: a 429 without parameters, an answer above 500, a 200 that is not JSON."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        status, payload = await super().do_request(url, method, request_data, *args, **kwargs)
        if status == 429:
            raise TooManyRequestsError(_named_wait(payload))
        if status >= 500:
            raise NetworkError(f"the server answered {status}")
        if 200 <= status < 300:
            try:
                answer = json.loads(payload)
                whole = isinstance(answer, dict) and answer.get("ok") is True and "result" in answer
            except ValueError:
                whole = False
            if not whole:
                raise NetworkError(f"the server answered {status} with something that is not Telegram's JSON")
        return status, payload


def _named_wait(payload: bytes) -> float:
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return BARE_429_WAIT
