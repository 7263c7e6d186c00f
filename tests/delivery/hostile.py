"""Random messages of the outbox, made of what feeds should never say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bot.alerts.content import (
    AlertContent,
    DigestContent,
    DigestLine,
    FirstReport,
    Marked,
    NoticeContent,
    Reason,
    ReplyContent,
    Report,
)
from storage.records import OutboxItem, OutboxKind, OutboxState

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

PIECES = (
    "</b>", "<b>", "<script>alert(1)</script>", "<a href='x'>", "</a>", "&", "&lt;", "&amp;amp;", "&#0;", "&nbsp;", "<",
    ">", '"', "'", "\ud800", "\udc00\ud83d", "\udfff", "🚗", "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "❤️", "e\u0301\u0323\u0302",
    "Z̸̡̢̛͔̗̭̣͎̲̔̎", "\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\u200d", "\ufeff", "\u00ad", "عاجل", "מרכז נתונים",
    "数据中心", "データセンター", "데이터센터", "Rechenzentrum", "Tesla", "data center", " ", "  ", "\n", "\r\n", "\t",
    "\x00", "\x08", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u2029", "\u00a0", "\u3164", "#tag", "@name",
    "https://x.example/?a=1&b=2", "\U0010ffff", "\ufffe", "\ufdd0", "…", "•", "%s", "{}", "\\", "`", "*_[", "Ω",
)  # fmt: skip

ADDRESSES = (
    "https://news.example/1?a=1&b=2", "http://x.example/'\"><b>", "https://x.example/" + "a" * 5000,
    "javascript:alert(1)", "", "http://", "https:///path", "https://x.example/a b", "https://x.example/\n", "https://x.example/\ud800",
    "//x.example", "https://пример.example/новости", "https://x.example/#</a>", "HTTPS://X.EXAMPLE/", "https://x.example\x00/",
    "ftp://x/", "https://x.example/&quot;&#0;", "tg://user?id=1", "https://[::1]/", "https://u:p@x.example/\u202e",
)  # fmt: skip


class Hostile:
    """Makes one item after the other from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def text(self) -> str:
        """Mostly short; sometimes of 10,000 signs, or one letter, mark or word over and over."""
        random = self._random
        kind = random.random()
        if kind < 0.03:
            return ""
        if kind < 0.05:
            return (random.choice(PIECES) * 10_000)[:10_000]
        if kind < 0.10:
            return random.choice(PIECES) * random.randrange(1, 600)
        if kind < 0.20:
            return "".join(chr(random.randrange(0x110000)) for _ in range(random.randrange(60)))
        return "".join(random.choices(PIECES, k=random.randrange(1, 60)))

    def marked(self) -> Marked:
        text, random = self.text(), self._random
        ends = sorted(random.randrange(len(text) + 1) for _ in range(2 * random.choice((0, 1, 3, 80))))
        return Marked(text=text, spans=tuple(zip(ends[::2], ends[1::2], strict=True)))

    def address(self) -> str:
        return self._random.choice(ADDRESSES)

    def at(self) -> str:
        return (NOON - timedelta(minutes=self._random.randrange(1_000_000))).isoformat()

    def _some(self, most: int, make: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(make() for _ in range(min(self._random.randrange(most + 1), self._random.randrange(most + 1))))

    def report(self) -> Report:
        return Report(
            publisher=self.text(),
            title=self.text(),
            url=self.address(),
            at=self.at(),
            language=self._random.choice((None, "de", "zh-Hans", "<b>", "\ud800")),
            words=self._some(6, self.text),
        )

    def alert(self) -> AlertContent:
        random = self._random
        reports = (self.report(), *self._some(29, self.report))
        return AlertContent(
            priority=random.choice(("high", "normal", "low", "<")),
            watches={f"watch-{number}": "" for number in range(random.randrange(1, 30))},
            title=self.marked(),
            excerpt=self.marked(),
            url=random.choice((reports[0].url, self.address())),
            reasons=self._some(4, lambda: Reason(rule=self.text(), text=self.text())),
            reports=reports,
            voices=random.randrange(40),
            first=random.choice((None, FirstReport(publisher=self.text(), how="cited by others", lead=90))),
            told_in=random.choice((None, 10**9)),
            tells_of=self._some(9, lambda: 10**9),
            moved_to=self._some(9, lambda: 10**9),
            moved_from=random.choice((None, 10**9)),
        )

    def content(self) -> tuple[OutboxKind, Any]:
        """What the outbox holds, of every kind; mostly alerts."""
        kind = self._random.random()
        if kind < 0.7:
            return self._random.choice((OutboxKind.MESSAGE, OutboxKind.EDIT)), self.alert()
        if kind < 0.85:
            return OutboxKind.NOTICE, ReplyContent(
                kind=self._random.choice(("DENIAL", "GRAVER", "another")),
                headline=self._random.choice(("Denied or corrected", "<b>")),
                publisher=self.text(),
                title=self.text(),
                url=self.address(),
            )
        if kind < 0.95:
            return OutboxKind.NOTICE, DigestContent(
                total=self._random.randrange(1, 10_000),
                why=self._some(8, self.text),
                lines=self._some(50, lambda: DigestLine(
                    title=self.text(), url=self.address(), publisher=self.text(), at=self.at())),
            )  # fmt: skip
        return OutboxKind.NOTICE, NoticeContent(headline=self.text(), lines=self._some(20, self.text))

    def item(self) -> OutboxItem:
        kind, content = self.content()
        return OutboxItem(
            id=1,
            chat="c",
            kind=kind,
            alert_id=10**9 if kind is not OutboxKind.NOTICE else None,
            message_id=None,
            content=content.to_json(),
            state=OutboxState.SENDING,
            attempts=1,
            possible_repeat=self._random.random() < 0.5,
            plain=False,
            not_before=NOON,
            created_at=NOON,
            settled_at=None,
            last_error=None,
        )
