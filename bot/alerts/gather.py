"""Which alerts of a chat leave now, which wait for its times, and which are told together in a digest. Pure.

What waited for the chat is one message, whose pages are turned by buttons. A flood is told on pages that are messages
of their own, since nobody turns a thousand pages.

Decided when an alert would leave, not when it is made: after an outage that ends at night the chat still sleeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.alerts.compose import RANK
from bot.alerts.content import AlertContent, PageContent, PagedContent, PageLine, ReplyContent
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
    """What becomes of these rows, the oldest first; more than `most` alerts at once are told page by page.

    None: however many there are, each has its own message.
    """
    later: dict[datetime, list[int]] = {}
    waited: list[Waiting] = []
    ready: list[Waiting] = []
    for row in waiting:
        leaves = _leaves_at(row, times, now)
        if leaves is not None:
            later.setdefault(leaves, []).append(row.id)
        elif row.kind is OutboxKind.MESSAGE:
            (waited if _waited(row, times) else ready).append(row)
    flood = ready if most is not None and len(ready) > most else []
    return Arrangement(
        holds=tuple(Hold(rows=tuple(rows), until=until) for until, rows in later.items()),
        pages=(*digest_of(waited), *pages_of(flood)),
    )


def waits(waiting: Sequence[Waiting], times: ChatTimes, *, now: datetime) -> list[tuple[Waiting, datetime]]:
    """Those of the rows that wait for the chat's times, and when each leaves: `now` where its time has come."""
    return [
        (row, leaves or now)
        for row in waiting
        if row.kind is OutboxKind.MESSAGE
        and ((leaves := _leaves_at(row, times, now)) is not None or _waited(row, times))
    ]


def asked_for(waiting: Sequence[Waiting], times: ChatTimes, *, now: datetime) -> Arrangement:
    """All that waits for the chat's times is told at once, since somebody there asks for it."""
    return Arrangement(pages=tuple(digest_of([row for row, _ in waits(waiting, times, now=now)], asked=True)))


def _waited(row: Waiting, times: ChatTimes) -> bool:
    return row.held or times.digest_of(_priority(row), row.created_at) is not None


def _leaves_at(row: Waiting, times: ChatTimes, now: datetime) -> datetime | None:
    """When the chat may be told; None: now."""
    if row.kind is OutboxKind.DIGEST and PagedContent.from_json(row.content).asked:
        return None
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


def digest_of(rows: Sequence[Waiting], *, asked: bool = False) -> Iterable[DigestPage]:
    """One message that tells all of these alerts, on as many pages as they need; none where there is no alert."""
    pages = list(_pages(rows))
    if pages:
        content = PagedContent(pages=tuple(page for page, _ in pages), asked=asked)
        yield DigestPage(content=content.to_json(), rows=tuple(row for _, mine in pages for row in mine))


def pages_of(rows: Sequence[Waiting]) -> Iterable[DigestPage]:
    """A message for each page that these alerts need."""
    for page, mine in _pages(rows):
        yield DigestPage(content=PagedContent(pages=(page,)).to_json(), rows=mine)


def _pages(rows: Sequence[Waiting]) -> Iterable[tuple[PageContent, tuple[int, ...]]]:
    """All of these alerts, by watch, the most confirmed first; with the rows of each page."""
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
        yield content, tuple(row.id for row, _ in some)


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
