"""How a news agency's dispatch is marked: at its head, at its foot, in its byline. Pure.

Only the ends of a text are looked at, so the time does not depend on its length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

HEAD = 200
"""Characters in which the mark of a dispatch stands; further in, an agency is only mentioned."""

FOOT = 250

_PHOTO = re.compile(r"(?:foto|photo|bild|image|picture|getty|credit|©)[^()]{0,40}$", re.IGNORECASE)
_CITED = re.compile(r"[据據引]\s*$")
_PARTS = re.compile(
    r"\s*[,;/|&()]\s*|\s+(?:and|und|et|y|e|with|mit|avec|con|com|z|от|from|for|via|für|pour)\s+", re.IGNORECASE
)
_BY = re.compile(r"^(?:by|von|par|di|por|autor:?|author:?)\s+", re.IGNORECASE)
_STAFF = re.compile(
    r"\s+(?:staff|newsroom|news agency|writers?|gmbh|reporters?|business|technology|auto)$|['’]s? .*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An agency's mark: whose, where it stands (`field` is title, text or author), and in words what was seen."""

    owner: str
    field: str
    start: int
    end: int
    surface: str
    where: str


class AgencyMarks:
    """The marks of these agencies, by their names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names`: each name an agency's dispatches carry → the owner's key."""
        self._owners = dict(names)
        for name, owner in names.items():  # "REUTERS", "Ansa", "(afp)" of a paper that writes its marks small
            self._owners.setdefault(name.upper(), owner)
            self._owners.setdefault(name.lower(), owner)
        marks = "|".join(re.escape(name) for name in sorted(self._owners, key=len, reverse=True)) or r"(?!)"
        marks = rf"(?<![A-Za-zÀ-ɏ])(?:{marks})(?![A-Za-zÀ-ɏ])"  # "pti" stands in "adaption"
        # "dpa/lby", "AFP-AP": the first agency named is meant
        more = r"(?:\s?[/,-]\s?[\w-]{1,20}){0,4}"
        # at the foot, "(Reuters/Jane Doe)" is a photo's credit
        others = rf"(?:\s?[/,]\s?(?:[a-z]{{2,6}}|{marks})){{0,4}}"
        self._head = [
            # BERLIN (dpa) -, (Reuters) -, SEOUL, Aug. 15 (Yonhap) --, (ANSA) - ROMA, New York (AFP) …
            re.compile(rf"^(?:[^\s.!?:()]{{1,30}}\s){{0,4}}\((?P<a>{marks}){more}\)"),
            re.compile(rf"^.{{0,120}}?\((?P<a>{marks}){more}\)\.?\s*[-–—:]", re.DOTALL),
            # dpa/…, AFP - …, Reuters: is a quotation rather than a mark
            re.compile(rf"^\s*(?P<a>{marks})(?:/[\w-]{{1,20}}){{0,4}}\s*(?:[-–—|]\s|/\s?\w)"),
            # [東京 15日 ロイター], 【共同】, （新华社）
            re.compile(rf"^.{{0,30}}?[（【［\[][^）】］\]]{{0,20}}(?P<a>{marks})[^）】］\]]{{0,8}}[）】］\]]"),
            # 新华社北京8月15日电
            re.compile(rf"^[^。，]{{0,12}}?(?P<a>{marks})[^。，]{{0,24}}[电電讯訊]"),
            # МОСКВА, 15 августа. /ТАСС/.   МОСКВА, 15 авг — РИА Новости.
            re.compile(rf"^[^/]{{0,60}}/(?P<a>{marks})/"),
            re.compile(rf"^[^.—–]{{3,40}}\.?\s?[—–-]\s(?P<a>{marks})\."),
        ]
        self._foot = [
            re.compile(
                r"(?:Quellen?|Sources?|Fuente|Fonte|Bron|Źródło|Источник|来源|來源|出典)\s?[:：]\s?"
                rf"(?P<a>{marks}){more}\.?\s*$"
            ),
            # a closing (dpa), or an editor's letters before it: mik/dpa
            re.compile(
                rf"(?:\(|\n)\s?(?!foto|bild|via|photo)(?:[a-zäöü]{{2,4}}[/,]\s?){{0,3}}(?P<a>{marks}){others}\)?\.?\s*$"
            ),
            re.compile(r"\((?P<a>Reporting by) [^()]{2,200}\)?\s*$"),
            re.compile(rf"（(?P<a>{marks})）\s*$"),
        ]
        self._owners.setdefault("Reporting by", names.get("Reuters", ""))  # how Reuters alone ends its reports

    def find(self, *, text: str, author: str) -> Mark | None:
        """The mark that says whose dispatch this is; None where an agency is at most mentioned."""
        return self._byline(author[:200]) or self._at_head(text[:HEAD]) or self._at_foot(text)

    def _at_head(self, head: str) -> Mark | None:
        for pattern in self._head:
            found = pattern.search(head)
            if found and not _PHOTO.search(head[: found.start("a")]) and not _CITED.search(head[: found.start("a")]):
                return self._mark(found, "text", 0, "at the head")
        return None

    def _at_foot(self, text: str) -> Mark | None:
        start = max(0, len(text) - FOOT)
        for pattern in self._foot:
            found = pattern.search(text[start:])
            if found:
                return self._mark(found, "text", start, "at the foot")
        return None

    def _byline(self, author: str) -> Mark | None:
        for part in _PARTS.split(author):
            name = _STAFF.sub("", _BY.sub("", part.strip()))
            owner = self._owners.get(name) or self._owners.get(name.removeprefix("The ").removeprefix("the "))
            if owner:
                start = author.find(part)
                return Mark(
                    owner=owner, field="author", start=start, end=start + len(part), surface=part, where="as its author"
                )
        return None

    def _mark(self, found: re.Match[str], field: str, offset: int, where: str) -> Mark | None:
        owner = self._owners.get(found["a"])
        if not owner:
            return None
        surface = " ".join(found[0][max(0, found.start("a") - found.start() - 12) :].split())
        return Mark(
            owner=owner,
            field=field,
            start=offset + found.start("a"),
            end=offset + found.end("a"),
            surface=surface,
            where=where,
        )
