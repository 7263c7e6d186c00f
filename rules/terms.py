"""How a term is written, and what it looks like in a passage's string."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise, product
from math import prod

from rules.inflection import Inflector, common_forms
from rules.passage import CLOSE, OPEN, SOFT, gap_sign
from rules.regexes import BadPattern, check
from rules.text import IS_HANGUL, Word, is_wide, words


class TermKind(Enum):
    """The ways to write a term."""

    PHRASE = "data center"
    PREFIX = "Rechenzentr*"
    INFIX = "~rechenzentr~"
    EXACT = "=X"
    REGEX = "/SMF[0-9]/"


class BadTerm(ValueError):
    """The term cannot be used; the message says why, `hint` what to write instead."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A parsed term: as written, what it means, and the strings to look for (none for a regex)."""

    written: str
    kind: TermKind
    body: str  # without the signs of its kind
    patterns: tuple[str, ...] = ()
    inflects: bool = False  # whether a language's endings may be looked for as well
    language: str | None = None  # counts only in texts of this language; None: in all


_SHORTEST_PART = 3  # letters of a prefix or infix: two would be found in every third word
_MOST_JOINTS = 4  # beyond it only "all joined" and "all apart" are tried: 2^n forms otherwise
_MOST_FORMS = 200  # of a phrase, all its words inflected; beyond it one word at a time


def parse_term(written: str, *, inflect: bool = True, language: str | None = None) -> Term:
    """Read one term as a person wrote it; raises BadTerm. Without `inflect` only the words as written are found."""
    kind, body = _kind(written.strip())
    if kind is TermKind.REGEX:
        try:
            check(body)
        except BadPattern as bad:
            raise BadTerm(str(bad)) from bad
        return Term(written=written, kind=kind, body=body, language=language)
    parts = words(body)
    if not parts:
        raise BadTerm(f"the term '{written}' has no letter or digit to look for")
    if kind in {TermKind.PREFIX, TermKind.INFIX}:
        _check_part(written, parts)
    inflects = inflect and kind is TermKind.PHRASE
    patterns = _patterns(kind, body, parts, inflect=inflects)
    return Term(written=written, kind=kind, body=body, patterns=patterns, inflects=inflects, language=language)


def inflected(term: Term, inflector: Inflector, *, together: bool) -> tuple[str, ...]:
    """What to look for besides `term.patterns` in a text of the inflector's language.

    The words of a phrase bend one at a time, or also `together`, which makes many more forms.
    """
    if not term.inflects:
        return ()
    parts = words(term.body)
    gaps = [gap_sign(term.body[a.end : b.start]) for a, b in pairwise(parts)]
    forms = [[part.text, *inflector.forms(term.body[part.start : part.end])] for part in parts]
    sentences: Iterable[tuple[str, ...]]
    if together and prod(map(len, forms)) <= _MOST_FORMS:
        sentences = product(*forms)
    else:
        texts = [part.text for part in parts]
        sentences = ((*texts[:number], form, *texts[number + 1 :]) for number, own in enumerate(forms) for form in own)
    found: dict[str, None] = {}
    for sentence in sentences:
        # Only the last part of a compound bends: "Daten-Zentrums" may be joined, "centres de données" may not.
        compound = all(form == own[0] for form, own in zip(sentence[:-1], forms[:-1], strict=True))
        for joints in _joints(gaps, exact=not compound):
            found[_encode(sentence, joints, term.kind)] = None
    return tuple(pattern for pattern in found if pattern not in term.patterns)


def _kind(written: str) -> tuple[TermKind, str]:
    if written.startswith("/"):
        if len(written) < 3 or not written.endswith("/"):
            raise BadTerm(f"the pattern '{written}' is not closed", "a pattern stands between two slashes")
        return TermKind.REGEX, written[1:-1]
    if written.startswith("="):
        return TermKind.EXACT, written[1:].strip()
    if written.startswith("~") or written.endswith("~"):
        if len(written) < 3 or not (written.startswith("~") and written.endswith("~")):
            raise BadTerm(f"'~' stands on both sides of a word part: '{written}'", f"write ~{written.strip('~')}~")
        kind, body = TermKind.INFIX, written[1:-1]
    elif written.endswith("*"):
        kind, body = TermKind.PREFIX, written[:-1]
    else:
        kind, body = TermKind.PHRASE, written
    if "*" in body:
        raise BadTerm(f"'*' stands only at the end of a term: '{written}'", "or use ~part~ for the inside of a word")
    if "~" in body:
        raise BadTerm(f"'~' stands only at both ends of a term: '{written}'")
    return kind, body


def _check_part(written: str, parts: list[Word]) -> None:
    last = parts[-1].text
    if not is_wide(last) and not IS_HANGUL.match(last) and sum(len(part.text) for part in parts) < _SHORTEST_PART:
        raise BadTerm(
            f"'{written}' would be found in too many words", f"give at least {_SHORTEST_PART} letters of the word"
        )


def _patterns(kind: TermKind, body: str, parts: list[Word], *, inflect: bool) -> tuple[str, ...]:
    last = parts[-1]
    forms = common_forms(body[last.start : last.end], last.text) if inflect else [last.text]
    gaps = [gap_sign(body[a.end : b.start]) for a, b in pairwise(parts)]
    found = (
        _encode([*(part.text for part in parts[:-1]), form], joints, kind)
        for form in forms
        for joints in _joints(gaps, exact=kind is TermKind.EXACT)
    )
    return tuple(dict.fromkeys(found))


def _joints(gaps: list[str], *, exact: bool) -> list[tuple[str, ...]]:
    if exact:
        return [tuple(gaps)]
    if gaps.count(SOFT) > _MOST_JOINTS:
        return [tuple(gaps), tuple("" if gap == SOFT else gap for gap in gaps)]
    return list(product(*((SOFT, "") if gap == SOFT else (gap,) for gap in gaps)))


def _encode(texts: Sequence[str], joints: tuple[str, ...], kind: TermKind) -> str:
    """The words with their borders; words joined by nothing become one word, wide characters stand bare."""
    out: list[str] = []
    inside = False
    for number, text in enumerate(texts):
        if number:
            joint = joints[number - 1]
            if inside and (joint or is_wide(text)):
                out.append(CLOSE)
                inside = False
            out.append(joint)
        if not is_wide(text) and not inside:
            if number or kind is not TermKind.INFIX:
                out.append(OPEN)
            inside = True
        out.append(text)
    open_end = kind in {TermKind.PREFIX, TermKind.INFIX} or (
        kind is TermKind.PHRASE and IS_HANGUL.match(texts[-1]) is not None
    )
    if inside and not open_end:
        out.append(CLOSE)
    return "".join(out)
