"""The shape of a rule file; an editor's JSON Schema is made from these models."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.condition import OPERATORS
from rules.languages import CODES, primary
from rules.model import Priority
from rules.windows import BadWindow, parse_window

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_GROUP = re.compile(r"[^\W\d][\w-]*")


def _key(value: str) -> str:
    if not _KEY.fullmatch(value):
        raise ValueError(f"bad name '{value}': small letters a-z, digits and '-'")
    return value


def _group_name(value: str) -> str:
    if not _GROUP.fullmatch(value):
        raise ValueError(f"bad name '{value}' of a term group: letters, digits, '_' and '-', a letter first")
    if value in OPERATORS:
        raise ValueError(f"'{value}' is an operator and no name for a term group")
    return value


def _language(value: str) -> str:
    if value not in CODES:
        hint = f"'{primary(value)}' is enough" if primary(value) in CODES else "write two letters, such as de, en or zh"
        raise ValueError(f"'{value}' is no language code; {hint}")
    return value


def _window(value: str) -> str:
    try:
        parse_window(value)
    except BadWindow as bad:
        raise ValueError(str(bad)) from bad
    return value


def parse_moment(value: str, *, end: bool = False) -> datetime:
    """The instant (UTC) that `2026-12-24` or `2026-12-24 18:00` names; with `end` a day's last. Raises ValueError."""
    try:
        if _DATE.fullmatch(value):
            day = date.fromisoformat(value)
            return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1 if end else 0)
        return datetime.strptime(value, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"'{value}' is no date; write 2026-12-24 or 2026-12-24 18:00 (UTC)") from error


def _moment(value: str) -> str:
    parse_moment(value)
    return value


Key = Annotated[str, AfterValidator(_key)]
GroupName = Annotated[str, AfterValidator(_group_name)]
Text = Annotated[str, Field(min_length=1)]
Language = Annotated[str, AfterValidator(_language)]
WindowText = Annotated[str, AfterValidator(_window)]
Moment = Annotated[str, AfterValidator(_moment)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermInFile(_Strict):
    """A term that needs more than its words."""

    term: Text = Field(description="The term as it would stand alone in the list")
    inflect: bool = Field(True, description="false: only as written, no plural and no case endings")


class TermsInFile(_Strict):
    """A group of terms for one thing, in every language that matters."""

    any: list[Text | TermInFile] = Field([], min_length=1, description="Terms, in any language; one of them is enough")
    variants: dict[Language, list[Text | TermInFile]] = Field(
        {}, description="Terms that count only in texts of one language: {nl: [plat, storing]}"
    )
    exceptions: list[Text | TermInFile] = Field(
        [], alias="not", description="Phrases in which an occurrence does not count"
    )


class NotifyInFile(_Strict):
    """When a match becomes an alert."""

    publishers: int = Field(1, ge=1, le=20, description="Alert once so many independent publishers have told the story")
    after_publishers: int | None = Field(
        None, ge=1, le=20, description="Older name of `publishers`", json_schema_extra={"deprecated": True}
    )

    @property
    def voices(self) -> int:
        """How many independent publishers an alert waits for, whichever key says so."""
        return self.publishers if self.after_publishers is None else self.after_publishers


class TestInFile(_Strict):
    """A test that needs more than a title."""

    __test__ = False

    title: str = ""
    text: str = ""
    url: str = ""
    author: str = ""
    language: str | None = Field(None, description="Language of the text; it is detected when nobody states it")
    source: str = Field("", description="Key of a source, for source:")
    tags: list[str] = Field([], description="Tags of the source, for tag:")
    date: Moment | None = Field(None, description="When it was published, for since: and until:")


class TestsInFile(_Strict):
    """Texts that a rule must alert on, and texts that it must stay silent on."""

    __test__ = False

    alert: list[Text | TestInFile] = Field([], description="Titles, or mappings, that this rule must match")
    silent: list[Text | TestInFile] = Field([], description="Titles, or mappings, that it must not match")


class RuleInFile(_Strict):
    """One rule of a watch."""

    name: Key = Field(description="Unique in the watch; the full name is watch/name")
    when: Text = Field(description='The condition: lead:(tesla near data_center) and not "Tesla stock"')
    priority: Priority = Field(Priority.NORMAL, description="high rings, normal is silent, low can wait")
    notify: NotifyInFile = Field(NotifyInFile.model_validate({}), description="When a match becomes an alert")
    mute: list[WindowText] = Field(
        [],
        description="Times in which alerts wait: 22:00-07:00, sat-sun, mon-fri 09:00-17:00, 2026-12-24 to 2027-01-02",
    )
    since: Moment | None = Field(None, description="Judges articles dated from then on: 2026-12-24, UTC")
    until: Moment | None = Field(None, description="Judges articles dated until then, that day included")
    tests: TestsInFile = Field(
        TestsInFile.model_validate({}), description="Texts that show what the rule means; run before it is in force"
    )


class RuleFile(_Strict):
    """A watch with its rules, or, with `terms` alone, words that all watches share."""

    watch: Key | None = Field(None, description="Name of the watch; without it the file's terms are shared by all")
    title: Text | None = Field(None, description="The watch's name for people")
    terms: dict[GroupName, TermsInFile] = Field({}, description="Term groups: a name for the words of one thing")
    rules: list[RuleInFile] = Field([], description="The rules of the watch")
