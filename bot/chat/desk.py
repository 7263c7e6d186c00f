"""The desk: finds the handler of what arrived, authorises, runs it. Whoever is not authorised meets silence."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from bot.chat.authority import KnownChat, Standing, Verdict, authorise
from bot.chat.incoming import Incoming, Kind
from bot.chat.registry import AnyHandler, Button, Call, Registry, Room, name_of
from bot.chat.say import Say, Toast
from bot.chat.words import words_in
from bot.errors import RackwatchError
from bot.logs import log_bug
from bot.settings import Settings
from storage.errors import StorageError
from storage.records import ChatState

log = structlog.get_logger(__name__)


class Desk:
    def __init__(self, room: Room, registry: Registry) -> None:
        self._room = room
        self._registry = registry

    async def first(self, incoming: Incoming) -> Toast | None:
        """The answer to a pressed button, due before its work starts. To others than the authorised it says nothing."""
        if not incoming.callback_id:
            return None
        text = ""
        found = self._registry.find(incoming)
        if isinstance(found, Button) and found.toast is not None:
            verdict = await self._verdict(incoming, found)
            if verdict.allowed:
                text = found.toast[self._language(incoming, verdict)]
        return Toast(callback_id=incoming.callback_id, text=text)

    async def handle(self, incoming: Incoming) -> list[Say]:
        """What is answered; nothing where nobody is to be answered."""
        if incoming.kind is Kind.IGNORED:
            log.debug("ignored", update=incoming.update_id, reason=incoming.reason and incoming.reason.value)
            return []
        found = self._registry.find(incoming)
        if found is None:
            return await self._unknown(incoming)
        verdict = await self._verdict(incoming, found)
        name = name_of(found)
        if not verdict.allowed:
            log.info("denied", handler=name, reason=verdict.reason.value, update=incoming.update_id)
            return []
        call = self._call(incoming, verdict)
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
        """A command or a kind of file that there is not: said to whoever may use those that there are, in private only,
        since groups have other bots too.
        """
        if incoming.kind not in {Kind.COMMAND, Kind.DOCUMENT} or incoming.chat_type != "private":
            return []
        is_command = incoming.kind is Kind.COMMAND
        known = [self._registry.commands["help"]] if is_command else list(self._registry.files.values())
        for handler in known:
            verdict = await self._verdict(incoming, handler)
            if verdict.allowed:
                call = self._call(incoming, verdict)
                return call.answer(call.words.say("unknown_command" if is_command else "unknown_file"))
        return []

    async def _verdict(self, incoming: Incoming, found: AnyHandler) -> Verdict:
        states = await self._room.read(self._room.store.outbox.chats)
        return authorise(incoming, found.needs, standing_of(self._room.settings, states))

    def _call(self, incoming: Incoming, verdict: Verdict) -> Call:
        return Call(
            incoming=incoming,
            room=self._room,
            chat=verdict.chat,
            role=verdict.role,
            words=words_in(self._language(incoming, verdict)),
        )

    def _language(self, incoming: Incoming, verdict: Verdict) -> str:
        if verdict.chat:
            return self._room.settings.chats[verdict.chat].language
        return "de" if incoming.user_language == "de" else "en"


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
                thread=chat.thread,
                members=frozenset(chat.allow),
                admins=frozenset(chat.admins),
            )
        )
    return Standing(chats=tuple(known), operator=settings.operator_chat)
