"""Which rules are in force, and since when. Datetimes are aware and UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RulesCause(StrEnum):
    """What put a set of rules in force."""

    START = "start"
    RELOAD = "reload"
    APPLY = "apply"
    RESTORE = "restore"
    CHAT = "chat"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesTally:
    """A set of rules in numbers, against the one in force before it; `names` are examples: `+watch/rule`."""

    rules: int
    added: int
    removed: int
    changed: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesMark:
    """Which rules are in force. `in_folder` is False while their files are yet to be written into the rules folder."""

    id: int
    version: str
    in_folder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules in force with their files (name → text)."""

    mark: RulesMark
    version: str
    files: Mapping[str, str]
    in_force_at: datetime
    cause: RulesCause


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesChange:
    """One change of the rules in force; `tally` is None where an older program noted none."""

    version: str
    in_force_at: datetime
    cause: RulesCause
    tally: RulesTally | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedRules:
    """A rule file that the operator sent. `chat` is the chat's key, `message_id` the message that carried it.

    `file` is its place in the rules folder; `compared_with` names the state of folder and rules that it was checked
    against.
    """

    chat: str
    message_id: int
    file: str
    text: str
    compared_with: str
