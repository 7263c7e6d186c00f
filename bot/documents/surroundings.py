"""What stands around the content of a page: menus, footers, side columns."""

from __future__ import annotations

import re
from typing import Any

_TAGS = frozenset(["nav", "footer", "aside", "menu", "form", "dialog"])
_ROLES = frozenset(["navigation", "menu", "menubar", "contentinfo", "banner", "search", "complementary"])
_NAME = re.compile(
    r"(?:.*[_-])?(?:nav|navbar|navigation|menu|footer|breadcrumbs?|cookies?|consent|pagination|pager|sidebar|share|sharing|"
    r"social|tagcloud|languages?|related|popular|most-?read|meistgelesen|newsletter|skip|toolbar)(?:[_-].*)?|tags?|lang",
    re.IGNORECASE,
)
_ABOUT_CONTENT = ("category-", "tag-", "has-", "with-", "no-", "is-", "post-")
"""Classes by which blogs say what an article is about, or that a page has a side column."""


def is_around(element: Any) -> bool:
    """Whether the element is, or holds, what surrounds the content; by its tag, role, class and id."""
    if element.tag in {"body", "html"}:
        return False
    if element.tag in _TAGS or element.get("role") in _ROLES:
        return True
    if element.tag == "header":
        return not any(above.tag in {"article", "main"} for above in element.iterancestors())
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return any(_NAME.fullmatch(name) for name in names[:20] if not name.lower().startswith(_ABOUT_CONTENT))
