"""CSS selectors as people write them in a source, checked and turned into XPath. The only file that imports cssselect.

It loads no lxml, so that the settings can check a selector when the file is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cssselect import HTMLTranslator, SelectorError

_WITH_ATTRIBUTE = re.compile(r"(?P<css>.*)@(?P<attribute>[^@\s\"'\])>]*)", re.DOTALL)
"""`a@data-url`; an `@` inside brackets or quotes (`a[href*="@"]`) belongs to the selector."""

_ATTRIBUTE_NAME = re.compile(r"[A-Za-z_][\w:.-]*")
_AXIS = "descendant-or-self::"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """XPath below (and with) the item, and the attribute to take; without an attribute, the element counts."""

    xpath: str
    attribute: str | None


def read_selector(text: str, *, attribute: bool = True) -> Selector:
    """`time@datetime` → its XPath and `datetime`; `@data-url` is an attribute of the item itself.

    Raises ValueError in words for a person where the selector cannot be used. `attribute=False` is for places where an
    element is needed.
    """
    css, name = text.strip(), None
    if split := _WITH_ATTRIBUTE.fullmatch(css):
        css, name = split["css"].strip(), split["attribute"]
        if not attribute:
            raise ValueError(f"an element is needed here, not an attribute; leave out '@{name}'")
        if not _ATTRIBUTE_NAME.fullmatch(name):
            raise ValueError("name the attribute after '@', as in 'time@datetime'")
        if not css:
            return Selector(xpath="self::*", attribute=name)
    if not css:
        raise ValueError("it is empty; write a CSS selector such as 'ul.jobs > li'")
    try:
        # One selector may be a list ("h2 a, h3 a"): the union keeps the order of the document.
        return Selector(xpath=HTMLTranslator().css_to_xpath(css, prefix=_AXIS), attribute=name)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except SelectorError as error:
        hint = "; write ':scope > …' for a child of the item" if css.startswith(">") else ""
        raise ValueError(f"{str(error).rstrip('.')}{hint}") from None


def selector_problem(selector: str, *, attribute: bool = True) -> str | None:
    """What is wrong with a CSS selector that may end in `@attribute`, or None."""
    try:
        read_selector(selector, attribute=attribute)
    except ValueError as error:
        return str(error)
    return None
