"""What an explanation says in words, so that another language can say it too."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The sentences of one language, for `str.format`.

    `word` is a word of the document, `part` of a condition as the rule file writes it, `where` is `in_the` a field or
    nothing. `fields` are the names of fields, by those of the rule language where they differ.
    """

    not_found: str = "not found"
    not_counted: str = "not counted: {why}"
    other_language: str = "“{word}” counts only where the language is {languages}; here it is {language}"
    in_not_phrase: str = "“{word}” stands in a phrase under 'not:' (“{around}”)"
    elsewhere: str = "“{word}” stands in the {field}"
    after_lead: str = "“{word}” stands in the {field}, after its first {words} words"
    apart: str = "“{left}” and “{right}” are {words} words apart; {within} are allowed"
    language_is: str = "the language is {language}, not {wanted}"
    source_is: str = "the source is {source}, not {wanted}"
    no_tag: str = "the source has no tag '{wanted}'"
    unknown: str = "unknown"
    quoted: str = "“{text}”"
    excluded: str = "{part} is excluded{where}, and was found: {what}"
    absent: str = "{part} was not found{where}"
    in_the: str = " in the {field}"
    judges: str = "it judges articles {period}; this one is of {date} UTC"
    period_from: str = "from {moment}"
    period_until: str = "before {moment}"
    fields: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> str:
        return self.fields.get(name, name)


ENGLISH = Phrases()
