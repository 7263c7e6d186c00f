"""The settings that a chat has in its own hands: how each is called, said, read and refused."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.chat.markup import safe
from bot.chat.registry import Call
from bot.chat.setting.words import TIMES
from bot.chat.words import Words
from bot.people import origins, without_overrides
from bot.settings import Chat

LABELS: Mapping[str, str] = {
    "min_priority": "label_min_priority",
    "quiet_hours": "label_quiet_hours",
    "urgent": "label_urgent",
    "digest": "label_digest",
    "silent": "label_silent",
    "preview": "label_preview",
    "language": "label_language",
    "timezone": "label_timezone",
    "watches": "label_watches",
}
"""Every setting that stands in the menu, in its order, by its name in rackwatch.yaml."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "min_priority": {"low": "priority_low", "normal": "priority_normal", "high": "priority_high"},
    "language": {"en": "language_en", "de": "language_de"},
    **{name: {"yes": "yes", "no": "no"} for name in ("silent", "preview", "urgent")},
}
"""Settings that are one of a few values: what is written, and how it is said."""

TIMED = ("quiet_hours", "digest")
"""Settings that are lists of times."""

_ORIGINS = {"chat": "from_chat", "file": "from_file", "paired": "from_paired", "default": "from_default"}
_BACK = {"file": "back_to_file", "paired": "back_to_paired", "default": "back_to_default"}
_TRUTHS = {"yes": True, "no": False, "on": True, "off": False, "ja": True, "nein": False, "an": True, "aus": False}
_NOTHING = {"off", "none", "aus", "keine", "keiner"}


def said(call: Call, name: str, chat: Chat) -> str:
    """The chat's value as a reader knows it; not escaped."""
    words, value = call.words, getattr(chat, name)
    if name in CHOICES:
        return words.say(CHOICES[name][written(value)])
    if name == "timezone":
        return str(value or call.room.settings.config.timezone)
    if name == "watches":
        titles = {watch.key: watch.title for watch in call.room.rules.watches}
        return ", ".join(titles.get(key, key) for key in value) or words.say("all_watches")
    if not value or value == ("none",):
        return words.say("no_digest" if name == "digest" else "off")
    return ", ".join(said_time(one, words) for one in value)


def said_time(text: str, words: Words) -> str:
    """Quiet hours or a digest's time, its words in this language."""
    own = TIMES[words.language]
    return re.sub("[A-Za-z]+", lambda found: own.get(found[0].lower(), found[0]), text)


def written(value: Any) -> str:
    """A value as a button sends it back."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def line(call: Call, name: str) -> str:
    """The value and where it comes from, as HTML."""
    origin = origins(call.room.settings, call.chat)[name]
    if name == "timezone" and origin == "default" and "timezone" in call.room.settings.config.model_fields_set:
        origin = "file"  # the configuration's own zone
    return f"{safe(said(call, name, call.configured), 300)} · <i>{call.words.say(_ORIGINS[origin])}</i>"


def back_label(call: Call, name: str) -> str | None:
    """What the button says that drops what was set here; None where nothing was."""
    settings = call.room.settings
    if name not in settings.overrides.get(call.chat, {}):
        return None
    base = without_overrides(settings, call.chat)
    own = "file" if call.chat in settings.config.chats else "paired"
    value = said(call, name, base)
    return call.words.say(_BACK[own if name in base.model_fields_set else "default"], value=value)[:60]


def read(name: str, text: str) -> Any:
    """What somebody wrote for a setting, as rackwatch.yaml would have it; whether it fits is not asked here."""
    text = text.strip()
    if name in TIMED:
        if text.lower() in _NOTHING:
            return [] if name == "quiet_hours" else ["none"]
        return [part.strip() for part in re.split(r",\s+|;", text) if part.strip()] or [text]
    if name == "timezone":
        return zone_like(text) or text
    choices = CHOICES.get(name, {})
    return _TRUTHS.get(text.lower(), text) if "yes" in choices else text.lower()


def refusal(call: Call, name: str, text: str) -> str:
    """One sentence why a value cannot be set, and what to write."""
    if name == "timezone":
        near = difflib.get_close_matches(text.replace(" ", "_"), zones(), n=3, cutoff=0.5) or ["Europe/Berlin"]
        return call.words.say("refused_timezone", near=", ".join(near))
    if name in TIMED:
        return call.words.say("refused_quiet_hours" if name == "quiet_hours" else "refused_digest")
    return call.words.say("refused_choice", choices=", ".join(CHOICES[name]))


@cache
def zones() -> Sequence[str]:
    """Every time zone that rackwatch.yaml takes. The first time 600 files are looked into: 0.15 s (measured)."""
    return sorted(available_timezones())


def zone_like(text: str) -> str | None:
    """The zone that somebody means: its name in any case, or its last part where only one zone ends so."""
    wanted = text.strip().replace(" ", "_").casefold()
    named = [zone for zone in zones() if zone.casefold() == wanted]
    ending = [zone for zone in zones() if "/" in zone and zone.casefold().rpartition("/")[2] == wanted]
    return named[0] if named else ending[0] if len(ending) == 1 else None
