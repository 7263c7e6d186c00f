"""Who may what: default deny, by numeric ids. Pure.

stranger   nobody is asked for; in a private chat only, and of all handlers only /start wants it
member     a person listed for a known chat (`allow`, `admins`), or the person of a private one
admin      a member listed in `admins`, the person of a private chat, or one who is allowed in the operator chat
operator   a member of the operator chat, writing there
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from bot.chat.incoming import Incoming, Kind


class Needs(IntEnum):
    """What a handler asks of whoever uses it; the higher includes the lower."""

    STRANGER = 0
    MEMBER = 1
    ADMIN = 2
    OPERATOR = 3


class Reason(Enum):
    """Why it was allowed or denied."""

    ALLOWED = "allowed"
    IGNORED = "not a person's own new message or press"
    NO_PERSON = "no person is named"
    IN_NAME_OF_CHAT = "written in the name of a chat"
    NOT_OWN_WORDS = "edited, forwarded or sent through another"
    NO_CHAT_TO_ASK_IN = "not a chat where a person asks"
    UNKNOWN_CHAT = "the chat is not known"
    NOT_LISTED = "the person is not listed for this chat"
    NOT_ENOUGH = "the person may not do this here"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChat:
    """A chat and its people; `thread` is the topic that it is, None for the whole chat.

    `former_id` is the number of the group that it was before Telegram made it a supergroup: buttons of its messages are
    still pressed there, and nothing can be written there any more.
    """

    key: str
    chat_id: int
    former_id: int | None = None
    thread: int | None = None
    members: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is known; `operator` is the operator chat's key."""

    chats: tuple[KnownChat, ...] = ()
    operator: str = ""

    @property
    def operators(self) -> frozenset[int]:
        return frozenset().union(*(_people(chat) for chat in self.chats if chat.key == self.operator))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The decision with its reason; `chat` is the known chat's key, `role` what the person is there."""

    reason: Reason
    chat: str = ""
    role: Needs = Needs.STRANGER

    @property
    def allowed(self) -> bool:
        return self.reason is Reason.ALLOWED


def authorise(incoming: Incoming, needs: Needs, standing: Standing, home: str = "") -> Verdict:
    """Whether this person may do what `needs` says, here; `home` is the pressed message's chat, where known."""
    if (wrong := _not_a_persons_own(incoming)) is not None:
        return Verdict(reason=wrong)
    assert incoming.user_id is not None  # noqa: S101 - said above
    private = incoming.chat_type == "private"
    chat = _chat_of(incoming, standing, home)
    if chat is None:
        if needs is Needs.STRANGER and private:
            return Verdict(reason=Reason.ALLOWED)
        return Verdict(reason=Reason.UNKNOWN_CHAT)
    role = _role(incoming.user_id, chat, standing)
    if role is Needs.STRANGER:
        return Verdict(reason=Reason.NOT_LISTED, chat=chat.key)
    if role < needs:
        return Verdict(reason=Reason.NOT_ENOUGH, chat=chat.key, role=role)
    return Verdict(reason=Reason.ALLOWED, chat=chat.key, role=role)


def _not_a_persons_own(incoming: Incoming) -> Reason | None:
    if incoming.kind is Kind.IGNORED or incoming.reason is not None:
        return Reason.IGNORED
    if incoming.user_id is None:
        return Reason.NO_PERSON
    if incoming.sender_chat is not None:
        return Reason.IN_NAME_OF_CHAT
    if incoming.is_edited or incoming.is_forwarded or incoming.via_bot or incoming.is_business:
        return Reason.NOT_OWN_WORDS
    # A press has a person of its own, in a channel too.
    places = {"private", "group", "supergroup"} | ({"channel"} if incoming.kind is Kind.PRESS else set())
    if incoming.chat_type not in places:
        return Reason.NO_CHAT_TO_ASK_IN
    # A private chat has its person's number; one that has not is no private chat.
    if incoming.chat_type == "private" and incoming.chat_id != incoming.user_id:
        return Reason.NO_PERSON
    return None


def chats_at(incoming: Incoming, standing: Standing) -> list[KnownChat]:
    """The known chats that are at this number of Telegram's: the whole chat, its topics."""
    return [
        chat
        for chat in standing.chats
        if incoming.chat_id == chat.chat_id or (incoming.kind is Kind.PRESS and incoming.chat_id == chat.former_id)
    ]


def _chat_of(incoming: Incoming, standing: Standing, home: str) -> KnownChat | None:
    """The chat of the pressed message, else the topic where it was written, else the whole chat."""
    here = chats_at(incoming, standing)
    by_key = {chat.key: chat for chat in here}
    if home in by_key:
        return by_key[home]
    if incoming.is_inaccessible and len(here) == 1:
        return here[0]
    by_thread: Mapping[int | None, KnownChat] = {chat.thread: chat for chat in reversed(here)}
    return by_thread.get(incoming.thread) or by_thread.get(None)


def _role(person: int, chat: KnownChat, standing: Standing) -> Needs:
    if chat.key == standing.operator:
        return Needs.OPERATOR if person in _people(chat) else Needs.STRANGER
    if person in chat.admins or person == chat.chat_id or person in standing.operators:
        return Needs.ADMIN
    return Needs.MEMBER if person in chat.members else Needs.STRANGER


def _people(chat: KnownChat) -> frozenset[int]:
    """Everybody who is listed; the person of a private chat needs no list."""
    return chat.members | chat.admins | ({chat.chat_id} if chat.chat_id > 0 else frozenset())
