"""Which alerts of a chat leave now, which wait for its times, and which are told together in a digest. Pure.

Decided when an alert would leave, not when it is made: after an outage that ends at night the chat still sleeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.alerts.compose import RANK
from bot.alerts.content import AlertContent, PageContent, PageLine, ReplyContent
from bot.alerts.markup import units, visible
from bot.alerts.render import ROOM, page_heading, page_line
from bot.alerts.times import ChatTimes
from bot.alerts.words import LANGUAGES
from storage.records import Arrangement, DigestPage, Hold, OutboxKind, Waiting

HEADER = 80
"""UTF-16 units kept for a page's first line: "Digest: 50,000 stories · page 1,250 of 1,250"."""

ENTITIES = 95
"""Links and bold words on a page: Telegram keeps 100 of a message and drops the rest (limits.tginfo.me)."""

_ANY_ZONE = ZoneInfo("UTC")
"""For measuring: a day is as long in every zone."""


def arranged(waiting: Sequence[Waiting], times: ChatTimes, *, most: int | None, now: datetime) -> Arrangement:
    """What becomes of these rows, the oldest first; more than `most` alerts at once are told in a digest.

    None: however many there are, each has its own message.
    """
    later: dict[datetime, list[int]] = {}
    gathered: list[Waiting] = []
    ready: list[Waiting] = []
    for row in waiting:
        leaves = _leaves_at(row, times, now)
        if leaves is not None:
            later.setdefault(leaves, []).append(row.id)
        elif row.kind is OutboxKind.MESSAGE:
            waited = row.held or times.digest_of(_priority(row), row.created_at) is not None
            (gathered if waited else ready).append(row)
    if most is not None and len(ready) > most:
        gathered = sorted([*gathered, *ready], key=lambda row: row.id)
    return Arrangement(
        holds=tuple(Hold(rows=tuple(rows), until=until) for until, rows in later.items()),
        pages=tuple(pages_of(gathered)),
    )


def _leaves_at(row: Waiting, times: ChatTimes, now: datetime) -> datetime | None:
    """When the chat may be told; None: now."""
    priority = _priority(row)
    wanted = [now]
    if row.kind is OutboxKind.MESSAGE:
        # Counted from when it was made: who was down at eight has the digest when it is up again.
        wanted.append(times.digest_of(priority, row.created_at) or now)
    if row.follows is not None:
        wanted.append(row.follows)
    moment = max(wanted)
    if not times.passes(priority):
        moment = times.quiet_until(moment) or moment
    return moment if moment > now else None


def _priority(row: Waiting) -> str:
    return str(row.content.get("priority", "normal"))


def pages_of(rows: Sequence[Waiting]) -> Iterable[DigestPage]:
    """All of these alerts, by watch, the most confirmed first, on as many pages as they need."""
    lines = sorted(
        ((row, _line(row)) for row in rows),
        key=lambda pair: (pair[1].watch.casefold(), pair[1].watch, -pair[1].voices, pair[0].id),
    )
    ends = [0, *_ends([line for _, line in lines])]
    for number, (start, end) in enumerate(pairwise(ends), 1):
        some = lines[start:end]
        content = PageContent(
            total=len(lines),
            page=number,
            pages=len(ends) - 1,
            priority=max((line.priority for _, line in some), key=lambda name: RANK[name]),
            lines=tuple(line for _, line in some),
        )
        yield DigestPage(content=content.to_json(), rows=tuple(row.id for row, _ in some))


def _ends(lines: Sequence[PageLine]) -> Iterable[int]:
    """After which lines a page ends."""
    page = _Room()
    for index, line in enumerate(lines):
        if not page.takes(line):
            yield index
            page = _Room()
            page.takes(line)
    if lines:
        yield len(lines)


@dataclass(slots=True)
class _Room:
    """What is left of a page."""

    units: int = ROOM - HEADER
    entities: int = ENTITIES
    watch: str | None = None

    def takes(self, line: PageLine) -> bool:
        """Whether there is room for one more, which is taken then."""
        text = "\n" + max((page_line(line, _ANY_ZONE, words) for words in LANGUAGES.values()), key=_length)
        if line.watch != self.watch:
            text = f"\n\n{page_heading(line)}{text}"
        length, marked = _length(text), text.count("</")
        if length > self.units or marked > self.entities:
            return False
        self.units, self.entities, self.watch = self.units - length, self.entities - marked, line.watch
        return True


def _length(text: str) -> int:
    return units(visible(text))


def _line(row: Waiting) -> PageLine:
    content = AlertContent.from_json(row.content)
    own = next((report for report in content.reports if report.url == content.url), None)
    first = own or next(iter(content.reports), None)
    replies = (ReplyContent.from_json(answer) for answer in row.answers)
    assert row.alert_id is not None  # noqa: S101 - a message tells an alert
    return PageLine(
        alert=row.alert_id,
        watch=next(iter(content.watches.values()), ""),
        priority=content.priority,
        title=content.title.text,
        url=content.url,
        publisher=first.publisher if first is not None else "",
        at=first.at if first is not None else row.created_at.astimezone(UTC).isoformat(),
        voices=content.voices or len(content.reports),
        news=tuple(reply.kind for reply in replies if reply is not None),
    )
