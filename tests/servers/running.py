"""How every fake runs as a process: it prints its port, and ends on SIGTERM or when its stdin closes."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from typing import Any

from bot.demo.loopback import Handler, HttpAnswer, HttpRequest, listen, serve


class ControlError(Exception):
    """A control request that means nothing: answered with 400 and this text."""


def arguments(description: str) -> argparse.ArgumentParser:
    """The arguments that every fake has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--state", required=True, help="folder of ledger.jsonl")
    return parser


def run(handler: Handler, port: int) -> None:
    """Serve on loopback until SIGTERM or the end of stdin; prints {"port": N} when it listens."""
    listening = listen("127.0.0.1", port)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, stop.set)

        def wait_for_end_of_input() -> None:
            while os.read(0, 4096):
                pass
            with contextlib.suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=wait_for_end_of_input, daemon=True).start()
        sys.stdout.write(json.dumps({"port": listening.getsockname()[1]}) + "\n")
        sys.stdout.flush()
        await serve(listening, handler, stop)

    asyncio.run(main())


def json_answer(value: Any, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status=status, headers={"Content-Type": "application/json"}, body=json.dumps(value).encode())


def json_body(request: HttpRequest) -> Any:
    """The decoded body of a control request. Raises ControlError when it is no JSON."""
    try:
        return json.loads(request.body or b"null")
    except ValueError as error:
        raise ControlError(f"the body is no JSON: {error}") from error
