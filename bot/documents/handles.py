"""What to call an element in a selector: names that its makers chose and will keep, not names that a build made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_SHAPE = re.compile(r"[A-Za-z]+(?:[-_]{1,2}[A-Za-z]+)*")
_TAG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_BUILT = re.compile(r"(css|sc|jsx|jss|svelte|emotion|styled|astro|ng|chakra|mui|tw)-", re.IGNORECASE)
"""Prefixes of classes that style libraries make; what follows changes with every build."""

_LOOKS = re.compile(
    r"(is|has|js|no|text|font|bg|border|flex|grid|col|cols|row|rows|items|justify|align|gap|space|rounded|shadow|hover|"
    r"block|inline|hidden|visible|relative|absolute|container|wrapper|inner|clearfix|left|right|center|float|w|h|p|m)"
    r"([-_].*)?|odd|even|first|last|active|current|selected|open|closed|expanded|collapsed|new|sticky|featured",
)
"""Classes for looks and states: the same on many elements, or on some of the items only."""

_ANCHORS = frozenset(["main", "table", "dl", "body"])
_NEUTRAL = frozenset(["div", "span"])
_LEVELS = 6


def is_readable(name: str) -> bool:
    """`job-row`, `teaserTitle` and `c-teaser__title`; not `css-1x2y3z`, `kMxYzQ`, `post-123`, `flex`."""
    if not 3 <= len(name) <= 40 or not _SHAPE.fullmatch(name) or _BUILT.match(name) or _LOOKS.fullmatch(name):
        return False
    words = _WORD.findall(name)
    shortest = 2 if name.islower() else 3  # random letters in both cases fall into many short "words"
    long_enough = sum(len(word) >= shortest for word in words) * 2 > len(words)
    return long_enough and all(_VOWEL.search(word) for word in words if len(word) > 3) and bool(_VOWEL.search(name))


def has_plain_tag(element: Any) -> bool:
    """Whether a selector can name the element's tag; broken pages have tags such as `o:p`."""
    return isinstance(element.tag, str) and _TAG.fullmatch(element.tag) is not None


def own_handles(element: Any) -> list[str]:
    """Selectors of the element by its own names, best first: `#jobs`, `ul.jobs`, `.job-row`."""
    tag = "" if element.tag in _NEUTRAL or not has_plain_tag(element) else element.tag
    found = [f"{tag}.{name}" for name in (element.get("class") or "").split() if is_readable(name)][:4]
    identity = element.get("id") or ""
    return [f"#{identity}", *found] if is_readable(identity) else found


def handles(element: Any) -> Iterator[tuple[int, str]]:
    """Selectors that may find the element and its like, each with a cost: longer and looser ones cost more."""
    yield from ((10, found) for found in own_handles(element) if not found.startswith("#"))
    tag = element.tag
    if not has_plain_tag(element):
        return
    if tag == "article":
        yield 12, tag
    path = tag
    for level, above in zip(range(_LEVELS), element.iterancestors(), strict=False):
        names = own_handles(above) or ([above.tag] if above.tag in _ANCHORS else [])
        for name in names[:3]:
            weak = 20 if name in _ANCHORS else 0
            if tag not in _NEUTRAL:
                # Some pages put a tbody between table and row, and may stop to.
                yield 20 + 3 * level + weak, f"{name} {tag}" if level or tag == "tr" else f"{name} > {tag}"
            if (level or tag in _NEUTRAL) and tag != "tr":
                yield 26 + 3 * level + weak, f"{name} > {path}"
        if not has_plain_tag(above):
            return
        path = f"{above.tag} > {path}"
