"""The registry with everything in it."""

from __future__ import annotations

from bot.chat.buttons import following, more, mute, other, pages, setting, vote, why
from bot.chat.commands import digest, health, muting, pairing, reading, rules, settings, start, stats, watches
from bot.chat.files import rule_changes, rule_file, source_list
from bot.chat.registry import Registry

REGISTRY = Registry.of(
    [
        *start.HANDLERS,
        *reading.HANDLERS,
        *stats.HANDLERS,
        *watches.HANDLERS,
        *settings.HANDLERS,
        *muting.HANDLERS,
        *digest.HANDLERS,
        *rules.HANDLERS,
        *health.HANDLERS,
        *pairing.HANDLERS,
    ],
    [
        *vote.BUTTONS,
        *why.BUTTONS,
        *mute.BUTTONS,
        *more.BUTTONS,
        *other.BUTTONS,
        *pages.BUTTONS,
        *following.BUTTONS,
        *setting.BUTTONS,
        *rule_changes.BUTTONS,
    ],
    [*rule_file.FILES, *source_list.FILES],
)
