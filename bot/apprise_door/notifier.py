"""A chat of kind `apprise`: one URL, one classified outcome.

Apprise is synchronous, its plugins' timeouts are for each read of a socket (4 s), and some wait between two messages.
So a message is sent in a thread that nobody waits for longer than `patience`. A thread cannot be ended: while one
hangs, nothing more is sent to its chat, and it does not keep the program from ending.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator

import apprise

from bot.alerts.deliver import Delivery
from bot.alerts.outcomes import Outcome, Result
from bot.alerts.plain import Plain, as_plain
from bot.apprise_door.outcome import keys_of, outcome_of, secrets_of
from bot.logs import redactor

PATIENCE = 60.0
"""Seconds: a page of a digest may be several messages there, with 5.5 s between two (Apprise's own pace)."""

NO_NUMBER = 0
"""Messages have no numbers there; the outbox keeps that there is one."""

NOT_UNDERSTOOD = "Apprise does not understand the URL"


class AppriseNotifier:
    """Sends to what the URL stands for. The URL appears in nothing that is said."""

    paced = True
    has_buttons = False

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._secrets = secrets_of(url)
        self._service: apprise.Apprise | None = None
        self._under_way = False
        redactor.learn(keys_of(url))

    async def deliver(self, delivery: Delivery) -> Outcome:
        """Send one message. What would edit one changes nothing there, and is done."""
        if delivery.message_id is not None:
            return Outcome(result=Result.UNCHANGED)
        if self._under_way:
            return Outcome(result=Result.NOT_SENT, detail="the message before is still on its way")
        title, _, rest = delivery.text.partition("\n")
        plain = as_plain(delivery.text) if delivery.html else Plain(title=title, body=rest)
        # What rings in Telegram is a warning here; services that know priorities show it by colour or sign.
        kind = apprise.NotifyType.INFO if delivery.silent else apprise.NotifyType.WARNING
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Outcome] = loop.create_future()

        def work() -> None:
            outcome = self._send(plain, kind)
            self._under_way = False
            with contextlib.suppress(RuntimeError):  # the program has ended meanwhile
                loop.call_soon_threadsafe(_settle, answer, outcome)

        self._under_way = True
        threading.Thread(target=work, name="apprise", daemon=True).start()
        try:
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError:
            return Outcome(result=Result.UNKNOWN, detail=f"no answer within {self._patience:g} s")

    def _send(self, plain: Plain, kind: apprise.NotifyType) -> Outcome:
        with _ear.listening() as said:
            try:
                if self._service is None:
                    self._service = open_service(self._url)
                if self._service is None:
                    return Outcome(result=Result.FORBIDDEN, detail=NOT_UNDERSTOOD)
                sent = self._service.notify(
                    title=plain.title if plain.body else "",
                    body=plain.body or plain.title,
                    notify_type=kind,
                    body_format=apprise.NotifyFormat.TEXT,
                )
            except Exception as error:  # noqa: BLE001 - a plugin's bug: what was sent is not known
                return Outcome(result=Result.UNKNOWN, detail=f"Apprise failed ({type(error).__name__})")
        return Outcome(result=Result.SENT, message_id=NO_NUMBER) if sent else outcome_of(said, self._secrets)


def _settle(answer: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not answer.done():
        answer.set_result(outcome)


def open_service(url: str) -> apprise.Apprise | None:
    """Apprise with this URL; None where it does not understand it."""
    _take_over_the_log()
    # Its own deadline leaves threads behind that keep the program from ending; ours is in deliver().
    asset = apprise.AppriseAsset(async_mode=False, service_timeout=0, storage_mode=apprise.PersistentStoreMode.MEMORY)
    service = apprise.Apprise(asset=asset)
    if not service.add(url) or len(service) != 1:
        return None
    for plugin in service:
        # A service with short messages gets a long one in pieces: a digest that is cut would lose stories.
        plugin.overflow_mode = apprise.OverflowMode.SPLIT
    return service


# ── what Apprise says ────────────────────────────────────────────────────────────────────────────────────────────────


class _Ear(logging.Handler):
    """Keeps what is said in a thread that listens; nothing of it reaches our log, since Apprise writes URLs."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self._heard = threading.local()

    @contextlib.contextmanager
    def listening(self) -> Iterator[list[str]]:
        """The lines that this thread says meanwhile."""
        self._heard.lines = lines = list[str]()
        try:
            yield lines
        finally:
            del self._heard.lines

    def emit(self, record: logging.LogRecord) -> None:
        lines = getattr(self._heard, "lines", None)
        # Payloads and answers are said at DEBUG as well; of that level only the connection's error is wanted.
        if lines is not None and (record.levelno > logging.DEBUG or str(record.msg).startswith("Socket Exception")):
            lines.append(record.getMessage())


_ear = _Ear()


def _take_over_the_log() -> None:
    """All that Apprise says goes to the ear, and nowhere else."""
    logger = logging.getLogger("apprise")
    if _ear not in logger.handlers:
        logger.addHandler(_ear)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
