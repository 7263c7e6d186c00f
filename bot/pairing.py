"""Letting a private chat in by the code that it was told: on the command line, or in the operator chat."""

from __future__ import annotations

from datetime import datetime

from bot.alerts.content import NoticeContent
from bot.chat.words import words_in
from bot.errors import Refused
from bot.people import free_key
from bot.settings import CONSOLE, Settings
from storage import Store
from storage.records import PairedChat, Request


def let_in(
    store: Store,
    settings: Settings,
    code: str,
    *,
    key: str | None,
    operator: bool = False,
    by: str,
    now: datetime,
    request: Request | None = None,
) -> PairedChat:
    """Pair the chat that waits with this code; its key is the given one, or made from its person's name.

    `settings` are those with the people in force. The same request again finds what it did. Raises NotFound where
    nobody waits with the code, and Refused where the key is another chat's, or rackwatch.yaml names another `operator`
    chat.
    """
    if operator:
        refuse_other_operator(settings)
    if request is not None and (done := store.people.paired_by(request)) is not None:
        return done
    stranger = store.people.waiting(code, now=now)
    taken = {*settings.chats, CONSOLE, *(one.chat for one in store.people.known().paired)}
    if key is not None and key in taken:
        raise Refused(f"there is a chat '{key}' already; choose another with --key")
    words = words_in(stranger.language)
    made = PairedChat(
        chat=key or free_key(stranger.name, taken),
        chat_id=stranger.chat_id,
        name=stranger.name,
        language=stranger.language,
        paired_at=now,
        paired_by=by,
    )
    lines = [words.say("paired_more"), *([words.say("paired_operator")] if operator else [])]
    welcome = NoticeContent(headline=words.say("paired"), lines=tuple(lines))
    store.people.pair(made, operator=operator, welcome=welcome.to_json(), request=request)
    return made


def refuse_other_operator(settings: Settings) -> None:
    """Raises Refused where rackwatch.yaml names the operator chat: what is written there counts."""
    if settings.config.operator_chat is not None:
        raise Refused(f"{settings.config_file} says operator_chat: {settings.config.operator_chat}; change it there")
