"""What must be true at the end, from the ledger of the Bot API, the moments of the kills and the database. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.servers.telegram_html import parse_html

MARK = "↻ possible repeat"
"""The words of the issue; not the product's own constant, which could be wrong."""

HIDDEN = frozenset({"drop_after", "broken_json", "500", "hold"})
"""Faults after which a client cannot know that its message arrived."""

_ALERT_ID = re.compile(r"\bA(\d+)$")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One story: the word that only its titles have, the chats that follow it, who reported it."""

    word: str
    chats: frozenset[int]
    publishers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """One request that took effect. `word` is None for a text that belongs to no expected story."""

    at: float
    chat: int
    edit: bool
    marked: bool
    alert: int | None
    word: str | None
    text: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """What the database says when all is quiet; `unsettled` describes rows that are still on their way."""

    integrity: str
    unsettled: Sequence[str]
    dead: Sequence[str]
    alerts: int


@dataclass(slots=True, kw_only=True)
class Verdict:
    """Counts and, per promise, what broke it. `failures` is empty when every promise was kept."""

    expected: int = 0
    arrived: int = 0
    marked: int = 0
    edits: int = 0
    lost: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    causeless: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    ungrown: list[str] = field(default_factory=list)
    database: list[str] = field(default_factory=list)

    @property
    def failures(self) -> list[str]:
        named = {
            "lost": self.lost,
            "repeated without the mark": self.unmarked,
            "repeated although nothing was unknown": self.causeless,
            "under two alert ids": self.doubled,
            "out of order": self.disordered,
            "sent although nobody asked for it": self.foreign,
            "never shown with all its publishers": self.ungrown,
            "database": self.database,
        }
        return [f"{name}: {what}" for name, found in named.items() for what in found]


def read_sends(lines: Iterable[Mapping[str, Any]], expected: Sequence[Expected]) -> list[Send]:
    """The applied messages and edits of a Bot API ledger, in its order."""
    words = {story.word for story in expected}
    sends = []
    for line in lines:
        method = line["method"].lower()
        if not line["applied"] or method not in {"sendmessage", "editmessagetext"}:
            continue
        text = parse_html(line["text"]).text if line["parse_mode"] else line["text"]
        found = _ALERT_ID.search(text)
        told = sorted(words & set(_WORD.findall(text)))
        sends.append(
            Send(
                at=line["at"],
                chat=line["chat_id"],
                edit=method == "editmessagetext",
                marked=text.startswith(MARK),
                alert=int(found.group(1)) if found else None,
                word=told[0] if len(told) == 1 else None,
                text=text,
                hidden=line["fault"] in HIDDEN,
            )
        )
    return sends


def judge(
    sends: Sequence[Send], expected: Sequence[Expected], kills: Sequence[float], database: DatabaseFacts
) -> Verdict:
    """Hold everything that took effect against what should have; `kills` are times of the same clock as `at`."""
    verdict = Verdict(expected=sum(len(story.chats) for story in expected))
    stories = {story.word: story for story in expected}
    per_message: dict[tuple[int, str], list[Send]] = {}
    for send in sends:
        story = stories.get(send.word or "")
        if story is None or send.alert is None or send.chat not in story.chats:
            verdict.foreign.append(f"chat {send.chat}: {send.text[:80]!r}")
        else:
            per_message.setdefault((send.chat, story.word), []).append(send)
    for story in expected:
        for chat in sorted(story.chats):
            _judge_message(verdict, story, chat, per_message.get((chat, story.word), []), kills)
    _judge_order(verdict, sends)
    _judge_database(verdict, database)
    return verdict


def _judge_message(verdict: Verdict, story: Expected, chat: int, sends: Sequence[Send], kills: Sequence[float]) -> None:
    """One story in one chat: it came, under one id, repeats marked and with a cause, grown to all its publishers."""
    name = f"{story.word} in chat {chat}"
    messages = [send for send in sends if not send.edit]
    verdict.edits += len(sends) - len(messages)
    if not messages:
        verdict.lost.append(name)
        return
    verdict.arrived += 1
    if len(ids := {send.alert for send in sends}) > 1:
        verdict.doubled.append(f"{name}: {', '.join(f'A{number}' for number in sorted(ids, key=str))}")
    for earlier, later in pairwise(messages):
        if later.marked:
            verdict.marked += 1
        else:
            verdict.unmarked.append(f"{name} (A{later.alert})")
        if not earlier.hidden and not any(earlier.at <= kill <= later.at for kill in kills):
            verdict.causeless.append(f"{name} (A{later.alert})")
    missing = sorted(publisher for publisher in story.publishers if publisher not in sends[-1].text)
    if missing:
        verdict.ungrown.append(f"{name} (A{sends[-1].alert}): {', '.join(missing)}")


def _judge_order(verdict: Verdict, sends: Sequence[Send]) -> None:
    """Numbers are given in the order of the outbox: a chat's first deliveries must rise."""
    highest: dict[int, int] = {}
    seen: set[tuple[int, int]] = set()
    for send in sends:
        if send.edit or send.alert is None or (send.chat, send.alert) in seen:
            continue
        seen.add((send.chat, send.alert))
        if send.alert < highest.get(send.chat, 0):
            verdict.disordered.append(f"A{send.alert} after A{highest[send.chat]} in chat {send.chat}")
        highest[send.chat] = max(send.alert, highest.get(send.chat, 0))


def _judge_database(verdict: Verdict, facts: DatabaseFacts) -> None:
    if facts.integrity != "ok":
        verdict.database.append(f"integrity_check: {facts.integrity}")
    verdict.database += [f"not settled: {row}" for row in facts.unsettled]
    verdict.database += [f"dead: {row}" for row in facts.dead]
    if facts.alerts != verdict.expected:
        verdict.database.append(f"{facts.alerts} alerts where {verdict.expected} were expected")
