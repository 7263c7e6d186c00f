"""`/watches`: what the chat follows, with buttons that change it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from bot.alerts.keyboard import Key, Keyboard
from bot.chat.authority import Needs
from bot.chat.markup import listed, safe
from bot.chat.registry import Call, Handler
from bot.chat.say import Say

BUTTONS_AT_MOST = 60
"""Telegram takes 100 buttons under a message; nobody reads that many."""


async def watches(call: Call) -> Sequence[Say]:
    html, keyboard = shown(call)
    return call.answer(html, keyboard)


def shown(call: Call, *, menu: bool = False) -> tuple[str, Keyboard]:
    """The watches with a mark at those that are followed; buttons for who may change it.

    `menu`: they stand inside of /settings, and lead back there.
    """
    words, own, inside = call.words, call.configured.watches, ".menu" if menu else ""
    known = call.room.rules.watches
    if not known:
        return words.say("watches_none"), ()
    lines = [
        f"{'✓' if not own or one.key in own else '–'} {safe(one.title, 100)} <code>{safe(one.key, 64)}</code>"
        for one in known
    ]
    rows = [
        (
            Key(text=words.say("unfollow", watch=one.title[:60]), data=f"leave:{watch_mark(one.key)}{inside}")
            if not own or one.key in own
            else Key(text=words.say("follow", watch=one.title[:60]), data=f"follow:{watch_mark(one.key)}{inside}"),
        )
        for one in known[:BUTTONS_AT_MOST]
    ]
    return listed(words.say("watches"), lines, words), tuple(rows) if call.role >= Needs.ADMIN else ()


def watch_mark(key: str) -> str:
    """A watch in a button's data, which has no room for a long key: the same for as long as the key is."""
    return sha256(key.encode()).hexdigest()[:16]


HANDLERS = [
    Handler(
        name="watches",
        needs=Needs.MEMBER,
        help={"en": "what this chat follows", "de": "welchen Themen dieser Chat folgt"},
        run=watches,
    )
]
