"""What a plan writes. Datetimes are aware and UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage.records.known import MatchRow
from storage.records.passed_over import PassedBy, PassedOver
from storage.records.references import Ref
from storage.records.sources import SourceForPoll, SourceUpdate
from storage.records.stored_json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    ref: Ref
    guid: str
    url: str
    canonical_url: str
    title: str
    author: str
    text: str
    language: str | None
    published_at: datetime | None
    dated_at: datetime
    content_hash: str
    baseline: bool
    title_tokens: str
    text_tokens: str
    story: Ref | None = None
    story_reason: str | None = None
    copy_of: Ref | None = None
    signature: bytes | None = None
    matches: tuple[MatchRow, ...] = ()
    page: PageWanted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWanted:
    """An article's page to fetch; `place` says whose turn the request takes.

    `passed`: the article is old news, and so is what its page brings.
    """

    url: str
    place: str
    due_at: datetime
    passed: PassedBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUpdate:
    """How a look at an article's page ended; `due_at` is None when there is nothing more to try.

    `facts` is what the page said of itself: title, author, date, canonical address, language, site, links.
    """

    entry_id: int
    outcome: str
    reason: str
    attempts: int
    due_at: datetime | None = None
    read_at: datetime | None = None
    facts: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForRead:
    """An article's page that is due, with its entry as the feed told it and the source that it came from."""

    entry_id: int
    url: str
    place: str
    attempts: int
    guid: str
    entry_url: str
    title: str
    author: str
    summary: str
    language: str | None
    published_at: datetime | None
    source: SourceForPoll
    passed: PassedBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEdit:
    """A known entry whose wording changed: by its publisher (the old wording is kept as a version) or by its page.

    `text` is what was judged; `summary` is the feed's own text where the page's stands in `text`. Tokens that are None
    stay as they are.
    """

    id: int
    url: str
    canonical_url: str
    title: str
    author: str
    text: str
    language: str | None
    content_hash: str
    title_tokens: str
    text_tokens: str | None
    story: Ref | None
    story_reason: str | None
    signature: bytes | None
    matches: tuple[MatchRow, ...]
    summary: str | None = None
    keeps_version: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory:
    ref: Ref
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMerge:
    """Two stories are one: all of `story` goes into `into`."""

    story: Ref
    into: Ref
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWrite:
    """An alert of a story in a chat: new where `id` is None, otherwise grown; its message leaves at `not_before`.

    `replies` are answers to the message. `releases`: a message that waits may leave now.
    """

    id: int | None
    story: Ref
    chat: str
    content: Json
    not_before: datetime | None = None
    replies: tuple[Json, ...] = ()
    releases: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDivision:
    """An alert whose story was divided: what tells the part that left, and then what the alert itself says.

    `left` is a new alert where its `id` is None, else one that goes over to the new story; None where the chat muted
    the story, and gets no new message. `kept` takes its number.
    """

    left: AlertWrite | None
    kept: Callable[[int | None], AlertWrite] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message for a person that belongs to no story."""

    chat: str
    content: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPlan:
    """All that one poll, or one article's page, writes in one transaction. `at` is when.

    `hold` is a place that asked to wait, and until when: nobody there is asked before.
    """

    at: datetime
    source: SourceUpdate | None = None
    entries_new: tuple[NewEntry, ...] = ()
    entries_edited: tuple[EntryEdit, ...] = ()
    entries_known: int = 0
    stories: tuple[NewStory, ...] = ()
    merges: tuple[StoryMerge, ...] = ()
    alerts: tuple[AlertWrite, ...] = ()
    passed: tuple[PassedOver, ...] = ()
    notices: tuple[Notice, ...] = ()
    pages: tuple[PageUpdate, ...] = ()
    hold: tuple[str, datetime] | None = None
    edit_gap: float = 0.0
