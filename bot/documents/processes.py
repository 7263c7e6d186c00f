"""Parsing at arm's length: long-lived child processes that a hostile feed may hang or exhaust, but not us."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any, Self

from bot.documents.child import READY
from bot.documents.entries import (
    ApiReport,
    Article,
    Kind,
    NotAFeed,
    PageReport,
    ParsedFeed,
    ParseResult,
    Survey,
    from_wire,
)
from bot.documents.parse import Question, Task
from bot.errors import RackwatchError

RECYCLE_AFTER = 500
"""Documents after which a child is replaced, so that what a library leaks stays small."""

MAX_LINE = 32 * 1024**2
"""Bytes of one line of an answer; an entry has 0.6 MB at most, unless its links are long beyond use."""


Body = bytes | bytearray
Answer = ParseResult | Article | Survey


class ParserUnavailable(RackwatchError):
    """No parser process can be started: our trouble, not a feed's."""


class Parsers:
    """A small pool of parser processes; started when first needed, or beforehand with `start`."""

    def __init__(self, *, processes: int, timeout: float, memory: int) -> None:
        self._timeout = timeout
        self._memory = memory
        self._idle: asyncio.LifoQueue[_Child | None] = asyncio.LifoQueue()
        for _number in range(processes):
            self._idle.put_nowait(None)
        self._processes = processes

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for _number in range(self._processes):
            child = await self._idle.get()
            if child is not None:
                await child.end()

    async def start(self, count: int) -> None:
        """Start up to `count` of them now; they get ready while their parent does other things.

        A parent that is still small: until a child runs its own program it counts with all of its parent's memory.
        """
        places = [self._idle.get_nowait() for _number in range(min(count, self._processes))]
        try:
            for number in range(len(places)):
                places[number] = await _Child.start(self._memory)
        finally:
            for place in places:
                self._idle.put_nowait(place)

    async def parse(self, body: Body, question: Question) -> ParseResult:
        """Entries of a document, or why there are none."""
        answer = await self._ask(body, question)
        assert isinstance(answer, ParsedFeed | NotAFeed)  # noqa: S101 - what ENTRIES are answered with
        return answer

    async def article(self, body: Body, *, url: str, content_type: str) -> Article | NotAFeed:
        """The article of a page, or why there is none."""
        answer = await self._ask(body, Question(task=Task.ARTICLE, url=url, content_type=content_type))
        assert isinstance(answer, Article | NotAFeed)  # noqa: S101 - what ARTICLE is answered with
        return answer

    async def survey(self, body: Body, *, url: str, content_type: str) -> PageReport | NotAFeed:
        """Feeds and lists that a page offers."""
        answer = await self._ask(body, Question(task=Task.SURVEY, url=url, content_type=content_type))
        assert isinstance(answer, PageReport | NotAFeed)  # noqa: S101 - what SURVEY is answered with
        return answer

    async def survey_api(self, body: Body, *, url: str) -> ApiReport | NotAFeed:
        """Lists that a JSON document offers."""
        answer = await self._ask(body, Question(task=Task.SURVEY, kind=Kind.JSON, url=url))
        assert isinstance(answer, ApiReport | NotAFeed)  # noqa: S101 - what SURVEY is answered with
        return answer

    async def _ask(self, body: Body, question: Question) -> Answer:
        """A child that takes too long or dies is replaced, and the reason is the answer."""
        child = await self._idle.get()
        try:
            if child is None or child.served >= RECYCLE_AFTER or child.gone:
                if child is not None:
                    await child.end()
                child = None
                child = await _Child.start(self._memory)
            await child.ready()
            try:
                async with asyncio.timeout(self._timeout):
                    return await child.ask(body, question)
            except TimeoutError:
                await child.kill()
                child = None
                return NotAFeed(reason=f"parsing took longer than {self._timeout:g} s (parser.timeout)")
            except asyncio.LimitOverrunError:
                await child.kill()
                child = None
                return NotAFeed(reason=f"what the parser found in it is larger than {MAX_LINE // 1024**2} MB")
            except (ConnectionError, asyncio.IncompleteReadError, ValueError):
                code = await child.kill()
                child = None
                return NotAFeed(reason=f"the parser died on it (exit {code}; memory is limited by parser.memory)")
            except BaseException:
                await child.kill()
                child = None
                raise
        finally:
            self._idle.put_nowait(child)


class _Child:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ready = False
        self.served = 0

    @classmethod
    async def start(cls, memory: int) -> Self:
        # -P keeps the working folder, which has a folder named `rules`, off the import path.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "bot.documents.child",
            str(memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MAX_LINE,
        )
        return cls(process)

    async def ready(self) -> None:
        """Wait until it takes documents. Raises ParserUnavailable."""
        if self._ready:
            return
        assert self._process.stdout is not None  # noqa: S101 - a pipe, see start()
        if await self._process.stdout.readline() != READY:
            raise ParserUnavailable(
                f"the parser process does not start (exit {await self.kill()}); "
                "is parser.memory too small, or the installation incomplete?"
            )
        self._ready = True

    @property
    def gone(self) -> bool:
        return self._process.returncode is not None

    async def ask(self, body: Body, question: Question) -> Answer:
        assert self._process.stdin is not None  # noqa: S101 - both are pipes, see start()
        assert self._process.stdout is not None  # noqa: S101
        self.served += 1
        request = json.dumps({"size": len(body), "question": asdict(question)})
        self._process.stdin.write(request.encode() + b"\n")
        self._process.stdin.write(body)
        await self._process.stdin.drain()
        wire = json.loads(await self._process.stdout.readuntil(b"\n"))
        entries: list[Any] = []
        for number in range(wire["pieces"]):
            entries += json.loads(await self._process.stdout.readuntil(b"\n"))
            wire["values"]["entries"] = entries
            if number:
                await asyncio.sleep(0)  # what is buffered already would be read without a pause for anything else
        return from_wire(wire)

    async def end(self) -> None:
        """Let it finish: it ends when its input ends."""
        assert self._process.stdin is not None  # noqa: S101 - a pipe, see start()
        self._process.stdin.close()
        try:
            async with asyncio.timeout(2):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> int:
        if not self.gone:
            # Not Process.kill(): it polls, and so takes the exit status away from asyncio's own child watcher.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        return await self._process.wait()
