"""How stories stand that nobody was alerted of: held for more publishers, or passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.cli.output import out, table, when
from bot.cli.rules.marked import plain_line
from bot.settings import Settings
from storage import Store
from storage.records import PassedBy, PassedStory

if TYPE_CHECKING:
    from bot.alerts.held import Held

ASKS_FOR_MORE = "notify"
"""What stands in a rule file where a rule waits for more publishers."""


def held_stories(store: Store, settings: Settings, stories: Collection[int]) -> dict[int, tuple[Held, ...]]:
    """Those of the stories that wait for more publishers, by the rules in force."""
    stored = store.rule_sets.in_force() if stories else None
    if stored is None or not any(ASKS_FOR_MORE in text for text in stored.files.values()):
        return {}
    # Half a second, which only those pay whose rules wait for anything.
    from bot.alerts.held import held  # noqa: PLC0415
    from bot.audience import routes_of  # noqa: PLC0415
    from bot.people import with_people  # noqa: PLC0415
    from bot.publishers_file import PUBLISHERS_NAME, load_owners  # noqa: PLC0415
    from rules import RulesInvalid, load_texts  # noqa: PLC0415

    try:
        rules = {rule.full_name: rule for rule in load_texts(stored.files).rules}
    except RulesInvalid:  # rules of another version of this program
        return {}
    settings = with_people(settings, store.people.known())
    routes, owners = routes_of(settings), load_owners(settings.folder / PUBLISHERS_NAME)
    waiting = {story.id: held(story, rules, routes, owners) for story in store.stories.known(stories)}
    return {story: chats for story, chats in waiting.items() if chats}


def held_text(waiting: Iterable[Held], settings: Settings) -> str:
    """`held: 1 of 2 publishers`; with the chats' names where it is not so for all of them. Empty: not held."""
    by_count: dict[str, list[str]] = {}
    for one in waiting:
        by_count.setdefault(f"{one.publishers} of {one.of} publishers", []).append(one.chat)
    said = [
        count if len(names) == len(settings.chats) else f"{count} ({', '.join(names)})"
        for count, names in by_count.items()
    ]
    return f"held: {'; '.join(said)}" if said else ""


def print_passed_over(passed: Collection[PassedStory], zone: ZoneInfo, chats: int) -> None:
    """A table of what was passed over, the latest articles first."""
    columns = ["story", "date", "publisher", "passed over", "digest", *(["chat"] if chats > 1 else []), "title"]
    rows = [
        (
            "–" if one.story_id is None else one.story_id,
            when(one.dated_at, zone)[:10],
            one.publisher,
            one.reason.value,
            "to come" if one.told_at is None else when(one.told_at, zone)[:16],
            *([one.chat] if chats > 1 else []),
            plain_line(one.title),
        )
        for one in passed
    ]
    out.print(table(*columns, rows=rows))


def passed_text(one: PassedStory, zone: ZoneInfo) -> str:
    """One line of a story about a chat that was not alerted of it."""
    why = f"{one.reason.value} of {one.publisher}" if one.reason is PassedBy.FIRST_SIGHT else one.reason.value
    told = f"told in a digest {when(one.told_at, zone)[:16]}" if one.told_at is not None else "a digest will tell it"
    return f"passed over for chat '{one.chat}': {why}; {told}"
