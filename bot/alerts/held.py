"""Which stories wait for more publishers (`notify`), as the rules that are in force now see them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.alerts.plan import ChatRoute, followed
from bot.voices.publishers import Owners, voice_of
from rules import Rule
from storage.records import KnownStory


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A story that a chat would be alerted of, had `of` independent publishers told it; so far `publishers` have."""

    chat: str
    publishers: int
    of: int


def held(story: KnownStory, rules: Mapping[str, Rule], routes: Sequence[ChatRoute], owners: Owners) -> tuple[Held, ...]:
    """The chats for which this story waits; nothing is stored of it, so that it is true when rules change."""
    alerted = {alert.chat for alert in story.alerts}
    voices = _voices(story, owners)
    found = []
    for route in routes:
        mine = [(entry, theirs) for entry in story.members if (theirs := followed(entry.matches, route))]
        if route.key in alerted or not mine:
            continue
        told = max(1, len({voices[entry.id] for entry, _ in mine} - {None}))
        known = [rules.get(f"{match.watch}/{match.rule}") for _, matches in mine for match in matches]
        wanted = min(rule.after_publishers if rule is not None else 1 for rule in known)
        if told < wanted:
            found.append(Held(chat=route.key, publishers=told, of=wanted))
    return tuple(found)


def _voices(story: KnownStory, owners: Owners) -> dict[int, str | None]:
    """Who speaks in each article: in a copy the one who wrote it, in an aggregator's nobody."""
    voices: dict[int, str | None] = {}
    for entry in story.members:
        voice = voice_of(entry, owners)
        own = None if voice.aggregator else voice.key
        voices[entry.id] = voices.get(entry.copy_of, own) if entry.copy_of is not None else own
    return voices
