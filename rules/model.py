"""The values that rules are made of, and what they say about a document."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from rules.condition import Condition
from rules.passage import Field
from rules.problems import Problem
from rules.terms import Term
from rules.windows import Window

DENIAL = "denial"
"""Name of the term group, shared by all files, whose terms in a headline deny or correct a story."""


class Priority(StrEnum):
    """How much a match matters; `rank` is 0 for the highest."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """The order of priorities, 0 first."""
        return list(Priority).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is judged.

    `language` is a BCP 47 tag, None where nobody stated it (it is detected then); `source` the key of the source in
    rackwatch.yaml; `date` (aware) when it was published, None where unknown: then every rule's time has come.
    """

    title: str
    text: str = ""
    url: str = ""
    author: str = ""
    language: str | None = None
    source: str = ""
    tags: frozenset[str] = frozenset()
    date: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """Words for one thing. `name` is full: `watch/group`, or `group` where all watches share it."""

    name: str
    terms: tuple[Term, ...]
    exceptions: tuple[Term, ...] = ()

    @property
    def naming(self) -> bool:
        """Whether it names somebody or something: all of its terms in Latin letters begin with a capital."""
        latin = [term.body[0] for term in self.terms if term.body[:1].isalpha() and term.body[0].isascii()]
        return bool(latin) and all(map(str.isupper, latin))

    @property
    def subject(self) -> str:
        """What a naming group stands for, whatever watch it is written in: `tesla`, also for the literal "Tesla"."""
        return self.name.rpartition("/")[2].strip('"').lstrip("=").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A subject; `key` names it in commands and in full rule names."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """A text that a rule must alert on, or stay silent on, and where it is written."""

    __test__ = False  # pytest would take it for a test class

    document: Document
    alert: bool
    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, ready to judge. `groups` gives each name and literal of `condition` its term group.

    It judges documents dated from `since` to before `until`. An alert waits until `after_publishers` independent
    publishers have told the story, and while one of the `mute` windows is open.
    """

    watch: Watch
    name: str
    condition: Condition
    groups: Mapping[str, TermGroup]
    priority: Priority
    version: str  # hash of everything that its result depends on
    after_publishers: int = 1
    mute: tuple[Window, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    tests: tuple[TestCase, ...] = ()
    file: str = ""
    line: int = 1
    column: int = 1

    @property
    def full_name(self) -> str:
        """`watch/rule`, unique in a rule set."""
        return f"{self.watch.key}/{self.name}"


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """All rules of a folder; `files` (name → content) load the same set again."""

    version: str
    files: Mapping[str, str]
    watches: tuple[Watch, ...]
    rules: tuple[Rule, ...]
    groups: tuple[TermGroup, ...]
    lint: Callable[[], Iterable[Problem]] = field(default=tuple, repr=False, compare=False)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed in the files and yet most likely not meant; found when first asked for, which takes longer
        than loading.
        """
        return tuple(sorted(self.lint()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a term stands: `start` and `end` cut the document's field, `surface` is what they cut."""

    field: Field
    start: int
    end: int
    surface: str
    term: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rule that is true of a document, and why."""

    watch: str
    rule: str
    full_name: str
    watch_title: str
    priority: Priority
    version: str
    evidence: tuple[Evidence, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All matches, the names of all term groups that occurred, matched or not, and the language they were read in.

    `subjects` are the naming groups in the document's head, each with the folded words that stand for it there;
    `said` are the words there of the other groups. `headline` are all groups in its title, also those that no rule
    uses.
    """

    matches: tuple[Match, ...] = ()
    groups: frozenset[str] = frozenset()
    language: str | None = None
    subjects: Mapping[str, frozenset[str]] = field(default_factory=dict)
    headline: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
