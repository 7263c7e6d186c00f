"""YAML text → its nodes as a row of events, by two parsers: one quick, one that can say what is wrong.

The quick one is libyaml (C, through PyYAML): with it 10,000 rules are read in 0.4 s, with ruamel.yaml, which is
pure Python, in 3.6 s. But libyaml follows YAML 1.1, and its complaints lack the places that ours are made of. So it
is believed only where both are known to agree to the character (a test compares them); at anything else it raises
DoubtfulYaml, and the text is read again by ruamel.yaml. No other file imports either of them.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, NamedTuple

import yaml
from ruamel.yaml import YAML
from ruamel.yaml import events as careful
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError
from yaml._yaml import CParser

from rules.yaml_complaints import Complaint, explain

Style = Literal["plain", "single", "double", "literal", "folded"]
_STYLES: dict[str | None, Style] = {"'": "single", '"': "double", "|": "literal", ">": "folded"}

# What YAML 1.1 and 1.2 or the two programs read differently, found by comparing them on millions of texts: tabs,
# line ends other than \n, a byte order mark inside, directives, `|#`, a block scalar that begins with blanks,
# `"a":b` without a space.
_READ_DIFFERENTLY = re.compile(
    r"""[\t\r\x85\u2028\u2029\ufeff] | ^% | [|>][-+0-9\ ]*(?:\#|\n\ +\n) | ["']\ *:[^\ \n]""",
    re.MULTILINE | re.VERBOSE,
)

# Rule files are six levels deep; whoever walks the data by recursion must be safe from Python's limit of 1,000.
_DEEPEST = 100


class Kind(Enum):
    """What an event says."""

    SCALAR = "a text"
    ALIAS = "the node of an anchor once more"
    MAPPING = "a mapping begins: a key and a value follow, and so on"
    SEQUENCE = "a sequence begins"
    END = "the innermost mapping or sequence ends"


class Event(NamedTuple):
    """One step through the document; `start` and `end` are character indexes of the text."""

    kind: Kind
    start: int
    end: int
    value: str = ""
    style: Style = "plain"
    anchor: str | None = None


class DoubtfulYaml(Exception):
    """The quick parser cannot be relied on for this text."""


class NotYaml(Exception):
    """The text is no YAML, or more than one document."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


def quick_events(text: str) -> Iterator[Event]:
    """The events of plain YAML; raises DoubtfulYaml, perhaps late, where `careful_events` must be asked."""
    if _READ_DIFFERENTLY.search(text):
        raise DoubtfulYaml
    depth = documents = 0
    try:
        events: Iterator[Any] = iter(CParser(text).get_event, None)
        for event in events:
            kind = _QUICK_KINDS.get(type(event))
            if kind is Kind.SCALAR:
                # ruamel.yaml has another place for an empty value, and only it sees what a tag is about.
                if not event.value or event.anchor or event.tag:
                    raise DoubtfulYaml
                style = _STYLES.get(event.style, "plain")
                yield Event(kind, event.start_mark.index, event.end_mark.index, event.value, style)
                continue
            if kind is None:
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    raise DoubtfulYaml
                continue
            depth += -1 if kind is Kind.END else 1
            if depth > _DEEPEST or kind is Kind.ALIAS or (kind is not Kind.END and (event.anchor or event.tag)):
                raise DoubtfulYaml
            yield Event(kind, event.start_mark.index, event.end_mark.index)
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise DoubtfulYaml from error


def careful_events(text: str) -> Iterator[Event]:
    """The events of any text; raises NotYaml, perhaps late, with a complaint in plain words."""
    anchors: set[str] = set()
    depth = 0
    root: int | None = None
    try:
        # "safe" rather than "rt": the round-trip scanner plants \a characters into folded scalars.
        for event in YAML(typ="safe", pure=True).parse(text):
            start, kind = event.start_mark.index, _CAREFUL_KINDS.get(type(event))
            if kind is None:
                if isinstance(event, careful.DocumentStartEvent) and root is not None:
                    raise NotYaml(explain("but found another document", start, "", root, text))
                continue
            if kind is Kind.ALIAS and event.anchor not in anchors:
                raise NotYaml(explain("found undefined alias", start, "", start, text))
            depth += {Kind.MAPPING: 1, Kind.SEQUENCE: 1, Kind.END: -1}.get(kind, 0)
            if depth > _DEEPEST:
                raise NotYaml(Complaint(start, "nested too deeply"))
            root = start if root is None else root
            anchor = getattr(event, "anchor", None)
            if anchor:
                anchors.add(anchor)
            style = _STYLES.get(getattr(event, "style", None), "plain")
            yield Event(kind, start, event.end_mark.index, str(getattr(event, "value", "")), style, anchor)
    except ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(str(error.character))
        raise NotYaml(Complaint(error.position, f"the control character U+{code:04X} is not allowed")) from error
    except MarkedYAMLError as error:
        mark, began = error.problem_mark or error.context_mark, error.context_mark
        index = mark.index if mark else 0
        context = (str(error.context or ""), began.index if began else index)
        raise NotYaml(explain(str(error.problem or ""), index, *context, text)) from error
    except (YAMLError, ValueError) as error:
        raise NotYaml(Complaint(0, f"not valid YAML: {error}")) from error


_QUICK_KINDS: dict[type[yaml.Event], Kind] = {
    yaml.ScalarEvent: Kind.SCALAR,
    yaml.AliasEvent: Kind.ALIAS,
    yaml.MappingStartEvent: Kind.MAPPING,
    yaml.SequenceStartEvent: Kind.SEQUENCE,
    yaml.MappingEndEvent: Kind.END,
    yaml.SequenceEndEvent: Kind.END,
}
_CAREFUL_KINDS: dict[type[careful.Event], Kind] = {
    careful.ScalarEvent: Kind.SCALAR,
    careful.AliasEvent: Kind.ALIAS,
    careful.MappingStartEvent: Kind.MAPPING,
    careful.SequenceStartEvent: Kind.SEQUENCE,
    careful.MappingEndEvent: Kind.END,
    careful.SequenceEndEvent: Kind.END,
}
