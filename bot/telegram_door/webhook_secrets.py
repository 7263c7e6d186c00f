"""The two secrets of a webhook. Pure.

Both are made from the bot's token, so there is nothing more to keep: who knows the token needs neither, and who knows
them does not know the token.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecrets:
    """`path` ends the address that Telegram calls, `header` is what it shows there."""

    path: str
    header: str

    @classmethod
    def of(cls, token: str) -> Self:
        def made(purpose: bytes) -> str:
            return hmac.new(token.encode(), b"rackwatch webhook " + purpose, hashlib.sha256).hexdigest()

        return cls(path=made(b"path")[:32], header=made(b"header"))

    def address(self, url: str) -> str:
        """The whole address for the one of rackwatch.yaml."""
        return f"{url.rstrip('/')}/{self.path}"
