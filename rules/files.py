"""The shape of a rule file; an editor's JSON Schema is made from these models."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rules.condition import OPERATORS
from rules.model import Priority

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
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


Key = Annotated[str, AfterValidator(_key)]
GroupName = Annotated[str, AfterValidator(_group_name)]
Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermsInFile(_Strict):
    """A group of terms for one thing, in every language that matters."""

    any: Annotated[list[Text], Field(min_length=1)]
    exceptions: Annotated[list[Text], Field(alias="not")] = []


class TestInFile(_Strict):
    """A test that needs more than a title."""

    __test__ = False

    title: str = ""
    text: str = ""
    url: str = ""
    author: str = ""
    language: str | None = None
    source: str = ""
    tags: list[str] = []


class TestsInFile(_Strict):
    """Texts that a rule must alert on, and texts that it must stay silent on."""

    __test__ = False

    alert: list[Text | TestInFile] = []
    silent: list[Text | TestInFile] = []


class RuleInFile(_Strict):
    """One rule of a watch."""

    name: Key
    when: Text
    priority: Priority = Priority.NORMAL
    tests: TestsInFile = TestsInFile()


class RuleFile(_Strict):
    """A watch with its rules, or, with `terms` alone, words that all watches share."""

    watch: Key | None = None
    title: Text | None = None
    terms: dict[GroupName, TermsInFile] = {}
    rules: list[RuleInFile] = []
