"""What the fake Bot API knows (chats and messages) and how its methods change it. No sockets here."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.bot_updates import Updates
from tests.servers.bot_uploads import MAX_CAPTION, NoPhotoError, attached, photo_of
from tests.servers.bot_webhook import ACTIVE, Webhook
from tests.servers.telegram_html import Parsed, ParseEntitiesError, parse_html, utf16_length

Params = dict[str, Any]

MAX_TEXT = 4096
"""UTF-16 code units after the entities were taken out (https://core.telegram.org/bots/api#sendmessage)."""

BOT = {
    "id": 1,
    "is_bot": True,
    "first_name": "rackwatch fake",
    "username": "rackwatch_fake_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}

FULL_INFO = {"accent_color_id": 0, "max_reaction_count": 11}
"""What getChat must say beyond a Chat (https://core.telegram.org/bots/api#chatfullinfo)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a method answers; `applied` says that a message came to be or was changed."""

    status: int
    body: dict[str, Any]
    applied: bool = False
    message_id: int | None = None


class BadRequestError(Exception):
    """A 400; the text follows "Bad Request: "."""


@dataclass(slots=True, kw_only=True)
class Message:
    """One message as the chat shows it now; `reply_markup` is the keyboard under it."""

    message_id: int
    chat_id: int
    date: int
    parsed: Parsed
    reply_to: int | None
    thread: int | None
    reply_markup: Any
    edits: int = 0
    photo: Any = None


def error(status: int, description: str, parameters: dict[str, Any] | None = None) -> Outcome:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters is not None:
        body["parameters"] = parameters
    return Outcome(status=status, body=body)


def number(params: Params, name: str) -> int | None:
    """A number, however it was sent. None when it is absent or no number."""
    try:
        return int(params[name])
    except (KeyError, TypeError, ValueError):
        return None


CONFLICT = error(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(slots=True)
class BotState:
    """Chats by id and messages by (chat, id). Message ids are unique over all chats, so mix-ups show.

    `commands` are the registered menus by (scope, language).
    """

    chats: set[int] = field(default_factory=set)
    migrated: dict[int, int] = field(default_factory=dict)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    last_message_id: int = 0
    updates: Updates = field(default_factory=Updates)
    commands: dict[str, Any] = field(default_factory=dict)
    webhook: Webhook = field(default_factory=Webhook)

    def forget(self) -> None:
        self.messages.clear()
        self.migrated.clear()

    def migrate(self, chat: int, to: int) -> None:
        """The group becomes a supergroup: its old id is dead from now on."""
        self.migrated[chat] = to
        self.chats.discard(chat)
        self.chats.add(to)

    def call(self, method: str, params: Params) -> Outcome:
        name = method.lower()  # the Bot API ignores the case of method names
        methods: dict[str, Callable[[Params], Outcome]] = {
            "sendmessage": self._send,
            "sendphoto": lambda params: self._send(params, photo=_photo(params)),
            "editmessagetext": self._edit,
            "editmessagereplymarkup": self._edit_markup,
            "getchat": lambda params: _done({**describe(self._chat(params)), **FULL_INFO}),
            "getme": lambda _: _done(BOT),
            "getupdates": self._get_updates,
            "answercallbackquery": self._answer_query,
            "setmycommands": self._set_commands,
            **dict.fromkeys(("setwebhook", "deletewebhook", "getwebhookinfo"), lambda p: self._webhook(name, p)),
        }
        if name not in methods:
            return error(404, "Not Found")
        try:
            return methods[name](params)
        except BadRequestError as refused:
            return error(400, f"Bad Request: {refused}")
        except _MigratedError as moved:
            return moved_to(moved.to)

    def _chat(self, params: Params) -> int:
        if params.get("chat_id") in {None, ""}:
            raise BadRequestError("chat_id is empty")
        chat = number(params, "chat_id")
        if chat in self.migrated:
            raise _MigratedError(self.migrated[chat])
        if chat is None or chat not in self.chats:
            raise BadRequestError("chat not found")
        return chat

    def _send(self, params: Params, photo: Any = None) -> Outcome:
        """A message; with a photo its text is the caption."""
        chat = self._chat(params)
        parsed = read_text(params) if photo is None else read_caption(params)
        reply_to = self._reply_target(chat, params)
        self.last_message_id += 1
        message = Message(
            message_id=self.last_message_id,
            chat_id=chat,
            date=int(time.time()),
            parsed=parsed,
            reply_to=reply_to,
            thread=number(params, "message_thread_id"),
            reply_markup=keyboard(params),
            photo=photo,
        )
        self.messages[chat, message.message_id] = message
        return self._applied(message)

    def _edit(self, params: Params) -> Outcome:
        chat = self._chat(params)
        message = self.messages.get((chat, number(params, "message_id") or 0))
        if message is None:
            raise BadRequestError("message to edit not found")
        parsed = read_text(params)
        markup = keyboard(params)
        if (parsed, markup) == (message.parsed, message.reply_markup):
            raise BadRequestError(
                "message is not modified: specified new message content and reply markup are exactly the"
                " same as a current content and reply markup of the message"
            )
        message.parsed, message.reply_markup = parsed, markup
        message.edits += 1
        return self._applied(message)

    def _edit_markup(self, params: Params) -> Outcome:
        chat = self._chat(params)
        message = self.messages.get((chat, number(params, "message_id") or 0))
        if message is None:
            raise BadRequestError("message to edit not found")
        markup = keyboard(params)
        if markup == message.reply_markup:
            raise BadRequestError("message is not modified: the reply markup is exactly the same")
        message.reply_markup = markup
        message.edits += 1
        return self._applied(message)

    def _answer_query(self, params: Params) -> Outcome:
        if utf16_length(str(params.get("text") or "")) > 200:
            raise BadRequestError("MESSAGE_TOO_LONG")
        if not self.updates.answer(str(params.get("callback_query_id"))):
            raise BadRequestError("query is too old and response timeout expired or query ID is invalid")
        return Outcome(status=200, body={"ok": True, "result": True})

    def _set_commands(self, params: Params) -> Outcome:
        commands = structure(params, "commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise BadRequestError("expected an Array of BotCommand")
        for one in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", str(one.get("command"))):
                raise BadRequestError("BOT_COMMAND_INVALID")
            if not 1 <= len(str(one.get("description", ""))) <= 256:
                raise BadRequestError("BOT_COMMAND_DESCRIPTION_INVALID")
        scope = structure(params, "scope") or {"type": "default"}
        key = f"{scope['type']}:{scope.get('chat_id', '')}:{params.get('language_code') or ''}"
        self.commands[key] = [one["command"] for one in commands]
        return Outcome(status=200, body={"ok": True, "result": True})

    def _get_updates(self, params: Params) -> Outcome:
        if self.webhook.url:
            return error(409, ACTIVE)
        return Outcome(status=200, body={"ok": True, "result": self.updates.ready(params)})

    def _webhook(self, method: str, params: Params) -> Outcome:
        if method == "getwebhookinfo":
            info = self.webhook.info(len(self.updates.waiting))
            return Outcome(status=200, body={"ok": True, "result": info})
        self._set_webhook(params if method == "setwebhook" else {})
        return Outcome(status=200, body={"ok": True, "result": True})

    def _set_webhook(self, params: Params) -> None:
        self.webhook.url = str(params.get("url") or "")
        self.webhook.secret = str(params.get("secret_token") or "")
        self.webhook.allowed = structure(params, "allowed_updates")
        if params.get("drop_pending_updates") in {True, "true", "True", "1"}:
            self.updates.waiting.clear()

    def _reply_target(self, chat: int, params: Params) -> int | None:
        reply = structure(params, "reply_parameters") or {}
        target = number(reply, "message_id") or number(params, "reply_to_message_id")
        if target is None or (chat, target) in self.messages:
            return target
        forgiving = reply.get("allow_sending_without_reply", params.get("allow_sending_without_reply"))
        if forgiving in {True, "true", "True", "1"}:
            return None
        raise BadRequestError("message to be replied not found")

    def _applied(self, message: Message) -> Outcome:
        result: dict[str, Any] = {
            "message_id": message.message_id,
            "from": BOT,
            "chat": describe(message.chat_id),
            "date": message.date,
        }
        if message.photo is None:
            said = {"text": message.parsed.text, "entities": list(message.parsed.entities)}
        else:
            said = {"caption": message.parsed.text, "caption_entities": list(message.parsed.entities)}
            said["photo"] = [message.photo]
        result |= {name: value for name, value in said.items() if value or name == "text"}
        if message.edits:
            result["edit_date"] = int(time.time())
        if message.thread is not None:
            result["message_thread_id"] = message.thread
        if message.reply_markup is not None:
            result["reply_markup"] = message.reply_markup
        if message.reply_to is not None:
            answered = self.messages[message.chat_id, message.reply_to]
            result["reply_to_message"] = {
                "message_id": answered.message_id,
                "chat": describe(answered.chat_id),
                "date": answered.date,
                "text": answered.parsed.text,
            }
        return Outcome(status=200, body={"ok": True, "result": result}, applied=True, message_id=message.message_id)


class _MigratedError(Exception):
    def __init__(self, to: int) -> None:
        super().__init__(to)
        self.to = to


def moved_to(chat: int) -> Outcome:
    return error(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": chat},
    )


def describe(chat: int) -> dict[str, Any]:
    """A Chat: users have positive ids, groups negative ones, supergroups begin with -100."""
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"Person {chat}"}
    kind = "supergroup" if str(chat).startswith("-100") and len(str(chat)) > 10 else "group"
    return {"id": chat, "type": kind, "title": f"Group {chat}"}


def structure(params: Params, name: str) -> Any:
    """A parameter that is an object: sent as one, or as its JSON in a form field."""
    value = params.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as wrong:
        raise BadRequestError(f"can't parse {name} JSON object") from wrong


def keyboard(params: Params) -> Any:
    """The keyboard under a message. Raises BadRequestError where a button's data does not fit."""
    markup = structure(params, "reply_markup")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    for button in (button for row in rows for button in row):
        data = button.get("callback_data")
        if data is None and not button.get("url"):
            raise BadRequestError("Text buttons are unallowed in the inline keyboard")
        if data is not None and not 1 <= len(data.encode()) <= 64:
            raise BadRequestError("BUTTON_DATA_INVALID")
    return markup


def _done(result: Any) -> Outcome:
    return Outcome(status=200, body={"ok": True, "result": result})


def _photo(params: Params) -> Any:
    try:
        return photo_of(attached(params, "photo"))
    except NoPhotoError as wrong:
        raise BadRequestError(str(wrong)) from wrong


def read_caption(params: Params) -> Parsed:
    """What stands under a photo; nothing may. Raises BadRequestError in Telegram's words."""
    parsed = _parsed(params, params.get("caption", ""))
    if utf16_length(parsed.text) > MAX_CAPTION:
        raise BadRequestError("message caption is too long")
    return parsed


def read_text(params: Params) -> Parsed:
    """The text as the chat would show it. Raises BadRequestError in Telegram's words."""
    parsed = _parsed(params, params.get("text", ""))
    if not parsed.text:
        raise BadRequestError("message text is empty")
    if utf16_length(parsed.text) > MAX_TEXT:
        raise BadRequestError("message is too long")
    return parsed


def _parsed(params: Params, text: Any) -> Parsed:
    try:
        str(text).encode()
    except UnicodeEncodeError as wrong:
        raise BadRequestError("strings must be encoded in UTF-8") from wrong
    mode = str(params.get("parse_mode") or "").lower()
    if mode not in {"", "html"}:
        raise BadRequestError("unsupported parse_mode (this fake reads HTML and plain text)")
    try:
        parsed = parse_html(str(text)) if mode else Parsed(text=str(text))
    except ParseEntitiesError as wrong:
        raise BadRequestError(f"can't parse entities: {wrong}") from wrong
    return _trimmed(parsed)


def _trimmed(parsed: Parsed) -> Parsed:
    """Telegram drops white space around a text; the entities move along."""
    text = parsed.text.rstrip()
    end = utf16_length(text)
    shift = utf16_length(text) - utf16_length(text.lstrip())
    entities = []
    for entity in parsed.entities:
        start = max(entity["offset"], shift)
        stop = min(entity["offset"] + entity["length"], end)
        if start < stop:
            entities.append({**entity, "offset": start - shift, "length": stop - start})
    return Parsed(text=text.lstrip(), entities=tuple(entities))
