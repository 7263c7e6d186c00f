"""An update of the Bot API, as JSON, reduced to `Incoming`. Pure; any value at all has an answer, never an exception.

The library's own objects are not used: it reads a whole answer at once, and one update of a shape that it does not
know would cost all others of the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.chat.incoming import Document, Ignored, Incoming, Kind

ALLOWED_UPDATES = ("message", "callback_query")
"""What is asked for; everything else is ignored all the same, should it come."""

MAX_TEXT = 4096
MAX_DATA = 64
NAME_LIMIT = 80

_LATEST_ID = 2**63 - 1
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?=\s|$)")
_DATA = re.compile(r"[!-~]{1,64}")

_OTHERS = {
    "edited_message": Ignored.EDITED,
    "channel_post": Ignored.CHANNEL_POST,
    "edited_channel_post": Ignored.CHANNEL_POST,
    "business_connection": Ignored.BUSINESS,
    "business_message": Ignored.BUSINESS,
    "edited_business_message": Ignored.BUSINESS,
    "deleted_business_messages": Ignored.BUSINESS,
}
_FORWARDED = ("forward_origin", "forward_from", "forward_from_chat", "forward_date", "forward_sender_name")


def update_id(update: Any) -> int | None:
    """Its number; None where it has none."""
    number = _whole(update.get("update_id")) if isinstance(update, dict) else None
    return number if number is not None and number >= 0 else None


def reduce(update: Any, *, bot_name: str) -> Incoming:
    """What it means for the conversation; `bot_name` is our own user name, for commands as `/help@name`."""
    number = update_id(update)
    if number is None:
        return _ignored(0, Ignored.UNREADABLE)
    # An update has one payload; where a hostile one has several, the strange one decides.
    for name, reason in _OTHERS.items():
        if name in update:
            return _ignored(number, reason)
    kinds = [name for name in update if name != "update_id"]
    if len(kinds) != 1 or kinds[0] not in ALLOWED_UPDATES:
        return _ignored(number, Ignored.OTHER_UPDATE)
    payload = update[kinds[0]]
    if not isinstance(payload, dict):
        return _ignored(number, Ignored.UNREADABLE)
    return _press(number, payload) if kinds[0] == "callback_query" else _message(number, payload, bot_name)


def _ignored(number: int, reason: Ignored, **known: Any) -> Incoming:
    return Incoming(update_id=number, kind=Kind.IGNORED, reason=reason, **known)


def _message(number: int, message: Mapping[str, Any], bot_name: str) -> Incoming:
    place = _place(message)
    if place is None:
        return _ignored(number, Ignored.UNREADABLE)
    place |= _marks(message) | {"reply_to": _message_id(message.get("reply_to_message"))}
    if place["chat_type"] == "channel":
        return _ignored(number, Ignored.CHANNEL_POST, **place)
    if (reason := _not_own(place)) is not None:
        return _ignored(number, reason, **place)
    person = _person(message.get("from"))
    if isinstance(person, Ignored):
        return _ignored(number, person, **place)
    known = place | person
    if "document" in message:
        document = _document(message["document"])
        if document is None:
            return _ignored(number, Ignored.UNREADABLE, **known)
        return Incoming(
            update_id=number, kind=Kind.DOCUMENT, document=document, text=_text(message.get("caption")), **known
        )
    if not isinstance(message.get("text"), str):
        return _ignored(number, Ignored.SERVICE, **known)
    text = _text(message["text"])
    found = _COMMAND.match(text)
    if found is None:
        return Incoming(update_id=number, kind=Kind.TEXT, text=text, **known)
    if found[2] is not None and found[2].lower() != bot_name.lower():
        return _ignored(number, Ignored.OTHER_BOT, **known)
    return Incoming(
        update_id=number,
        kind=Kind.COMMAND,
        text=text,
        command=found[1].lower(),
        words=tuple(text[found.end() :].split()),
        **known,
    )


def _press(number: int, query: Mapping[str, Any]) -> Incoming:
    callback = query.get("id")
    callback_id = callback if isinstance(callback, str) and callback.isascii() and len(callback) <= 128 else ""
    known: dict[str, Any] = {"callback_id": callback_id}
    message = query.get("message")
    if not isinstance(message, dict):
        return _ignored(number, Ignored.INLINE if "inline_message_id" in query else Ignored.UNREADABLE, **known)
    place = _place(message)
    if place is None or not callback_id:
        return _ignored(number, Ignored.UNREADABLE, **known)
    # Of a message that it keeps no longer, Telegram tells chat, number and a date of 0 (InaccessibleMessage).
    known |= place | {"is_inaccessible": message.get("date") == 0}
    if "business_connection_id" in message:
        return _ignored(number, Ignored.BUSINESS, is_business=True, **known)
    person = _person(query.get("from"))
    if isinstance(person, Ignored):
        return _ignored(number, person, **known)
    known |= person
    data = query.get("data")
    if not isinstance(data, str) or not _DATA.fullmatch(data):
        return _ignored(number, Ignored.BAD_DATA, **known)
    return Incoming(update_id=number, kind=Kind.PRESS, data=data, **known)


def _place(message: Mapping[str, Any]) -> dict[str, Any] | None:
    chat = message.get("chat")
    if not isinstance(chat, dict):
        return None
    chat_id, kind, message_id = _whole(chat.get("id")), chat.get("type"), _message_id(message)
    if chat_id is None or not isinstance(kind, str) or message_id is None:
        return None
    # A reply in a plain group carries a thread as well: only a topic's is one.
    thread = _whole(message.get("message_thread_id")) if message.get("is_topic_message") is True else None
    return {"chat_id": chat_id, "chat_type": kind, "message_id": message_id, "thread": thread}


def _marks(message: Mapping[str, Any]) -> dict[str, Any]:
    sender = message.get("sender_chat")
    return {
        "is_edited": "edit_date" in message,
        "is_forwarded": any(name in message for name in _FORWARDED) or message.get("is_automatic_forward") is True,
        "is_business": "business_connection_id" in message or "sender_business_bot" in message,
        "via_bot": "via_bot" in message,
        "sender_chat": None if sender is None else (_whole(sender.get("id")) or 0) if isinstance(sender, dict) else 0,
    }


def _not_own(place: Mapping[str, Any]) -> Ignored | None:
    for mark, reason in (
        ("is_business", Ignored.BUSINESS),
        ("is_edited", Ignored.EDITED),
        ("is_forwarded", Ignored.FORWARDED),
        ("via_bot", Ignored.VIA_BOT),
    ):
        if place[mark]:
            return reason
    return Ignored.SENDER_CHAT if place["sender_chat"] is not None else None


def _person(user: Any) -> dict[str, Any] | Ignored:
    number = _whole(user.get("id")) if isinstance(user, dict) else None
    if number is None or number <= 0:
        return Ignored.NO_PERSON
    if user.get("is_bot") is not False:
        return Ignored.FROM_BOT
    names = (user.get("username"), user.get("first_name"))
    name = next((one for one in names if isinstance(one, str) and one), "")
    language = user.get("language_code")
    return {
        "user_id": number,
        "user_name": _text(name)[:NAME_LIMIT],
        "user_language": language[:2].lower() if isinstance(language, str) else "",
    }


def _document(value: Any) -> Document | None:
    if not isinstance(value, dict):
        return None
    file_id, name = value.get("file_id"), value.get("file_name")
    if not isinstance(file_id, str) or not file_id or not file_id.isascii():
        return None
    size = _whole(value.get("file_size"))
    return Document(file_id=file_id, name=_text(name)[:255] if isinstance(name, str) else "", size=size)


def _message_id(message: Any) -> int | None:
    number = _whole(message.get("message_id")) if isinstance(message, dict) else None
    return number if number is not None and number > 0 else None


def _whole(value: Any) -> int | None:
    """A whole number that a database can hold; JSON's `true` is none."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LATEST_ID:
        return None
    return value


def _text(value: Any) -> str:
    """A text without what no database and no request can carry: lone surrogates and NUL."""
    if not isinstance(value, str):
        return ""
    return value[:MAX_TEXT].encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
