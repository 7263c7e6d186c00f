"""A person at Telegram, from outside: writes, presses what is shown, sends files, and reads what comes back."""

from __future__ import annotations

import base64
import itertools
import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from tests.chat.shapes import message, user

Message = dict[str, Any]
PATIENCE = 40.0
"""Seconds that an answer may take where the service is started anew meanwhile; it takes about two."""

_queries = itertools.count(1)


class BotApiServer:
    """The control side of the fake Bot API, over HTTP."""

    def __init__(self, base_url: str) -> None:
        address = urlsplit(base_url)
        assert address.hostname is not None
        self._place = (address.hostname, address.port)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        connection = HTTPConnection(*self._place, timeout=10)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            answer = connection.getresponse()
            text = answer.read()
            assert answer.status == 200, text
            return json.loads(text)
        finally:
            connection.close()

    def wait(self, look: Callable[[], Any], what: str) -> Any:
        """The first value of `look` that is true. Raises AssertionError with what was waited for."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.03)
        raise AssertionError(f"{what} did not come")

    def all_handled(self) -> None:
        """Wait until the bot has confirmed all that people did: it does when it has answered."""
        self.wait(lambda: self.ask("GET", "/control/updates") == [], "the end of what people asked")


class Person:
    """Someone in a private chat with the bot; `language` is that of their Telegram."""

    def __init__(self, server: BotApiServer, number: int, language: str) -> None:
        self._server = server
        self.number = number
        self._language = language
        server.ask("POST", "/control/chats", [number])

    def writes(self, text: str) -> None:
        self._update({"message": self._from_me(text)})

    def sends_file(self, name: str, content: str) -> None:
        """A document, which the bot must fetch."""
        file_id = f"file-{next(_queries)}"
        raw = content.encode()
        self._server.ask("POST", "/control/files", {file_id: {"content": base64.b64encode(raw).decode()}})
        document = {"file_id": file_id, "file_unique_id": file_id, "file_name": name, "file_size": len(raw)}
        sent = self._from_me("") | {"document": document}
        del sent["text"]
        self._update({"message": sent})

    def presses(self, label: str, under: Message) -> None:
        """The button whose text begins so, as the message shows it now."""
        shown = self.now(under)
        rows = (shown["reply_markup"] or {}).get("inline_keyboard", [])
        keys = {str(key["text"]): key.get("callback_data") for row in rows for key in row}
        data = next((data for text, data in keys.items() if text.startswith(label)), None)
        assert data is not None, f"no button {label!r} in {list(keys)} under {shown['text']!r}"
        query = {
            "id": f"press-{next(_queries)}",
            "from": self._me(),
            "chat_instance": "1",
            "message": message("", where=self.number) | {"message_id": under["message_id"], "date": 0},
            "data": data,
        }
        self._update({"callback_query": query})

    def chat(self) -> list[Message]:
        """What the chat shows now."""
        messages = self._server.ask("GET", "/control/messages")
        return [one for one in messages if int(one["chat_id"]) == self.number]

    def newest(self) -> int:
        """The number of the last message; 0 where there is none."""
        return max((int(one["message_id"]) for one in self.chat()), default=0)

    def now(self, at: Message) -> Message:
        """A message as it is shown now."""
        (now,) = [one for one in self.chat() if one["message_id"] == at["message_id"]]
        return now

    def hears(self, words: str, *, after: int = 0) -> Message:
        """The first message with these words and a number above `after`, once there is one."""

        def look() -> Message | None:
            return next((m for m in self.chat() if words in str(m["text"]) and m["message_id"] > after), None)

        found: Message = self._server.wait(look, f"a message with {words!r} in the chat of {self.number}")
        return found

    def sees(self, words: str, at: Message) -> Message:
        """The message once it has these words in its text or on its buttons."""

        def look() -> Message | None:
            now = self.now(at)
            return now if words in f"{now['text']} {json.dumps(now['reply_markup'], ensure_ascii=False)}" else None

        found: Message = self._server.wait(look, f"{words!r} in message {at['message_id']} of {self.number}")
        return found

    def _me(self) -> dict[str, Any]:
        return user(self.number, language_code=self._language)

    def _from_me(self, text: str) -> dict[str, Any]:
        return message(text, where=self.number) | {"from": self._me()}

    def _update(self, update: dict[str, Any]) -> None:
        self._server.ask("POST", "/control/updates", [update])
