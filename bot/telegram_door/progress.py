"""Which updates were handled. Pure.

Kept as JSON: the first number that is not handled, and those above it that are.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

FORGOTTEN_AFTER = timedelta(days=6)
"""After a week without updates Telegram may go on with any number (core.telegram.org/bots/api#update): one below ours
would never be seen again. Before that we leave it to Telegram, which knows what was confirmed."""

KEPT = 200
"""Numbers that are remembered one by one. Telegram brings a failed update again within minutes, few others later."""


@dataclass(slots=True, kw_only=True)
class Progress:
    """`bot` is the bot's number: another bot's updates are counted apart. `at` is when the last update came."""

    bot: str
    at: datetime = field(default_factory=lambda: datetime.fromtimestamp(0, UTC))
    _next: int = 0
    _handled: set[int] = field(default_factory=set)
    _waiting: set[int] = field(default_factory=set)

    def offset(self, now: datetime) -> int | None:
        """The first update to ask for; None where that is left to Telegram."""
        return self._next if self._next and now - self.at < FORGOTTEN_AFTER else None

    def began(self, numbers: Collection[int], *, now: datetime) -> None:
        """These arrived."""
        if not numbers:
            return
        if now - self.at >= FORGOTTEN_AFTER:
            self._next, self._handled = 0, set()
        self.at = now
        self._waiting |= {number for number in numbers if self.is_new(number)}
        self._next = min(self._waiting, default=max(self._next, max(numbers) + 1))

    def is_new(self, number: int) -> bool:
        return number >= self._next and number not in self._handled

    def done(self, number: int) -> None:
        """This one is handled."""
        self._waiting.discard(number)
        self._handled.add(number)
        self._next = min(self._waiting, default=max(self._handled) + 1)
        self._handled = {one for one in self._handled if one >= self._next}

    def took(self, number: int, *, now: datetime) -> None:
        """This one was brought and is handled; what has a lower number may still come."""
        if now - self.at >= FORGOTTEN_AFTER:
            self._next, self._handled = 0, set()
        self.at = now
        self._handled.add(number)
        while self._next in self._handled:
            self._handled.discard(self._next)
            self._next += 1
        if len(self._handled) > KEPT:
            self._handled.remove(min(self._handled))

    def text(self) -> str:
        return json.dumps(
            {"bot": self.bot, "next": self._next, "handled": sorted(self._handled), "at": self.at.isoformat()}
        )

    @classmethod
    def read(cls, text: str | None, *, bot: str) -> Progress:
        """What `text` wrote; a beginning where there is nothing, or it is another bot's."""
        values = json.loads(text) if text else {}
        if values.get("bot") != bot:
            return cls(bot=bot)
        return cls(
            bot=bot,
            at=datetime.fromisoformat(values["at"]),
            _next=int(values["next"]),
            _handled={int(one) for one in values["handled"]},
        )
