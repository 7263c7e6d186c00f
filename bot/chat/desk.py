"""The desk: finds the handler of what arrived, authorises, runs it. Whoever is not authorised meets silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.keyboard import read_data
from bot.chat.authority import KnownChat, Needs, Reason, Standing, Verdict, authorise, chats_at
from bot.chat.incoming import Incoming, Kind
from bot.chat.registry import Button, Call, Registry, Room, name_of
from bot.chat.say import Say, Toast
from bot.chat.words import words_in
from bot.errors import RackwatchError
from bot.logs import log_bug
from bot.settings import Settings
from storage.errors import NotFound, StorageError
from storage.records import ChatState

log = structlog.get_logger(__name__)


SLIP = timedelta(seconds=60)
"""The same press while the one before is at work is the same act: who taps ten times wants one answer, not ten. After
so long the one before was given up (`HANDLED_WITHIN` of who answers)."""


_Press = tuple[int, int, int | None, str]


class Desk:
    def __init__(self, room: Room, registry: Registry) -> None:
        self._room = room
        self._registry = registry
        self._at_work: dict[_Press, datetime] = {}
        self._slips: set[int] = set()

    async def first(self, incoming: Incoming) -> Toast | None:
        """The answer to a pressed button, due as soon as it arrives, whatever becomes of its work.

        To others than the authorised it says nothing.
        """
        if not incoming.callback_id:
            return None
        try:
            text = await self._toast(incoming)
        except StorageError as error:
            log.warning("a press is answered without a word", error=str(error))
            text = ""
        except Exception as error:  # noqa: BLE001 - without an answer the button would show that it waits
            log_bug(log, "a press was not understood", error, update=incoming.update_id)
            text = ""
        return Toast(callback_id=incoming.callback_id, text=text)

    async def _toast(self, incoming: Incoming) -> str:
        found = self._registry.find(incoming)
        if not isinstance(found, Button):
            return ""
        verdict, _ = await self._judged(incoming, found.needs)
        if verdict.reason is Reason.NOT_ENOUGH:
            return words_in(self._language(incoming, verdict)).say("only_admins")
        if not verdict.allowed:
            return ""
        self._note_slip(incoming)
        return found.toast[self._language(incoming, verdict)] if found.toast is not None else ""

    def _note_slip(self, incoming: Incoming) -> None:
        now = self._room.now()
        self._at_work = {press: at for press, at in self._at_work.items() if now - at < SLIP}
        if _press(incoming) in self._at_work:
            self._slips.add(incoming.update_id)
        else:
            self._at_work[_press(incoming)] = now

    async def handle(self, incoming: Incoming) -> list[Say]:
        """What is answered; nothing where nobody is to be answered."""
        if incoming.kind is Kind.IGNORED:
            log.debug("ignored", update=incoming.update_id, reason=incoming.reason and incoming.reason.value)
            return []
        if incoming.update_id in self._slips:
            self._slips.discard(incoming.update_id)
            return []
        try:
            return await self._handle(incoming)
        finally:
            self._at_work.pop(_press(incoming), None)

    async def _handle(self, incoming: Incoming) -> list[Say]:
        await self._room.follow_people()
        found = self._registry.find(incoming)
        if found is None:
            return await self._unknown(incoming)
        verdict, placed = await self._judged(incoming, found.needs)
        name = name_of(found)
        if not verdict.allowed:
            # The number is what rackwatch.yaml asks for where a group is to be let in.
            log.info("denied", handler=name, reason=verdict.reason.value, chat_id=incoming.chat_id)
            return []
        call = self._call(placed, verdict)
        try:
            said: Sequence[Say] = await found.run(call)
        except (RackwatchError, StorageError) as error:
            log.warning("not done", handler=name, chat=verdict.chat, error=str(error))
            return self._not_done(call)
        except Exception as error:  # noqa: BLE001 - a bug in one handler must not end the conversation
            log_bug(log, "a handler failed unexpectedly", error, handler=name, chat=verdict.chat)
            return self._not_done(call)
        log.info("answered", handler=name, chat=verdict.chat, by=incoming.user_id)
        return list(said)

    @staticmethod
    def _not_done(call: Call) -> list[Say]:
        """A stranger is not told of our troubles."""
        return call.answer(call.words.say("not_done")) if call.chat else []

    async def _unknown(self, incoming: Incoming) -> list[Say]:
        """Said to whoever may use what there is; in private only, since groups have other bots too.

        A button is our own anywhere.
        """
        press = incoming.kind is Kind.PRESS
        if not press and (incoming.kind not in {Kind.COMMAND, Kind.DOCUMENT} or incoming.chat_type != "private"):
            return []
        document = incoming.kind is Kind.DOCUMENT
        needs = min((one.needs for one in self._registry.files.values()), default=Needs.OPERATOR)
        verdict, placed = await self._judged(incoming, needs if document else Needs.MEMBER)
        if not verdict.allowed:
            return []
        call = self._call(placed, verdict)
        return call.answer(call.words.say("alert_gone" if press else "unknown_file" if document else "unknown_command"))

    async def _judged(self, incoming: Incoming, needs: Needs) -> tuple[Verdict, Incoming]:
        """The decision, and what arrived with the place to answer to."""
        states = await self._room.read(self._room.store.outbox.chats)
        standing = standing_of(self._room.settings, states)
        verdict = authorise(incoming, needs, standing, await self._home(incoming, standing))
        return verdict, placed(incoming, verdict, standing)

    async def _home(self, incoming: Incoming, standing: Standing) -> str:
        """The chat that was sent the message of a button, where its place does not say it.

        Chats of the YAML may be at one place of Telegram's, a chat may have got a topic since, and of an old message
        the topic is not known. The data says it last: of chats at the same place only, since a person can forge it.
        """
        here = chats_at(incoming, standing) if incoming.kind is Kind.PRESS else []
        if not here or (len(here) == 1 and here[0].thread == incoming.thread):
            return ""
        outbox = self._room.store.outbox
        told = await self._room.read(outbox.chat_of_message, [chat.key for chat in here], incoming.message_id)
        data = read_data(incoming.data)
        if told is not None or data is None:
            return told or ""
        try:
            alert = await self._room.read(outbox.alert, data.alert)
        except NotFound:
            return ""
        return alert.chat if alert.chat in {chat.key for chat in here if chat.thread == incoming.thread} else ""

    def _call(self, incoming: Incoming, verdict: Verdict) -> Call:
        return Call(
            incoming=incoming,
            room=self._room,
            chat=verdict.chat,
            role=verdict.role,
            words=words_in(self._language(incoming, verdict)),
        )

    def _language(self, incoming: Incoming, verdict: Verdict) -> str:
        if verdict.chat in self._room.settings.chats:
            return self._room.settings.chats[verdict.chat].language
        return "de" if incoming.user_language == "de" else "en"


def placed(incoming: Incoming, verdict: Verdict, standing: Standing) -> Incoming:
    """The same with where to answer: in the topic of an old message, in the supergroup that a group became."""
    chat = next((one for one in standing.chats if one.key == verdict.chat), None)
    if chat is None:
        return incoming
    if incoming.is_inaccessible:
        incoming = replace(incoming, thread=chat.thread)
    if incoming.chat_id != chat.chat_id:
        incoming = replace(incoming, chat_id=chat.chat_id, message_id=0)
    return incoming


def standing_of(settings: Settings, states: dict[str, ChatState]) -> Standing:
    """Who is known, by the settings and by what became of the chats: a group that moved has a new number."""
    known = []
    for key, chat in settings.chats.items():
        if chat.kind != "telegram" or chat.id is None:
            continue
        state = states.get(key)
        moved = state.migrated_id if state is not None and state.configured_id == str(chat.id) else None
        known.append(
            KnownChat(
                key=key,
                chat_id=int(moved or chat.id),
                former_id=chat.id if moved else None,
                thread=chat.thread,
                members=frozenset(chat.allow),
                admins=frozenset(chat.admins),
            )
        )
    return Standing(chats=tuple(known), operator=settings.operator_chat)


def _press(incoming: Incoming) -> _Press:
    return incoming.chat_id, incoming.message_id, incoming.user_id, incoming.data
