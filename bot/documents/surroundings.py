"""What stands around the content of a page: menus, footers, side columns."""

from __future__ import annotations

import re
from typing import Any

_TAGS = frozenset(["nav", "footer", "aside", "menu", "dialog"])
_ROLES = frozenset(["navigation", "menu", "menubar", "contentinfo", "banner", "search", "complementary"])
_NAME = re.compile(
    r"(?:.*[_-])?(?:nav|navbar|navigation|menu|footer|breadcrumbs?|cookies?|consent|pagination|pager|sidebar|share|sharing|"
    r"social|tagcloud|languages?|skip|toolbar)(?:[_-].*)?|tags?|lang|masthead|topbar|(?:site|global)-?header",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"(?:.*[_-])?(?:related|popular|most-?read|meistgelesen|newsletter)(?:[_-].*)?",
    re.IGNORECASE,
)
"""What mostly stands beside the content, and is the content of some pages: an archive of newsletters."""

_WORTH_BESIDE = 0.1
_ABOUT_CONTENT = re.compile(r"(?:category|tag|is|post)-.*|(?:.*[_-])?(?:has|with|no|without)-.*", re.IGNORECASE)
"""Classes by which blogs say what an article is about, or that a page has a side column."""


def worth(element: Any) -> float:
    """0 for what surrounds the content, 1 for what may be content, by tag, role, class and id; in between if unsure."""
    if element.tag in {"body", "html", "main"}:
        return 1.0
    if element.tag in _TAGS or element.get("role") in _ROLES:
        return 0.0
    if element.get("id") == "header":
        return 0.0
    if element.tag == "header":
        return float(any(above.tag in {"article", "main", "section", "li"} for above in element.iterancestors()))
    if element.tag == "form":
        return 1.0 if _holds_the_page(element) else _WORTH_BESIDE
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    names = [name for name in names[:20] if not _ABOUT_CONTENT.fullmatch(name)]
    if any(map(_NAME.fullmatch, names)):
        return 1.0 if _holds_the_page(element) else 0.0
    return _WORTH_BESIDE if any(map(_BESIDE.fullmatch, names)) else 1.0


def _holds_the_page(element: Any) -> bool:
    """Whether it is drawn around the content too, as `div.layout-with-sidebar`, or a form around a whole page."""
    return any(element.find(f".//{inner}") is not None for inner in ("main", "*[@role='main']", "footer"))
