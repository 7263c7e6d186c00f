"""The text of a first rule file, from what a person types; what YAML would misread is quoted."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rules.condition import OPERATORS
from rules.model import Priority
from rules.terms import parse_term
from rules.text import words
from rules.yaml_source import parse_yaml, quote

RULE_NAME = "news"
"""Of the one rule in a new file; its full name is `watch/news`."""

_KEY = re.compile(r"[a-z0-9][a-z0-9-]*")
_COMMAS = re.compile("[,\uff0c\u3001]")
# What YAML reads as the text it is, whatever reads it; everything else is quoted.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .,*'’!?%()-]*[\w.*!?%)])?")
_OTHER_VALUES = {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a person wants to hear about; `near` are words for a second thing, which must stand near the first."""

    key: str
    title: str
    terms: Sequence[str]
    near: Sequence[str] = ()
    priority: Priority = Priority.NORMAL
    alert: Sequence[str] = ()
    silent: Sequence[str] = ()


def terms_in(typed: str) -> list[str]:
    """The terms in a line, separated by commas; raises BadTerm for one that cannot be looked for."""
    terms = list(dict.fromkeys(term for term in map(one_line, _pieces(typed)) if term))
    for term in terms:
        parse_term(term)
    return terms


def _pieces(typed: str) -> Iterator[str]:
    """The parts between commas; a pattern or a quoted term keeps those inside it."""
    whole = ""
    for part in _COMMAS.split(typed):
        whole = f"{whole},{part}" if whole else part.strip()
        sign = whole[:1]
        if sign and sign in '/"' and (len(whole) < 2 or not whole.rstrip().endswith(sign)):
            continue
        yield whole.strip().strip('"')
        whole = ""
    yield whole


def key_of(title: str) -> str:
    """A name for files and commands: `Lighthouses for sale` → `lighthouses-for-sale`; empty where no letter is a-z."""
    return re.sub("[^a-z0-9]+", "-", "-".join(word.text for word in words(title))).strip("-")


def is_key(name: str) -> bool:
    """Whether a name may be a watch's."""
    return _KEY.fullmatch(name) is not None


def one_line(text: str) -> str:
    """The text without line breaks and without what cannot be printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def rule_file(answers: Answers, taken: Collection[str] = (), head: str = "") -> str:
    """The text of the rule file. `taken` are names of term groups that are shared, `head` a first line."""
    first = _group_name(answers.terms, {*taken, *OPERATORS}, "subject")
    lines = [
        *([head] if head else []),
        f"watch: {_scalar(answers.key)}",
        f"title: {_scalar(answers.title)}",
        "",
        "terms:",
        *_group(first, answers.terms),
    ]
    when = first
    if answers.near:
        second = _group_name(answers.near, {*taken, *OPERATORS, first}, "other")
        lines += _group(second, answers.near)
        when = f"{first} near {second}"
    lines += ["", "rules:", f"  - name: {RULE_NAME}", f"    when: {when}", f"    priority: {answers.priority.value}"]
    if answers.alert or answers.silent:
        lines.append("    tests:")
    for kind, texts in (("alert", answers.alert), ("silent", answers.silent)):
        if texts:
            lines += [f"      {kind}:", *(f"        - {_scalar(text)}" for text in texts)]
    return "\n".join(lines) + "\n"


def _group(name: str, terms: Sequence[str]) -> list[str]:
    return [f"  {name}:", "    any:", *(f"      - {_scalar(term)}" for term in terms)]


def _group_name(terms: Sequence[str], taken: Collection[str], otherwise: str) -> str:
    """A name made of the first term that gives one: `data center` → `data_center`."""
    names = ("_".join(word.text for word in words(term) if not word.wide) for term in terms)
    name = next((name for name in names if name and name[0].isalpha() and name.isascii()), otherwise)
    return next(made for made in (name, *(f"{name}_{number}" for number in range(2, 1000))) if made not in taken)


def _scalar(text: str) -> str:
    """The text as a value in YAML, plain where that is safe for every reader."""
    text = one_line(text)
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _OTHER_VALUES
    return text if plain and parse_yaml(f"k: {text}\n", "").data == {"k": text} else quote(text)
