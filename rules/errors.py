"""What this package raises.

RulesError
└── RulesInvalid        the rule files cannot be used; `problems` names every mistake of every file

A mistake in a file is a value (`rules.problems.Problem`) until somebody asks for a finished rule set.
"""

from collections.abc import Iterable

from rules.problems import Problem


class RulesError(Exception):
    """Root of everything that this package raises on purpose."""


class RulesInvalid(RulesError):
    """The rule files hold mistakes; `problems` is sorted by file, line and column and never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
