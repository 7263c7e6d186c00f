"""What arrived, reduced to what the conversation may look at. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """What a person did."""

    COMMAND = "command"
    TEXT = "text"
    DOCUMENT = "document"
    PRESS = "press"
    IGNORED = "ignored"


class Ignored(Enum):
    """Why an update is nobody's command."""

    UNREADABLE = "not the shape of an update"
    OTHER_UPDATE = "a kind of update that is not asked for"
    EDITED = "an edited message: what it said before may have been done already"
    CHANNEL_POST = "a channel's post: nobody signs it"
    BUSINESS = "a message to somebody's business account, not to this bot"
    INLINE = "a button of a message that was sent through another chat"
    SENDER_CHAT = "written in the name of a chat: an anonymous admin, or a channel"
    FORWARDED = "forwarded: another person's words"
    VIA_BOT = "sent through another bot"
    FROM_BOT = "written by a bot"
    NO_PERSON = "no person is named"
    SERVICE = "nothing that a person wrote"
    OTHER_BOT = "a command for another bot"
    BAD_DATA = "a button that this program never made"


class NoFile(Enum):
    """Why a file that a person sent did not come."""

    TOO_LARGE = "larger than what is taken"
    NOT_FETCHED = "Telegram did not hand it out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that a person sent; `size` in bytes, None where unknown."""

    file_id: str
    name: str
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One update. `command` is without its slash and in small letters, `words` are what stands behind it.

    `message_id` is the message itself, for PRESS the one under which the button stands (0 where it can no longer be
    written to); `reply_to` the message that it answers. `is_inaccessible`: Telegram tells no more of the message under
    which the button stands than its chat and number, so its topic is not known. The marks (`is_edited` …) stand beside
    `reason`, so that who authorises need not trust who reduced.
    """

    update_id: int
    kind: Kind
    reason: Ignored | None = None
    chat_id: int = 0
    chat_type: str = ""
    thread: int | None = None
    user_id: int | None = None
    user_name: str = ""
    user_language: str = ""
    message_id: int = 0
    reply_to: int | None = None
    text: str = ""
    command: str = ""
    words: tuple[str, ...] = field(default_factory=tuple)
    data: str = ""
    is_inaccessible: bool = False
    callback_id: str = ""
    is_edited: bool = False
    is_forwarded: bool = False
    is_business: bool = False
    via_bot: bool = False
    sender_chat: int | None = None
    document: Document | None = None
