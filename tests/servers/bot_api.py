"""A fake Telegram Bot API: `python -m tests.servers.bot_api --state DIR --token TOKEN --chat ID …`.

Every request is in DIR/ledger.jsonl before it is answered, with whether it took effect. Started again on
the same folder, it knows the messages that its ledger tells of. Control endpoints:

    POST /control/faults    the script, a JSON list of faults (bot_faults.py); replaces what was left
    GET  /control/faults    what is left of it
    POST /control/chats     a JSON list of chat ids that exist from now on
    GET  /control/ledger    every request so far
    GET  /control/messages  every message as its chat shows it now
    POST /control/updates   a JSON list of updates that people make; they are numbered where they are not
    GET  /control/updates   those that are not confirmed yet
    POST /control/files     {file_id: {"content": base64, "size": what getFile says, "zeros": bytes that follow}}
    GET  /control/reading   {"reading": N, "unconfirmed": M}: requests for updates that wait now
    GET  /control/commands  the registered menus, by scope and language
    GET  /control/held      {"held": N}: answers kept back for clients that are still connected
    POST /control/release   send the answers kept back
    POST /control/reset     forget messages, faults and the ledger; chats and the last message id stay
"""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from bot.demo.loopback import Connection, HttpAnswer, HttpRequest
from tests.servers.bot_faults import APPLIED, Fault, FaultKind, take
from tests.servers.bot_files import Files
from tests.servers.bot_state import (
    CONFLICT,
    BadRequestError,
    BotState,
    Outcome,
    Params,
    error,
    moved_to,
    number,
    structure,
)
from tests.servers.bot_uploads import read_multipart
from tests.servers.bot_webhook import bring
from tests.servers.ledger import Ledger, Line
from tests.servers.running import ControlError, arguments, json_answer, json_body, run

LONGEST_POLL = 50.0
"""Seconds that getUpdates waits at most, as the Bot API does."""

BAD_GATEWAY = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


class BotApi:
    """The handler: faults first, then the state, then the ledger, then the answer."""

    def __init__(self, *, token: str, ledger: Ledger, chats: set[int]) -> None:
        self._token = token
        self._ledger = ledger
        self._state = BotState(chats=chats)
        self._files = Files()
        self._faults: list[Fault] = []
        self._release = asyncio.Event()
        self._held = 0
        self._reading = 0
        self._bringing: asyncio.Task[None] | None = None
        self._replay()

    async def handle(self, request: HttpRequest, connection: Connection) -> HttpAnswer | None:
        if request.path.startswith("/control/"):
            try:
                return json_answer(self._control(request))
            except ControlError as wrong:
                return json_answer({"error": str(wrong)}, 400)
        if request.path.startswith(files := f"/file/bot{self._token}/"):
            self._note("file", {}, None, Outcome(status=200, body={}))
            return await self._files.send(request.path.removeprefix(files), connection)
        token, _, method = request.path.removeprefix("/bot").partition("/")
        if not request.path.startswith("/bot") or not method:
            return json_answer(error(404, "Not Found").body, 404)
        try:
            params = read_params(request)
        except ValueError:
            refused = error(400, "Bad Request: strings must be encoded in UTF-8")
            self._note(method, {}, None, refused)
            return _json(refused)
        if token != self._token:
            refused = error(401, "Unauthorized")
            self._note(method, params, None, refused)
            return _json(refused)
        return await self._call(method, params, connection)

    async def _call(self, method: str, params: Params, connection: Connection) -> HttpAnswer | None:
        if self._bringing is None and method.lower() == "setwebhook":
            self._bringing = asyncio.create_task(bring(self._state.webhook, self._state.updates))
        fault = take(self._faults, method, number(params, "chat_id"))
        if fault is None:
            if method.lower() == "getupdates" and not self._state.webhook.url:
                outcome = await self._long_poll(params, connection)
            elif method.lower() == "getfile":
                outcome = self._get_file(params)
            else:
                outcome = self._state.call(method, params)
            self._note(method, params, None, outcome)
            return _json(outcome)
        if fault.kind in APPLIED:
            outcome = self._state.call(method, params)
            self._note(method, params, fault, outcome)
            return await self._hide(fault, outcome, connection)
        if fault.kind is FaultKind.MIGRATE:
            assert fault.chat is not None
            assert fault.to is not None
            self._state.migrate(fault.chat, fault.to)
            outcome = moved_to(fault.to)
        else:
            outcome = fault.answer()
        self._note(method, params, fault, outcome)
        if fault.kind is FaultKind.DROP_BEFORE:
            return None
        if fault.kind is FaultKind.HTML_502:
            return HttpAnswer(status=502, headers={"Content-Type": "text/html"}, body=BAD_GATEWAY)
        return _json(outcome)

    def _get_file(self, params: Params) -> Outcome:
        found = self._files.describe(str(params.get("file_id")))
        if isinstance(found, str):
            return error(400, f"Bad Request: {found}")
        return Outcome(status=200, body={"ok": True, "result": found})

    async def _hide(self, fault: Fault, outcome: Outcome, connection: Connection) -> HttpAnswer | None:
        """The request took effect; here is what its client gets to see of that."""
        match fault.kind:
            case FaultKind.HOLD:
                return _json(outcome) if await self._hold(fault.seconds, connection) else None
            case FaultKind.BROKEN_JSON:
                whole = json.dumps(outcome.body).encode()
                return HttpAnswer(
                    status=200, headers={"Content-Type": "application/json"}, body=whole[: len(whole) // 2]
                )
            case FaultKind.ERROR_500:
                return _json(error(500, "Internal Server Error"))
            case _:
                return None

    async def _hold(self, seconds: float | None, connection: Connection) -> bool:
        """Whether the answer may go out; False when the client left before."""
        left = asyncio.ensure_future(connection.left())
        released = asyncio.ensure_future(self._release.wait())
        self._held += 1
        try:
            await asyncio.wait({left, released}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return not left.done()
        finally:
            self._held -= 1
            left.cancel()
            released.cancel()
            # The reader belongs to the next request again only when the cancelled read has ended.
            await asyncio.gather(left, released, return_exceptions=True)

    def _note(self, method: str, params: Params, fault: Fault | None, outcome: Outcome) -> None:
        self._ledger.append(ledger_line(method, params, fault, outcome))

    def _replay(self) -> None:
        """Know again what an earlier process on the same ledger did."""
        for line in self._ledger.lines:
            if line["fault"] == FaultKind.MIGRATE.value:
                self._state.migrate(line["chat_id"], line["migrate_to_chat_id"])
            if line["applied"]:
                if line["method"].lower() in {"sendmessage", "sendphoto"}:
                    self._state.last_message_id = line["result_message_id"] - 1
                self._state.chats.add(line["chat_id"])
                self._state.call(line["method"], line["params"])

    def _control(self, request: HttpRequest) -> Any:
        actions: dict[tuple[str, str], Callable[[], Any]] = {
            ("POST", "faults"): lambda: self._set_faults(json_body(request)),
            ("GET", "faults"): lambda: [fault.as_json() for fault in self._faults if fault.times],
            ("POST", "chats"): lambda: self._add_chats(json_body(request)),
            ("GET", "ledger"): lambda: self._ledger.lines,
            ("GET", "messages"): self._messages,
            ("POST", "updates"): lambda: self._push(json_body(request)),
            ("GET", "updates"): lambda: self._state.updates.waiting,
            ("POST", "files"): lambda: self._files.add(json_body(request)),
            ("GET", "reading"): lambda: {"reading": self._reading, "unconfirmed": len(self._state.updates.waiting)},
            ("GET", "commands"): lambda: self._state.commands,
            ("GET", "held"): lambda: {"held": self._held},
            ("POST", "release"): self._release_all,
            ("POST", "reset"): self._reset,
        }
        action = actions.get((request.method, request.path.removeprefix("/control/")))
        if action is None:
            raise ControlError(f"no control endpoint {request.method} {request.path}")
        return action()

    def _set_faults(self, script: Any) -> Any:
        if not isinstance(script, list):
            raise ControlError("the faults are a list")
        self._faults = [Fault.read(each) for each in script]
        return {"faults": len(self._faults)}

    def _add_chats(self, chats: Any) -> Any:
        try:
            self._state.chats.update(int(chat) for chat in chats)
        except (TypeError, ValueError) as wrong:
            raise ControlError("the chats are a list of ids") from wrong
        return {"chats": sorted(self._state.chats)}

    def _push(self, updates: Any) -> Any:
        if not isinstance(updates, list):
            raise ControlError("the updates are a list")
        return {"updates": self._state.updates.push(updates)}

    async def _long_poll(self, params: Params, connection: Connection) -> Outcome:
        """Wait as long as the client asked for, until something is there, it leaves, or another one asks."""
        self._reading += 1
        try:
            return await self._wait_for_updates(params, connection)
        finally:
            self._reading -= 1

    async def _wait_for_updates(self, params: Params, connection: Connection) -> Outcome:
        updates = self._state.updates
        updates.readers += 1
        mine = updates.readers
        updates.arrived.set()  # whoever waits finds that it is no longer the last
        updates.arrived = asyncio.Event()
        end = time.monotonic() + min(float(number(params, "timeout") or 0), LONGEST_POLL)
        while not updates.ready(params) and (left := end - time.monotonic()) > 0:
            leaving = asyncio.ensure_future(connection.left())
            arriving = asyncio.ensure_future(updates.arrived.wait())
            await asyncio.wait({leaving, arriving}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            gone = leaving.done()
            leaving.cancel()
            arriving.cancel()
            # The reader belongs to the next request again only when the cancelled read has ended.
            await asyncio.gather(leaving, arriving, return_exceptions=True)
            if updates.readers != mine:
                return CONFLICT
            if gone:
                break
        return self._state.call("getUpdates", params)

    def _messages(self) -> list[Line]:
        return [
            {
                "chat_id": message.chat_id,
                "message_id": message.message_id,
                "text": message.parsed.text,
                "photo": message.photo,
                "entities": list(message.parsed.entities),
                "reply_to_message_id": message.reply_to,
                "reply_markup": message.reply_markup,
                "thread": message.thread,
                "edits": message.edits,
            }
            for message in self._state.messages.values()
        ]

    def _release_all(self) -> Any:
        """Let go of what is held now; later holds wait for the next release."""
        self._release.set()
        self._release = asyncio.Event()
        return {"released": self._held}

    def _reset(self) -> Any:
        self._faults = []
        self._state.forget()
        self._ledger.clear()
        return self._release_all()


def read_params(request: HttpRequest) -> Params:
    """A method's parameters from query, form or JSON. Raises ValueError when they cannot be decoded."""
    params: Params = dict(parse_qsl(request.query, keep_blank_values=True, errors="strict"))
    if "json" in request.headers.get("content-type", ""):
        body = json.loads(request.body or b"{}")
        if not isinstance(body, dict):
            raise ValueError("the body is no JSON object")
        return params | body
    if request.headers.get("content-type", "").startswith("multipart/"):
        return params | read_multipart(request.headers["content-type"], request.body)
    form = request.body.decode("ascii")
    return params | dict(parse_qsl(form, keep_blank_values=True, errors="strict"))


def ledger_line(method: str, params: Params, fault: Fault | None, outcome: Outcome) -> Line:
    """`status` and `description` are what the client gets to see; no status where no answer goes out."""
    status, description = _as_sent(None if fault is None else fault.kind, outcome)
    return {
        "at": time.time(),
        "method": method,
        "chat_id": _number_or_raw(params, "chat_id"),
        "text": params.get("text"),
        "parse_mode": params.get("parse_mode"),
        "message_id": number(params, "message_id"),
        "reply_to_message_id": _reply_to(params),
        "params": params,
        "fault": None if fault is None else fault.kind.value,
        "status": status,
        "description": description,
        "migrate_to_chat_id": None if fault is None else fault.to,
        "result_message_id": outcome.message_id,
        "applied": outcome.applied,
    }


def _as_sent(kind: FaultKind | None, outcome: Outcome) -> tuple[int | None, str | None]:
    match kind:
        case FaultKind.DROP_BEFORE | FaultKind.DROP_AFTER:
            return None, None
        case FaultKind.HTML_502:
            return 502, "Bad Gateway, as HTML"
        case FaultKind.ERROR_500:
            return 500, "Internal Server Error"
        case FaultKind.BROKEN_JSON:
            return 200, "JSON cut in the middle"
        case _:
            return outcome.status, outcome.body.get("description")


def _number_or_raw(params: Params, name: str) -> Any:
    value = number(params, name)
    return params.get(name) if value is None else value


def _reply_to(params: Params) -> int | None:
    try:
        reply = structure(params, "reply_parameters")
    except BadRequestError:
        return None
    return number(reply or {}, "message_id") or number(params, "reply_to_message_id")


def _json(outcome: Outcome) -> HttpAnswer:
    return json_answer(outcome.body, outcome.status)


def main() -> None:
    parser = arguments("A fake Telegram Bot API.")
    parser.add_argument("--token", required=True)
    parser.add_argument("--chat", type=int, action="append", default=[], help="a chat that exists")
    options = parser.parse_args()
    ledger = Ledger(Path(options.state))
    api = BotApi(token=options.token, ledger=ledger, chats=set(options.chat))
    run(api.handle, options.port)
    ledger.close()


if __name__ == "__main__":
    main()
