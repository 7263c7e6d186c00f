"""Reading what people write: long polling, with a pool of connections of its own, so that it holds up no sending.

Updates are confirmed to Telegram when they and all before them are handled, so a crash repeats at most what was under
way, and loses nothing. Reading goes on meanwhile, since a pressed button waits for its answer, whatever its chat or
another one is busy with.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from bot.alerts.content import NoticeContent
from bot.logs import log_bug
from bot.telegram_door.answering import Answering, Memory
from bot.telegram_door.notifier import BAD_TOKEN, StatusRequest, TooManyRequestsError
from bot.telegram_door.reduce import ALLOWED_UPDATES, update_id
from bot.telegram_door.webhook_secrets import WebhookSecrets
from storage.errors import StorageError

log = structlog.get_logger(__name__)

POLL = 25
"""Seconds that Telegram keeps a request open while nothing arrives; below the 30 after which proxies cut it."""

AT_ONCE = 100
"""Updates in an answer, the Bot API's most."""

LOOK = 0.5
"""Seconds until reading goes on while something is under way: a button that is pressed meanwhile is answered then."""

QUIET_AFTER_CONFLICT = 600.0
"""Seconds without a conflict after which the other reader counts as gone."""

CONFLICT = NoticeContent(
    headline="another program reads this bot's messages",
    lines=(
        "Telegram answers 409: two programs read with one token, or a webhook is set.",
        "Commands and buttons may not be answered meanwhile; alerts are sent as before.",
        "Stop the other program, or give each its own bot.",
    ),
)


def conflict_pause(times: int) -> float:
    """Seconds after the so-many-th conflict: 5, 10, 20 … five minutes."""
    return float(min(5 * 2 ** min(max(times, 1) - 1, 10), 300))


def trouble_pause(times: int) -> float:
    """Seconds after the so-many-th failure in a row: 1, 2, 4 … one minute."""
    return float(min(2 ** min(max(times, 1) - 1, 10), 60))


class Updates:
    """Reads until cancelled, or until the token is refused."""

    def __init__(
        self,
        *,
        token: str,
        base_url: str,
        timeout: float,
        answering: Answering,
        webhook: Memory,
        tell_operator: Callable[[NoticeContent], Awaitable[None]],
        on_bad_token: Callable[[str], None],
    ) -> None:
        self._address = f"{base_url}/bot{token}"
        self._secrets = WebhookSecrets.of(token)
        self._timeout = timeout
        self._answering = answering
        self._webhook = webhook
        self._tell_operator = tell_operator
        self._on_bad_token = on_bad_token
        self._request = StatusRequest(
            connection_pool_size=2,
            connect_timeout=timeout,
            read_timeout=timeout,
            write_timeout=timeout,
            pool_timeout=timeout,
            httpx_kwargs={"trust_env": False},
        )
        self._name = ""
        self._prepared = False
        self._failures = 0
        self._conflicts = 0
        self._last_conflict = 0.0

    async def close(self) -> None:
        await self._request.shutdown()

    async def run(self) -> None:
        """Read and have answered, until cancelled; returns where the token is refused."""
        try:
            await self._read()
        finally:
            await self._answering.stop()

    async def _read(self) -> None:
        while True:
            try:
                batch = await self._next()
            except InvalidToken:
                self._on_bad_token(BAD_TOKEN)
                return
            except Conflict as error:
                pause = await self._after_conflict(error)
            except TooManyRequestsError as error:
                pause = error.wait
            except TelegramError as error:
                pause = self._after_trouble(error.message)
            except StorageError as error:
                pause = self._after_trouble(str(error))
            except Exception as error:  # noqa: BLE001 - a bug must not end the conversation for good
                log_bug(log, "reading commands failed unexpectedly", error)
                pause = self._after_trouble(type(error).__name__)
            else:
                self._well()
                self._answering.take(batch, bot_name=self._name)
                await self._answering.wait(LOOK)
                continue
            await asyncio.sleep(pause)

    # ── one request ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _next(self) -> list[Any]:
        if not self._name:
            me = await self._request.post(f"{self._address}/getMe")
            name = me.get("username") if isinstance(me, dict) else None
            self._name = name if isinstance(name, str) else ""
            log.info("reading what is written to the bot", bot=f"@{self._name}")
        if not self._prepared:
            await self._take_webhook_back()
            self._prepared = True
        query: dict[str, Any] = {
            "timeout": 0 if self._answering.busy else POLL,
            "limit": AT_ONCE,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        if (offset := self._answering.offset()) is not None:
            query["offset"] = offset
        # Not through Bot.get_updates: it reads all updates of an answer or none, and an update that the library does
        # not understand would come again for ever.
        found = await self._request.post(
            f"{self._address}/getUpdates?{urlencode(query)}", read_timeout=POLL + self._timeout
        )
        if not isinstance(found, list):
            raise NetworkError("the server answered getUpdates with something that is no list")
        if found and all(update_id(update) is None for update in found):
            raise NetworkError("the server sent updates without numbers")
        return found

    async def _take_webhook_back(self) -> None:
        """Remove the webhook that this program set at an earlier start, and no other; what waits is kept for us."""
        if (set_before := await self._webhook.load()) is None:
            return
        info = await self._request.post(f"{self._address}/getWebhookInfo")
        if isinstance(info, dict) and info.get("url") == self._secrets.address(set_before):
            await self._request.post(f"{self._address}/deleteWebhook")
            log.info("the webhook was removed; messages are fetched again")
        await self._webhook.save(None)

    async def _after_conflict(self, error: Conflict) -> float:
        now = asyncio.get_running_loop().time()
        if self._conflicts and now - self._last_conflict > QUIET_AFTER_CONFLICT:
            self._conflicts = 0
        self._conflicts += 1
        self._last_conflict = now
        if self._conflicts == 1:
            log.warning("another program reads this bot's messages; alerts are sent as before", detail=error.message)
            try:
                await self._tell_operator(CONFLICT)
            except StorageError as trouble:
                log.error("the operator was not told of it", error=str(trouble))
        return conflict_pause(self._conflicts)

    def _after_trouble(self, detail: str) -> float:
        self._failures += 1
        tell = log.warning if self._failures == 1 else log.debug
        tell("commands cannot be read; trying again", detail=detail)
        return trouble_pause(self._failures)

    def _well(self) -> None:
        if self._failures:
            log.info("commands are read again", failures=self._failures)
        self._failures = 0
