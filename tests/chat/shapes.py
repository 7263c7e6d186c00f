"""Updates as Telegram sends them, by builders; and the shapes that must never have an effect."""

from __future__ import annotations

import itertools
from typing import Any

ME = 42
"""The person of the private chat that is configured, and the operator."""

MEMBER, ADMIN, STRANGER = 7, 8, 666
GROUP = -1001
OTHER_GROUP = -1002
BOT_NAME = "rackwatch_fake_bot"

_numbers = itertools.count(1)


def user(number: int = ME, **more: Any) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": f"Person {number}", "language_code": "en", **more}


def chat(number: int) -> dict[str, Any]:
    kind = "private" if number > 0 else "supergroup"
    return {"id": number, "type": kind}


def message(text: str, *, where: int = ME, who: int | None = None, **more: Any) -> dict[str, Any]:
    """The inside of an update: what a person wrote."""
    return {
        "message_id": next(_numbers),
        "date": 1_790_000_000,
        "chat": chat(where),
        "from": user(where if who is None else who),
        "text": text,
        **more,
    }


def written(text: str, *, where: int = ME, who: int | None = None, **more: Any) -> dict[str, Any]:
    return {"update_id": next(_numbers), "message": message(text, where=where, who=who, **more)}


def pressed(data: str, /, *, where: int = ME, who: int | None = None, under: int = 1, **more: Any) -> dict[str, Any]:
    number = next(_numbers)
    return {
        "update_id": number,
        "callback_query": {
            "id": f"q{number}",
            "from": user(where if who is None else who),
            "chat_instance": "1",
            "message": {"message_id": under, "date": 1, "chat": chat(where), "text": "an answer"},
            "data": data,
            **more,
        },
    }


def _without(update: dict[str, Any], *names: str) -> dict[str, Any]:
    inside = update["message"]
    for name in names:
        del inside[name]
    return update


def unauthorised(text: str, data: str) -> dict[str, Any]:
    """Shapes by name: `text` as a command, `data` as a button, from nobody who may. Strangers write in groups here:
    a private /start of a stranger is answered, on purpose.
    """
    inside = message(text)
    forward = {"type": "user", "date": 1, "sender_user": user()}
    channel = {"id": -1009, "type": "channel", "title": "News"}
    return {
        "a stranger in a known group": written(text, where=GROUP, who=STRANGER),
        "a stranger in a topic of a known group": written(
            text, where=GROUP, who=STRANGER, is_topic_message=True, message_thread_id=5
        ),
        "a stranger in an unknown group": written(text, where=OTHER_GROUP, who=STRANGER),
        "the operator in an unknown group": written(text, where=OTHER_GROUP, who=ME),
        "a member in an unknown group": written(text, where=OTHER_GROUP, who=MEMBER),
        "an anonymous admin": written(text, where=GROUP, who=1087968824, sender_chat=chat(GROUP)),
        "an anonymous admin with a member's number": written(text, where=GROUP, who=MEMBER, sender_chat=chat(GROUP)),
        "a channel that writes in a group": written(text, where=GROUP, who=136817688, sender_chat=channel),
        "a sender chat of a strange shape": written(text, where=GROUP, who=ADMIN, sender_chat="x"),
        "an automatic forward": written(text, where=GROUP, who=777000, sender_chat=channel, is_automatic_forward=True),
        "an edited message": {"update_id": 1, "edited_message": inside},
        "a message with an edit date": written(text, edit_date=1_790_000_001),
        "a channel post": {"update_id": 1, "channel_post": inside | {"chat": channel}},
        "an edited channel post": {"update_id": 1, "edited_channel_post": inside | {"chat": channel}},
        "a message in a channel": {"update_id": 1, "message": inside | {"chat": channel}},
        "a channel with our own number": {"update_id": 1, "message": inside | {"chat": {"id": ME, "type": "channel"}}},
        "a business message": {"update_id": 1, "business_message": inside},
        "an edited business message": {"update_id": 1, "edited_business_message": inside},
        "a message with a business connection": written(text, business_connection_id="b1"),
        "a business bot's message": written(text, sender_business_bot=user(5)),
        "a forwarded message": written(text, forward_origin=forward),
        "a forward of older clients": written(text, forward_date=1, forward_from=user()),
        "a forward of a hidden person": written(text, forward_sender_name="somebody"),
        "a message through another bot": written(text, via_bot=user(5) | {"is_bot": True}),
        "a bot's message": {"update_id": 1, "message": inside | {"from": user() | {"is_bot": True}}},
        "somebody who may be a bot": {"update_id": 1, "message": inside | {"from": {"id": ME}}},
        "no person": _without(written(text), "from"),
        "a person that is a list": {"update_id": 1, "message": inside | {"from": [ME]}},
        "a person's number as text": {"update_id": 1, "message": inside | {"from": user() | {"id": str(ME)}}},
        "a person's number as a truth": {"update_id": 1, "message": inside | {"from": user() | {"id": True}}},
        "a person's number with a fraction": {"update_id": 1, "message": inside | {"from": user() | {"id": 42.0}}},
        "a person's number beyond all bounds": {"update_id": 1, "message": inside | {"from": user() | {"id": 2**70}}},
        "a negative person": {"update_id": 1, "message": inside | {"from": user() | {"id": -ME}}},
        "no chat": _without(written(text), "chat"),
        "a chat that is null": {"update_id": 1, "message": inside | {"chat": None}},
        "a chat without a type": {"update_id": 1, "message": inside | {"chat": {"id": ME}}},
        "a chat of an unknown type": {"update_id": 1, "message": inside | {"chat": {"id": ME, "type": "sender"}}},
        "another person in a private chat": written(text, where=ME, who=STRANGER),
        "the operator in another's private chat": written(text, where=STRANGER, who=ME),
        "no message number": _without(written(text), "message_id"),
        "a message number below zero": {"update_id": 1, "message": inside | {"message_id": -1}},
        "a command for another bot": written(
            text.replace(" ", "@another_bot ", 1) if " " in text else f"{text}@another_bot"
        ),
        "a text that is a number": {"update_id": 1, "message": inside | {"text": 5}},
        "no text": _without(written(text), "text"),
        "a command in a caption": {"update_id": 1, "message": _captioned(inside, text)},
        "a command behind other words": written(f"please {text}"),
        "a command behind a space that is not seen": written(f"\u200b{text}"),
        "a message and an edited one": {"update_id": 1, "message": inside, "edited_message": inside},
        "a message and a press": {"update_id": 1, "message": inside, "callback_query": pressed(data)["callback_query"]},
        "a message that is null": {"update_id": 1, "message": None},
        "a message that is a list": {"update_id": 1, "message": [inside]},
        "no update number": {"message": inside},
        "an update number as text": {"update_id": "1", "message": inside},
        "an update below zero": {"update_id": -1, "message": inside},
        "an unknown kind of update": {"update_id": 1, "telepathy": inside},
        "an inline query": {"update_id": 1, "inline_query": {"id": "1", "from": user(), "query": text, "offset": ""}},
        "a reaction": {"update_id": 1, "message_reaction": {"chat": chat(ME), "message_id": 1, "user": user()}},
        "a chat member": {"update_id": 1, "my_chat_member": {"chat": chat(ME), "from": user(), "date": 1}},
        "nothing": {},
        "null": None,
        "a list": [1, 2],
        "a text": text,
        "a number": 5,
        "a press of a stranger in a known group": pressed(data, where=GROUP, who=STRANGER),
        "a press in an unknown group": pressed(data, where=OTHER_GROUP, who=ME),
        "a press of another in a private chat": pressed(data, where=ME, who=STRANGER),
        "a press of a stranger in a topic of a known group": pressed(data, message=under(GROUP, 5), who=STRANGER),
        "a press of a stranger under an old message": pressed(data, message=under(GROUP) | {"date": 0}, who=STRANGER),
        "a press of a stranger under an old message of another": pressed(data, message=under(ME), who=STRANGER),
        "a press under a message that is no message": pressed(data, message={"message_id": 1, "date": 0}),
        "a press of an anonymous admin's number": _by_a_bot(pressed(data, where=GROUP, who=1087968824)),
        "a press in an unknown channel by the operator": pressed(data, message=under(-1009) | {"chat": channel}),
        "a press in a channel with the group's number": pressed(
            data, message=under(GROUP) | {"chat": {"id": GROUP, "type": "channel"}}, who=STRANGER
        ),
        "a press in a chat of an unknown type": pressed(data, message=under(ME) | {"chat": {"id": ME, "type": "x"}}),
        "a press of a stranger in private": pressed(data, where=STRANGER),
        "a press of the operator under another's message": pressed(data, where=STRANGER, who=ME),
        "a press of a bot": _by_a_bot(pressed(data)),
        "a press of nobody": {"update_id": 1, "callback_query": {"id": "1", "data": data, "message": inside}},
        "a press under no message": {"update_id": 1, "callback_query": {"id": "1", "data": data, "from": user()}},
        "a press under an inline message": {
            "update_id": 1,
            "callback_query": {"id": "1", "data": data, "from": user(), "inline_message_id": "abc"},
        },
        "a press under a business message": pressed(
            data, message={"message_id": 1, "date": 1, "chat": chat(ME), "business_connection_id": "b"}
        ),
        "a press in a channel": pressed(data, message={"message_id": 1, "date": 1, "chat": channel}),
        "a press without a number": pressed(data, id=None),
        "a press of a game": pressed(data, data=None, game_short_name="chess"),
        "a press with data that is a list": pressed(data, data=[data]),
        "a press with data beyond ASCII": pressed(data, data=f"{data}ü"),
        "a press with long data": pressed(data, data=data + "x" * 64),
        "a press with a line's end": pressed(data, data=f"{data}\n"),
    }


def sent(name: str, /, *, where: int = ME, who: int | None = None, file_id: str = "F1", **more: Any) -> dict[str, Any]:
    """A file that a person sends; `more` is of the message, but `size` is the file's."""
    file = {"file_id": file_id, "file_unique_id": "u", "file_name": name, "file_size": more.pop("size", 100)}
    return _without(written("", where=where, who=who, **{"document": file} | more), "text")


ABOUT_TEXTS = frozenset(
    {
        "a command for another bot",
        "a text that is a number",
        "no text",
        "a command in a caption",
        "a command behind other words",
        "a command behind a space that is not seen",
    }
)
"""Shapes that are strange in their text: with a file in its place nothing is strange."""


def unauthorised_files(name: str) -> dict[str, Any]:
    """The shapes of `unauthorised` with a file of this name, which a stranger may not even have fetched; and more."""
    file = sent(name)["message"]["document"]
    shapes = {
        shape: _carrying(update, file)
        for shape, update in unauthorised("/help", "apply:1").items()
        if shape not in ABOUT_TEXTS
    }
    caption = {"message": sent(name, where=GROUP, who=MEMBER)["message"] | {"caption": "/rules restore"}}
    return shapes | {
        "a file of a stranger in private": sent(name, where=STRANGER),
        "a file of a member": sent(name, where=GROUP, who=MEMBER),
        "a file of an admin": sent(name, where=GROUP, who=ADMIN),
        "a file of the operator in another chat": sent(name, where=GROUP, who=ME),
        "an edited caption": {"update_id": 1, "edited_message": sent(name, edit_date=1)["message"]},
        "a command in a member's caption": {"update_id": 1} | caption,
        "a file that is a list": sent(name, document=[file]),
        "a file without its number": sent(name, document={"file_name": name}),
        "a file whose number is a number": sent(name, document=file | {"file_id": 5}),
        "a file whose number is beyond ASCII": sent(name, document=file | {"file_id": "ü"}),
        "a file in a channel": {
            "update_id": 1,
            "channel_post": sent(name)["message"] | {"chat": {"id": -1009, "type": "channel", "title": "News"}},
        },
    }


def _carrying(update: Any, file: dict[str, Any]) -> Any:
    """The update with a file in place of each message's text."""
    if not isinstance(update, dict):
        return update
    carried = {}
    for name, inside in update.items():
        if name != "callback_query" and isinstance(inside, dict) and "text" in inside:
            carried[name] = {key: value for key, value in inside.items() if key != "text"} | {"document": file}
        else:
            carried[name] = inside
    return carried


def under(chat_id: int, topic: int | None = None) -> dict[str, Any]:
    """The message that a button stands under, in a topic where one is given."""
    thread = {} if topic is None else {"is_topic_message": True, "message_thread_id": topic}
    return {"message_id": 1, "date": 1, "chat": chat(chat_id), "text": "an alert", **thread}


def _by_a_bot(update: dict[str, Any]) -> dict[str, Any]:
    update["callback_query"]["from"]["is_bot"] = True
    return update


def _captioned(inside: dict[str, Any], text: str) -> dict[str, Any]:
    return {name: value for name, value in inside.items() if name != "text"} | {"caption": text, "photo": []}
