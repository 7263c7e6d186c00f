"""Being told what people write, instead of asking: a small server behind the operator's reverse proxy.

It takes one thing: a POST to the secret path with the secret header, JSON, small, within seconds. Anything else gets an
empty 404 and leaves no trace. An update is confirmed (200) after it was answered and that was noted, so that a crash
makes Telegram bring it again. python-telegram-bot has a server too, but that one confirms before anything is done, and
refuses for ever what the library cannot read.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler, stream_request_body

from bot.alerts.content import NoticeContent
from bot.logs import redactor
from bot.telegram_door.answering import Answering, Memory
from bot.telegram_door.notifier import BAD_TOKEN, TooManyRequestsError
from bot.telegram_door.reduce import ALLOWED_UPDATES
from bot.telegram_door.updates import CONFLICT, trouble_pause
from bot.telegram_door.webhook_secrets import WebhookSecrets
from storage.errors import StorageError

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
"""Bytes of an update; the largest that Telegram sends have some ten thousand."""

BODY_WITHIN = 10.0
"""Seconds that a body may take to arrive."""

IDLE = 75.0
"""Seconds that a connection may stand open unused: longer than proxies keep theirs (nginx: 60)."""

MAX_HEAD = 16 * 1024
AT_ONCE = 10
"""Connections that Telegram may open: one chat's updates follow each other anyway."""

LOOK = 300.0
"""Seconds between two looks whether Telegram still has our address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where Telegram calls (`url`), and where the server listens for it."""

    url: str
    listen: str
    port: int


class Webhook:
    """Listens until cancelled, or until the token is refused."""

    def __init__(
        self,
        *,
        place: Place,
        token: str,
        bot: Bot,
        answering: Answering,
        memory: Memory,
        tell_operator: Callable[[NoticeContent], Awaitable[None]],
        on_bad_token: Callable[[str], None],
    ) -> None:
        self._place = place
        self._secrets = WebhookSecrets.of(token)
        self._bot = bot
        self._answering = answering
        self._memory = memory
        self._tell_operator = tell_operator
        self._on_bad_token = on_bad_token
        self._name = ""
        self._set = False
        self._failures = 0
        self._told = False
        self._last_error: datetime | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        redactor.learn([self._secrets.path, self._secrets.header])

    async def run(self) -> None:
        """Listen, and see to it that Telegram calls here."""
        server: HTTPServer | None = None
        try:
            while True:
                try:
                    server = server or self._listen()
                    await self._register()
                    pause = LOOK
                except InvalidToken:
                    self._on_bad_token(BAD_TOKEN)
                    return
                except TooManyRequestsError as error:
                    pause = error.wait
                except TelegramError as error:
                    pause = self._after_trouble(error.message)
                except (OSError, StorageError) as error:
                    pause = self._after_trouble(str(error))
                await asyncio.sleep(pause)
        finally:
            if server is not None:
                server.stop()
                await server.close_all_connections()
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    def _listen(self) -> HTTPServer:
        application = Application(
            [(r"/.*", _Door, {"secrets": self._secrets, "take": self._take})],
            log_function=lambda _handler: None,  # the path is a secret
        )
        server = HTTPServer(
            application,
            max_body_size=MAX_BODY,
            max_buffer_size=MAX_BODY,
            max_header_size=MAX_HEAD,
            body_timeout=BODY_WITHIN,
            idle_connection_timeout=IDLE,
        )
        server.listen(self._place.port, self._place.listen)
        return server

    # ── at Telegram ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _register(self) -> None:
        address = self._secrets.address(self._place.url)
        if not self._name:
            self._name = (await self._bot.get_me()).username or ""
        if self._set:
            info = await self._bot.get_webhook_info()
            if info.last_error_date is not None and info.last_error_date != self._last_error:
                self._last_error = info.last_error_date
                log.warning("Telegram cannot reach the webhook", detail=info.last_error_message)
            if info.url not in {"", address}:
                # Another program's: taking it back would make the two fight for it.
                if not self._told:
                    log.warning("another program has set a webhook for this bot; alerts are sent as before")
                    await self._tell_operator(CONFLICT)
                self._told = True
                return
            self._told = False
            if info.url:
                return
        await self._memory.save(self._place.url)
        await self._bot.set_webhook(
            address, secret_token=self._secrets.header, allowed_updates=ALLOWED_UPDATES, max_connections=AT_ONCE
        )
        self._set = True
        self._failures = 0
        log.info("Telegram brings what is written to the bot", bot=f"@{self._name}", url=self._place.url)

    def _after_trouble(self, detail: str) -> float:
        self._failures += 1
        tell = log.warning if self._failures == 1 else log.debug
        tell("commands cannot be read; trying again", detail=detail)
        return trouble_pause(self._failures)

    async def _take(self, update: Any) -> bool:
        """Whether it was handled; not where the service stops meanwhile."""
        task = asyncio.create_task(self._answering.answer_pushed(update, bot_name=self._name), name="pushed")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.wait([task])
        return not task.cancelled() and task.exception() is None


@stream_request_body
class _Door(RequestHandler):
    """One request. Whoever does not know the secrets learns nothing, and no body of theirs is read."""

    def initialize(self, secrets: WebhookSecrets, take: Callable[[Any], Awaitable[bool]]) -> None:
        self._secrets = secrets
        self._take = take
        self._body = bytearray()

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.clear_header("Content-Type")

    async def prepare(self) -> None:
        path = self.request.path.rpartition("/")[2]
        header = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        known = hmac.compare_digest(path.encode(), self._secrets.path.encode())
        if not (hmac.compare_digest(header.encode(), self._secrets.header.encode()) and known):
            self._refuse(404)
        elif self.request.method != "POST":
            self._refuse(405)

    async def post(self) -> None:
        try:
            update = json.loads(self._body)
        except (ValueError, RecursionError):
            self._refuse(400)
            return
        if not await self._take(update):
            self._refuse(503)  # Telegram brings it again

    def _refuse(self, status: int) -> None:
        self.set_status(status)
        self.finish()

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Say no more than the number."""
        self._refuse(status_code)
