"""Telegram's limits, kept by ourselves: per chat, per group and overall. Pure, on a monotonic clock in seconds.

Limits from core.telegram.org/bots/faq, "My bot is hitting limits": about one message a second in a chat, 20 a minute
in a group, and about 30 a second overall, of which we use 25.
"""

from __future__ import annotations

from collections import defaultdict, deque

PER_CHAT_GAP = 1.0
GROUP_MINUTE = 20
OVERALL_SECOND = 25


class Pace:
    """Remembers what was sent when; `delay` says how long to wait, `take` that something leaves now."""

    def __init__(self) -> None:
        self._chats: dict[str, float] = {}
        self._groups: defaultdict[str, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()

    def delay(self, chat: str, *, group: bool, now: float) -> float:
        """Seconds until this chat may be sent to; 0 when it may now."""
        waits = [self._chats.get(chat, now - PER_CHAT_GAP) + PER_CHAT_GAP - now]
        waits.append(_window(self._overall, OVERALL_SECOND, 1.0, now))
        if group:
            waits.append(_window(self._groups[chat], GROUP_MINUTE, 60.0, now))
        return max(0.0, *waits)

    def take(self, chat: str, *, group: bool, now: float) -> None:
        self._chats[chat] = now
        self._overall.append(now)
        if group:
            self._groups[chat].append(now)


def _window(sent: deque[float], most: int, span: float, now: float) -> float:
    while sent and sent[0] <= now - span:
        sent.popleft()
    return sent[0] + span - now if len(sent) >= most else 0.0
