"""What people did, waiting in the fake Bot API until the bot has read and confirmed it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

KINDS = frozenset(
    "message edited_message channel_post edited_channel_post business_connection business_message"
    " edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query"
    " chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer"
    " my_chat_member chat_member chat_join_request chat_boost removed_chat_boost".split()
)
"""Kinds of updates (core.telegram.org/bots/api#update); any other shape is passed on as it is."""


@dataclass(slots=True)
class Updates:
    """Updates in their order; a request with an offset confirms, and forgets, all before it."""

    waiting: list[Any] = field(default_factory=list)
    last_id: int = 1000
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    readers: int = 0
    _queries: set[str] = field(default_factory=set)

    def push(self, updates: list[Any]) -> list[int]:
        """Give each a number where it has none; the numbers."""
        numbers = []
        for update in updates:
            self.last_id += 1
            numbered = {"update_id": self.last_id, **update} if isinstance(update, dict) else update
            if isinstance(numbered, dict):
                query = numbered.get("callback_query")
                if isinstance(query, dict) and isinstance(query.get("id"), str):
                    self._queries.add(query["id"])
            numbers.append(self.last_id)
            self.waiting.append(numbered)
        self.arrived.set()
        self.arrived = asyncio.Event()
        return numbers

    def ready(self, params: dict[str, Any]) -> list[Any]:
        """What a request gets now."""
        offset = int(params.get("offset") or 0)
        allowed = params.get("allowed_updates")
        kinds = set(json.loads(allowed) if isinstance(allowed, str) else allowed or KINDS)
        self.waiting = [one for one in self.waiting if self._id(one) >= offset and not self._unwanted(one, kinds)]
        return self.waiting[: int(params.get("limit") or 100)]

    def answer(self, query: str) -> bool:
        """A pressed button is answered; False where it was already, or never pressed."""
        known = query in self._queries
        self._queries.discard(query)
        return known

    def _id(self, update: Any) -> int:
        number = update.get("update_id") if isinstance(update, dict) else None
        return number if isinstance(number, int) else self.last_id

    @staticmethod
    def _unwanted(update: Any, kinds: set[str]) -> bool:
        return isinstance(update, dict) and any(name in KINDS and name not in kinds for name in update)
