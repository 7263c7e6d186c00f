"""What the program says when it cannot do what it was asked.

RackwatchError
├── ConfigInvalid    rackwatch.yaml or a rule file has mistakes; carries every one of them, located
├── FolderMissing    there is no working folder here
├── AlreadyThere     a file that must not be overwritten exists
└── Refused          the request makes no sense in the present state; the text says what to do

storage.errors.StorageError and rules.RulesInvalid are shown the same way by the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.yaml_source import Problem


class RackwatchError(Exception):
    """Base of what is said to the reader in one message."""


class ConfigInvalid(RackwatchError):
    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FolderMissing(RackwatchError):
    pass


class AlreadyThere(RackwatchError):
    pass


class Refused(RackwatchError):
    pass
