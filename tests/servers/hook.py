"""A service that takes messages by HTTP: `python -m tests.servers.hook --state DIR`.

It answers any request outside of /control/ with what its script says, 200 where that is used up. Control endpoints:

    POST /control/script    a JSON list: a status, "drop" (no answer), or "hold" (none until the client leaves)
    GET  /control/received  every request: path, body as JSON, what was answered
"""

import json
from pathlib import Path
from typing import Any

from bot.demo.loopback import Connection, HttpAnswer, HttpRequest
from tests.servers.ledger import Ledger
from tests.servers.running import ControlError, arguments, json_answer, json_body, run


class Hook:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._script: list[int | str] = []

    async def handle(self, request: HttpRequest, connection: Connection) -> HttpAnswer | None:
        if request.path.startswith("/control/"):
            try:
                return json_answer(self._control(request))
            except ControlError as wrong:
                return json_answer({"error": str(wrong)}, 400)
        step = self._script.pop(0) if self._script else 200
        self._ledger.append({"path": request.path, "body": _read(request.body), "answer": step})
        if step == "drop":
            return None
        if step == "hold":
            await connection.left()
            return None
        return json_answer({"ok": step == 200}, int(step))

    def _control(self, request: HttpRequest) -> Any:
        match request.method, request.path.removeprefix("/control/"):
            case "POST", "script":
                self._script = list(json_body(request))
                return {"steps": len(self._script)}
            case "GET", "received":
                return self._ledger.lines
            case _:
                raise ControlError(f"no control endpoint {request.method} {request.path}")


def _read(body: bytes) -> Any:
    """JSON, or what else it is under `message`: ntfy takes a long message as a file."""
    try:
        return json.loads(body)
    except ValueError:
        return {"message": body.decode()}


def main() -> None:
    options = arguments("A service that takes messages by HTTP.").parse_args()
    ledger = Ledger(Path(options.state))
    run(Hook(ledger).handle, options.port)
    ledger.close()


if __name__ == "__main__":
    main()
