"""The fake Bot API brings updates to a webhook: one after another, each until it is answered with 2xx.

Unlike Telegram it calls plain http, and soon again after a failure; only loopback is called.
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.servers.bot_updates import Updates

AGAIN = 0.3
"""Seconds after a failure."""

ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(slots=True)
class Webhook:
    """What setWebhook said; no `url`, no webhook."""

    url: str = ""
    secret: str = ""
    allowed: Any = None
    last_error: str = ""
    failures: int = 0

    def info(self, waiting: int) -> dict[str, Any]:
        """A WebhookInfo (core.telegram.org/bots/api#webhookinfo)."""
        told = {"url": self.url, "has_custom_certificate": False, "pending_update_count": waiting}
        return told | (
            {"last_error_date": 1_790_000_000 + self.failures, "last_error_message": self.last_error}
            if self.last_error
            else {}
        )


async def bring(webhook: Webhook, updates: Updates) -> None:
    """Bring what waits, as long as the process lives."""
    while True:
        wanted = {"allowed_updates": webhook.allowed} if webhook.allowed else {}
        if not webhook.url or not (ready := updates.ready(wanted)):
            await asyncio.sleep(0.05)
            continue
        status = await _post(webhook, json.dumps(ready[0]).encode())
        if 200 <= status < 300:
            with contextlib.suppress(ValueError):
                updates.waiting.remove(ready[0])
        else:
            webhook.last_error = f"Wrong response from the webhook: {status}" if status else "Connection refused"
            webhook.failures += 1
            await asyncio.sleep(AGAIN)


async def _post(webhook: Webhook, body: bytes) -> int:
    """The status; 0 where there was none."""
    place = urlsplit(webhook.url)
    assert place.hostname == "127.0.0.1"
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Telegram-Bot-Api-Secret-Token: {webhook.secret}\r\nConnection: close\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write(head.encode() + body)
            line = await reader.readline()
            return int(line.split()[1])
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
    except (OSError, IndexError, ValueError):
        return 0
