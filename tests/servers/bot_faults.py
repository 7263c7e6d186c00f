"""The faults that the fake Bot API can be told to have."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Self

from tests.servers.bot_state import CONFLICT, Outcome, error
from tests.servers.running import ControlError


class FaultKind(Enum):
    """What goes wrong. Kinds in `APPLIED` take effect all the same: the answer hides it."""

    TOO_MANY = "429"
    TOO_MANY_BARE = "429_bare"
    ERROR_500 = "500"
    NOT_APPLIED_500 = "not_applied_500"
    HTML_502 = "502_html"
    BROKEN_JSON = "broken_json"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    HOLD = "hold"
    BLOCKED = "403"
    MIGRATE = "migrate"
    CANT_PARSE = "cant_parse"
    NO_PHOTOS = "no_photos"
    UNAUTHORIZED = "401"
    CONFLICT = "409"


ASIDE = frozenset(
    {
        "getupdates",
        "getme",
        "getfile",
        "setmycommands",
        "answercallbackquery",
        "setwebhook",
        "deletewebhook",
        "getwebhookinfo",
    }
)
"""Methods that a fault concerns only where it names them: the others are about messages."""

APPLIED = frozenset({FaultKind.ERROR_500, FaultKind.BROKEN_JSON, FaultKind.DROP_AFTER, FaultKind.HOLD})


@dataclass(slots=True, kw_only=True)
class Fault:
    """One line of the script. `times` counts down, -1 stays; `seconds` None holds until the release."""

    kind: FaultKind
    chat: int | None
    method: str | None
    times: int
    retry_after: int
    seconds: float | None
    to: int | None

    @classmethod
    def read(cls, value: Any) -> Self:
        """From the JSON of a control request. Raises ControlError."""
        try:
            known = {"kind", "chat", "method", "times", "retry_after", "seconds", "to"}
            if unknown := set(value) - known:
                raise ControlError(f"unknown keys in a fault: {sorted(unknown)}; known: {sorted(known)}")
            fault = cls(
                kind=FaultKind(str(value["kind"])),
                chat=None if value.get("chat") is None else int(value["chat"]),
                method=value.get("method"),
                times=int(value.get("times", 1)),
                retry_after=int(value.get("retry_after", 1)),
                seconds=None if value.get("seconds") is None else float(value["seconds"]),
                to=None if value.get("to") is None else int(value["to"]),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            raise ControlError(f"not a fault: {value!r} ({wrong!r})") from wrong
        if fault.kind is FaultKind.MIGRATE and (fault.chat is None or fault.to is None):
            raise ControlError('"migrate" needs "chat" and "to"')
        return fault

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "chat": self.chat, "method": self.method, "times": self.times}

    def concerns(self, method: str, chat: int | None) -> bool:
        return (
            self.times != 0
            and (method.lower() not in ASIDE if self.method is None else self.method.lower() == method.lower())
            and (self.chat is None or self.chat == chat)
        )

    def answer(self) -> Outcome:
        """What a client is told that is refused without effect, for the kinds that say so in JSON."""
        match self.kind:
            case FaultKind.TOO_MANY:
                wait = self.retry_after
                return error(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
            case FaultKind.TOO_MANY_BARE:
                return error(429, "Too Many Requests")
            case FaultKind.BLOCKED:
                return error(403, "Forbidden: bot was blocked by the user")
            case FaultKind.CANT_PARSE:
                return error(400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0')
            case FaultKind.NO_PHOTOS:
                return error(400, "Bad Request: not enough rights to send photos to the chat")
            case FaultKind.UNAUTHORIZED:
                return error(401, "Unauthorized")
            case FaultKind.CONFLICT:
                return CONFLICT
            case _:
                return error(500, "Internal Server Error")


def take(faults: list[Fault], method: str, chat: int | None) -> Fault | None:
    """The first fault of the script that concerns this request; it is used up by one."""
    for fault in faults:
        if fault.concerns(method, chat):
            fault.times -= fault.times > 0
            return fault
    return None
