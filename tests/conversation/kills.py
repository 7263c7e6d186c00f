"""When the service is killed while it answers a person, and what that may cost: one repeat of an answer."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from tests.conversation.outside import Outside
from tests.conversation.person import BotApiServer, Message, Person

MEANWHILE = 0.1
"""Seconds within which most requests are read, done and answered."""


class Kill(Enum):
    """The moment of a kill."""

    WRITTEN = "at once after it was written, whether it was read or not"
    MEANWHILE = "some hundredths of a second later: while it is read, done or answered"
    ANSWERED = "when its answer is there, and before the service knows that"
    DONE = "after all is done"


@dataclass(slots=True, kw_only=True)
class Play:
    """Has people do things, and the service killed meanwhile; counts what that cost.

    `always` is the moment at which it is killed in everything that people do; None: at the moment that each line of the
    play says, if it says any.
    """

    server: BotApiServer
    outside: Outside
    always: Kill | None
    moments: Random = field(default_factory=lambda: Random(6))
    repeats: int = 0
    done: int = 0
    began: float = field(default_factory=time.monotonic)

    def step(self, name: str) -> None:
        """A line for whoever watches."""
        seconds = time.monotonic() - self.began
        figures = f"{seconds:6.1f} s  {self.outside.kills:3} kills  {self.repeats:3} repeats"
        sys.stdout.write(f"{figures}  {name}\n")
        sys.stdout.flush()

    def ask(
        self,
        person: Person,
        act: Callable[[], None],
        answer: Callable[[int], Message],
        *,
        kill: Kill | None = None,
        by: str = "sendMessage",
    ) -> Message:
        """Somebody does something and is answered; `answer` finds the answer, given the number of the last message
        before. `by` is the method of Telegram's that the answer is sent with.
        """
        kill = self.always or kill
        before = person.newest()
        self.done += 1
        if kill is Kill.ANSWERED:
            fault = {"method": by, "chat": person.number, "kind": "hold", "times": 1}
            self.server.ask("POST", "/control/faults", [fault])
        act()
        if kill in {Kill.WRITTEN, Kill.MEANWHILE}:
            time.sleep(self.moments.uniform(0, MEANWHILE) if kill is Kill.MEANWHILE else 0)
            self._kill()
        elif kill is Kill.ANSWERED:
            self.server.wait(lambda: self.server.ask("GET", "/control/held")["held"], "an answer to hold back")
            self._kill()
        self.server.all_handled()
        found = answer(before)
        if kill is Kill.DONE:
            self._kill()
            found = answer(before)
        self._count(person, before, killed=kill is not None)
        return found

    def press(
        self, person: Person, label: str, under: Message, shows: str, *, kill: Kill | None = None, by: str = ""
    ) -> Message:
        """Press a button that changes its own message; `shows` is what it shows then."""
        return self.ask(
            person,
            lambda: person.presses(label, under),
            lambda _: person.sees(shows, under),
            kill=kill,
            by=by or "editMessageText",
        )

    def write(self, person: Person, text: str, hears: str, *, kill: Kill | None = None) -> Message:
        """Write something that is answered by a message with these words."""
        return self.ask(
            person, lambda: person.writes(text), lambda before: person.hears(hears, after=before), kill=kill
        )

    def publish(self, paper: str, title: str, *, kill: bool = False) -> None:
        """An article comes out, and the service is killed at once."""
        self.outside.publish(paper, title)
        if kill or self.always:
            self._kill()

    def _kill(self) -> None:
        self.outside.kill()
        self.server.ask("POST", "/control/faults", [])
        self.server.ask("POST", "/control/release")
        self.outside.start()

    def _count(self, person: Person, before: int, *, killed: bool) -> None:
        said = Counter(str(one["text"]) for one in person.chat() if one["message_id"] > before)
        again = sum(said.values()) - len(said)
        assert again <= killed, f"said more often than a kill allows: {said}"
        self.repeats += again
