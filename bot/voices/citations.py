"""Whom an article names as its source: by a phrase, by a link, as the agency whose copy it is. Pure.

Phrases are found by one automaton per language; what stands around them is read in steps of bounded length, so the
time grows with the text's length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from urllib.parse import urlsplit

from bot.voices.citation_phrases import NO_OUTLETS, OUTLET_ENDINGS, PHRASES, Phrases
from bot.voices.domains import bare_host, registered_domain
from bot.voices.names import Named, fold, joins
from bot.voices.publishers import Owners
from rules.automaton import Automaton
from rules.text import is_wide

LONGEST = 64 << 10
"""Characters of a text that are read; sources are named long before."""

MOST = 50
"""Different outlets that one article is believed to cite; lists of hundreds are no citations."""

_MOST_PHRASES = 1_500
"""Phrases of a text that are looked at: an article of 64 KB has a few hundred, a hostile one ten thousands."""

_STEPS = 8
"""Words between phrase and name: "laut einem am Montag erschienenen Bericht der …" has five."""


class How(Enum):
    """How an article names its source."""

    PHRASE = "in words"
    LINK = "by a link"
    AGENCY = "as the agency's copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An outlet that an article names. `owner`: its owner's key; where the table has none, a domain or a folded name.

    `origin`: it is said to be the first or the source of all. `surface` stands in `field` (title, text, author, links)
    from `start` to `end`. `url` is the link to its report, or empty.
    """

    owner: str
    name: str
    how: How
    origin: bool
    surface: str
    field: str
    start: int
    end: int
    url: str


def citations(
    *, title: str, text: str, links: Sequence[str], language: str | None, self_key: str, owners: Owners
) -> tuple[Citation, ...]:
    """Whom an article cites, each once for each way, in the order of the text; never `self_key`, who speaks.

    `language` is the text's code ("de", "pt-BR"); where it is unknown, the phrases of every language are tried.
    """
    found = [*_agency(text, owners)]
    for field, whole in (("title", title), ("text", text[:LONGEST])):
        found += _Reader(whole, field, _language(language), owners).citations()
    linked = list(_links(links, owners))
    unknown = {_label(url): url for url in links}
    merged: dict[tuple[str, How], Citation] = {}
    for one in (*(_with_link(one, linked, unknown) if one.how is How.PHRASE else one for one in found), *linked):
        if one.owner == self_key or _same_name(one.owner, self_key):
            continue
        known = merged.get((one.owner, one.how))
        if (known is None and len(merged) < MOST) or (known is not None and one.origin and not known.origin):
            merged[one.owner, one.how] = one
    return tuple(merged.values())


def _with_link(one: Citation, linked: Iterable[Citation], unknown: dict[str, str]) -> Citation:
    """The citation with the link to the report; an outlet that the table lacks is known by its link's domain."""
    url = next((link.url for link in linked if link.owner == one.owner), "")
    squeezed = _squeezed(one.owner)
    if not url and squeezed in unknown:
        url = unknown[squeezed]
        return replace(one, owner=registered_domain(urlsplit(url).hostname or ""), url=url)
    return replace(one, url=url)


def _agency(text: str, owners: Owners) -> Iterator[Citation]:
    mark = owners.marks.find(text=text, author="")
    owner = owners.get(mark.owner) if mark is not None else None
    if mark is not None and owner is not None:
        yield Citation(
            owner=owner.key,
            name=owner.name,
            how=How.AGENCY,
            origin=False,
            surface=mark.surface,
            field=mark.field,
            start=mark.start,
            end=mark.end,
            url="",
        )


_ARTICLE_PATH = re.compile(r"/[^/]*(?:\d{3}|-[^/]*-)|\.html?$|/\d{4}/")
_OTHER_PAGES = re.compile(
    r"/(?:tags?|topics?|themen?|author|authors|autor|category|about|privacy|newsletter|subscribe|search|"
    r"login|shop|jobs|careers|share|contact|impressum|terms|rss|feeds?|signup|policies)(?:/|$|[?.-])"
)


def _links(links: Iterable[str], owners: Owners) -> Iterator[Citation]:
    """Links to articles of outlets that the table knows: no home pages, no share buttons, no companies."""
    for url in links:
        try:
            parts = urlsplit(url if "://" in url else f"https://{url}")
            host = bare_host(parts.hostname or "")
        except ValueError:
            continue
        owner = owners.of_host(host)
        if owner is None or owner.official or owner.aggregator:
            continue
        if not _ARTICLE_PATH.search(parts.path[:500]) or _OTHER_PAGES.search(parts.path[:500].lower()):
            continue
        yield Citation(
            owner=owner.key,
            name=owners.brand(host) or owner.name,
            how=How.LINK,
            origin=False,
            surface=url,
            field="links",
            start=0,
            end=len(url),
            url=url,
        )


class _Vocabulary:
    """The phrases of one language, or of all."""

    def __init__(self, tables: Sequence[Phrases]) -> None:
        self.phrases: dict[str, list[tuple[bool, bool]]] = {}  # phrase → (stands before the name, says first)
        for table in tables:
            for words, before, first in (
                (table.before, True, False),
                (table.before_first, True, True),
                (table.after, False, False),
                (table.after_first, False, True),
            ):
                for phrase in words.split("|"):
                    self.phrases.setdefault(phrase, []).append((before, first))
        self.skipped = frozenset(word for table in tables for word in table.skipped.split("|"))
        self.outlets = frozenset(word for table in tables for word in table.outlets.split("|"))
        self.endings = tuple(word for word in sorted(self.outlets) if len(word) > 3)
        self.wide = sorted((word for word in self.skipped | self.outlets if is_wide(word[0])), key=len, reverse=True)
        firsts = "|".join(sorted({re.escape(word) for table in tables for word in table.firsts.split("|")}))
        self.firsts = re.compile(
            r"[ ,]{1,2}(?:der|die|das|which|who|that|qui|que|che|который|которая|которое|które|który|która|die|dat)\b"
            rf"[^.;!?\n]{{0,60}}?(?<!\w)(?:{firsts})(?!\w)"
        )
        self.automaton = Automaton(self.phrases)
        self.by_number = {number: phrase for phrase, number in self.automaton.numbers.items()}


def _language(language: str | None) -> str:
    code = (language or "")[:2].lower()
    return code if code in PHRASES else ""


@cache
def _vocabulary(language: str) -> _Vocabulary:
    """English beside every language: it is quoted everywhere."""
    return _Vocabulary([PHRASES[language], PHRASES["en"]] if language else list(PHRASES.values()))


_WORD = re.compile(r"[^\W_](?:[^\W_]|-(?=\w)|\.(?=\w)){0,40}['’]?")
_OPENING = re.compile(r"[ \t\"'„“”‚‘’«‹《「『:：]{0,4}")
_CLOSING = " \t\"'“”’»›》」』,，"
_QUOTED = re.compile(r"[„“\"«‹《「『](?P<name>[^\n„“”\"«»‹›《》「」『』]{2,40})[“”\"»›》」』]")
_NAME_WORD = re.compile(r"[^\W\d_][\w&+]{0,30}(?:[.'’-]\w{1,20}){0,2}")
_BACK_WORD = re.compile(r"([^\s.,;:!?()\"“”]{1,30})$")
_TITLE_TAIL = re.compile(r"\s[-–—|]\s(?:(?:report|bericht|exclusive)[:\s]\s?)?")


class _Reader:
    """One text and the citations in its words."""

    def __init__(self, text: str, field: str, language: str, owners: Owners) -> None:
        self._text = text
        self._lower = _lower(text)
        self._field = field
        self._german = language == "de"
        self._words = _vocabulary(language)
        self._owners = owners

    def citations(self) -> Iterator[Citation]:
        if self._field == "title":
            yield from self._headline()
        looked_at = 0
        for number, start, end in self._words.automaton.find(self._lower):
            phrase = self._words.by_number[number]
            if not self._stands_alone(phrase, start, end):
                continue
            looked_at += 1
            if looked_at > _MOST_PHRASES:
                return
            for before, first in self._words.phrases[phrase]:
                named = self._after(end) if before else self._before(start)
                if named is not None and not self._is_photo_credit(phrase, start, named.end):
                    origin = first or self._said_first(named, start, end, before=before)
                    yield self._citation(named, min(start, named.start), max(end, named.end), origin=origin)

    def _headline(self) -> Iterator[Citation]:
        """A headline that names its source: "… - Bloomberg" and "Reuters: …"."""
        for tail in _TITLE_TAIL.finditer(self._text):
            named = self._owners.cited.at(self._text, tail.end(), strict=False)
            if named is not None and len(self._text) - named.end <= 10:
                yield self._citation(named, named.start, named.end, origin=False)
        opening = _OPENING.match(self._text)
        named = self._owners.cited.at(self._text, opening.end() if opening else 0, strict=False)
        if named is not None and self._text[named.end : named.end + 1] in {":", "："}:
            yield self._citation(named, named.start, named.end, origin=False)

    def _citation(self, named: Named, start: int, end: int, *, origin: bool) -> Citation:
        return Citation(
            owner=named.owner,
            name=named.name,
            how=How.PHRASE,
            origin=origin,
            surface=" ".join(self._text[start:end].split()),
            field=self._field,
            start=start,
            end=end,
            url="",
        )

    def _stands_alone(self, phrase: str, start: int, end: int) -> bool:
        text = self._text
        if start and joins(phrase[0]) and joins(text[start - 1]):
            return False
        return not (end < len(text) and joins(phrase[-1]) and joins(text[end]))

    def _is_photo_credit(self, phrase: str, start: int, end: int) -> bool:
        """A caption closes with "(Jane Doe/Pool via AP)"; "(via Electrek)" names a source."""
        return phrase == "via" and self._text[end : end + 1] == ")" and self._text[start - 1 : start] != "("

    def _after(self, at: int) -> Named | None:
        """The outlet named behind a phrase, past articles and words such as "Bericht"."""
        text, words, outlet = self._text, self._words, False
        for _ in range(_STEPS):
            opening = _OPENING.match(text, at)
            quoted_at, at = at, opening.end() if opening else at
            named = self._owners.cited.at(text, at, strict=not self._german)
            if named is not None:
                return named
            wide = next((word for word in words.wide if text.startswith(word, at)), None)
            if wide is not None:
                outlet, at = outlet or wide in words.outlets, at + len(wide)
                continue
            word = _WORD.match(text, at)
            if word is None:
                break
            lower = word[0].lower().replace("’", "'")
            compound = self._german and word[0][0].isupper() and lower.endswith(words.endings)
            if not (lower in words.skipped or lower in words.outlets or compound):
                break
            outlet, at = outlet or lower in words.outlets or compound, word.end()
        else:
            return None
        return self._unknown(quoted_at, at, outlet=outlet)

    def _unknown(self, quoted_at: int, at: int, *, outlet: bool) -> Named | None:
        """A name that the table lacks, where something says that it is an outlet's."""
        text = self._text
        quoted = _QUOTED.search(text, quoted_at, at + 45)
        if outlet and quoted is not None and quoted.start() <= at:
            return self._accepted(quoted["name"], quoted.start("name"), quoted.end("name"))
        words: list[str] = []
        end = at
        for _ in range(5):
            word = _NAME_WORD.match(text, end + (1 if words and text[end : end + 1] == " " else 0))
            if word is None or not (word[0][0].isupper() or (words and word[0] in {"of", "the", "&"})):
                break
            if words and text[end : end + 1] != " ":
                break
            words.append(word[0])
            end = word.end()
            if word[0] in OUTLET_ENDINGS and len(words) > 1:
                return self._accepted(" ".join(words), at, end)
            if self._german and len(words) == 1 and outlet and word[0] not in {"The", "New", "Der", "Die", "Das"}:
                following = text[end + 1 : end + 30].split()[:1]
                if not (following and following[0].strip(".,") in OUTLET_ENDINGS):
                    break  # the next noun is another word of the sentence
        return self._accepted(" ".join(words), at, end) if outlet and words else None

    def _accepted(self, name: str, start: int, end: int) -> Named | None:
        plain = re.sub(r"['’]s$", "", name.strip(" .,"))
        owner = self._owners.of_name(plain)
        folded = fold(plain)
        if len(folded) < 2 or folded in NO_OUTLETS or folded.split()[0] in NO_OUTLETS:
            return None
        if owner is not None:
            return None if owner.official or owner.aggregator else Named(owner.key, plain, start, end)
        return Named(folded, plain, start, end)

    def _before(self, at: int) -> Named | None:
        """The outlet named before a phrase, past an adverb or two."""
        text, words = self._text, self._words
        for _ in range(4):
            while at and text[at - 1] in _CLOSING:
                at -= 1
            named = self._owners.cited.before(text, at)
            if named is not None:
                return named
            wide = next((word for word in words.wide if text.endswith(word, max(0, at - 6), at)), None)
            if wide is not None:
                at -= len(wide)
                continue
            digits = at
            while at and digits - at < 4 and text[at - 1].isdigit():
                at -= 1
            if at < digits:
                continue
            word = _BACK_WORD.search(text, max(0, at - 31), at)
            if word is None or word[1].lower() not in words.skipped:
                break
            at = word.start()
        return self._unknown_before(at)

    def _unknown_before(self, at: int) -> Named | None:
        """A name that the table lacks, whose last word says what it is: "The Foo Times reported"."""
        text = self._text
        words: list[str] = []
        start = at
        while len(words) < 5:
            word = _BACK_WORD.search(text, max(0, start - 31), start)
            if word is None or not word[1][0].isupper() or not word[1][0].isalpha() or is_wide(word[1][0]):
                break
            if not words and word[1] not in OUTLET_ENDINGS:
                return None
            words.insert(0, word[1])
            start = word.start()
            if not start or text[start - 1] != " ":
                break
            start -= 1
        return self._accepted(" ".join(words), max(0, at - len(" ".join(words))), at) if len(words) > 1 else None

    def _said_first(self, named: Named, start: int, end: int, *, before: bool) -> bool:
        """Whether the words around say that it was the first: ", which first …", "zuerst"."""
        window = self._lower[named.end : named.end + 100]
        if self._words.firsts.match(window):
            return True
        between = self._lower[end : named.start] if before else self._lower[named.end : start]
        return any(word in _FIRSTS for word in between.split())


_FIRSTS = frozenset(["first", "exclusively", "zuerst", "exklusiv", "originally", "exclusive"])


def _lower(text: str) -> str:
    """Lower case, of the same length: places stay (`İ` has two signs in lower case), spaces and apostrophes alike."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)
    return lower.replace("’", "'").replace("\u00a0", " ")


def _label(url: str) -> str:
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:
        return ""
    return _squeezed(registered_domain(host).partition(".")[0])


def _squeezed(name: str) -> str:
    return "".join(sign for sign in fold(name) if sign.isalnum())


def _same_name(name: str, key: str) -> bool:
    """Whether a name that the table lacks and a domain are one: "foo times" and `footimes.example`."""
    return _squeezed(name) == _squeezed(key.partition(".")[0])
