"""The two or three sentences of an article that matter: those with the words that the rules matched. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from bot.alerts.content import Marked

LENGTH = 420
"""Characters of a passage: ten lines of a phone, with 42 to a line as in docs/pictures."""

SENTENCES = 3
WORTH_A_JUMP = 2
"""New words that a further sentence must bring once two were seen: a single one is mostly a place in passing."""

BEFORE_MATCH = 120
"""Characters shown before the first match of a sentence that is too long to be shown whole."""

_END = re.compile(r"(?<=[\w)\]\"'”»%]{3}[.!?…])[\"'”’»)\]]*\s+(?=[^\s\da-z])|(?<=[。！？])[」』”]*\s*|\n+")
"""Where a sentence ends. Few letters before a full stop (Dr., U.S.), and a small letter or a digit after it (17. Mai),
say that none does."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    number: int
    start: int
    end: int
    words: frozenset[str]

    @property
    def length(self) -> int:
        return self.end - self.start


def passage(text: str, spans: tuple[Span, ...]) -> Marked:
    """The sentences that matter, in the text's order, with the spans moved along; … stands for what is left out.

    Each next sentence is the one with the most matched words that were not seen yet; what follows the last one of them
    fills up to two. `spans` are in order and do not overlap.
    """
    sentences = _sentences(text, spans)
    if not sentences:
        return Marked(text="")
    chosen: list[_Sentence] = []
    seen: frozenset[str] = frozenset()
    room = LENGTH
    while len(chosen) < SENTENCES:
        enough = 1 if len(seen) < 2 else WORTH_A_JUMP
        best = max(
            (one for one in sentences if len(one.words - seen) >= enough and (one.length <= room or not chosen)),
            key=lambda one: (len(one.words - seen), -one.number),
            default=None,
        )
        if best is None:
            break
        chosen.append(best)
        seen |= best.words
        room -= best.length
        if room < 0:
            return _inside(text, best, spans)
    if not chosen:
        chosen.append(sentences[0])
        room -= sentences[0].length
        if room < 0:
            return _inside(text, sentences[0], spans)
    following = next((one for one in sentences if one.number == max(chosen, key=_number).number + 1), None)
    if len(chosen) == 1 and following is not None and following.length <= room:
        chosen.append(following)
    return _put_together(text, [(one.start, one.end) for one in sorted(chosen, key=_number)], spans)


def _number(sentence: _Sentence) -> int:
    return sentence.number


def _sentences(text: str, spans: tuple[Span, ...]) -> list[_Sentence]:
    borders = [(0, 0), *(found.span() for found in _END.finditer(text)), (len(text), len(text))]
    # A border inside of a matched word ("X. com") is none.
    starts = [start for start, _ in spans]
    borders = [one for one in borders if not _inside_of_one(one[0], starts, spans)]
    found: list[_Sentence] = []
    for (_, start), (end, after) in pairwise(borders):
        whole = text[start : end + len(text[end:after].rstrip())]
        if whole.strip():
            first = start + len(whole) - len(whole.lstrip())
            last = start + len(whole.rstrip())
            words = frozenset(text[a:b].casefold() for a, b in _between(first, last, spans))
            found.append(_Sentence(number=len(found), start=first, end=last, words=words))
    return found


def _inside_of_one(place: int, starts: list[int], spans: tuple[Span, ...]) -> bool:
    at = bisect_right(starts, place) - 1
    return at >= 0 and spans[at][0] < place < spans[at][1]


def _between(first: int, last: int, spans: tuple[Span, ...]) -> list[Span]:
    return [(a, min(b, last)) for a, b in spans if first <= a < last]


def _inside(text: str, sentence: _Sentence, spans: tuple[Span, ...]) -> Marked:
    """The stretch around the first match of a sentence that is too long, on word borders."""
    matched = _between(sentence.start, sentence.end, spans)
    first = matched[0][0] if matched else sentence.start
    start = sentence.start
    if first - start > BEFORE_MATCH:
        space = text.find(" ", first - BEFORE_MATCH, first)
        start = space + 1 if space >= 0 else first
    end = min(sentence.end, start + LENGTH)
    if end < sentence.end:
        space = text.rfind(" ", start + LENGTH // 2, end)
        end = space if space > 0 else end
    return _put_together(text, [(start, end)], spans)


def _put_together(text: str, parts: list[Span], spans: tuple[Span, ...]) -> Marked:
    shown, moved, last = "", [], 0
    for start, end in parts:
        if text[last:start].strip():
            shown += " … " if shown else "… "
        elif shown and start > last:
            shown += " "
        moved += [(a - start + len(shown), b - start + len(shown)) for a, b in _between(start, end, spans)]
        shown, last = shown + text[start:end], end
    tail = " …" if text[last:].strip() and text[last - 1 : last] in _ENDS else "…" if text[last:].strip() else ""
    return Marked(text=shown + tail, spans=tuple(moved))


_ENDS = frozenset(".!?…。！？\"'”’»)]」』")
