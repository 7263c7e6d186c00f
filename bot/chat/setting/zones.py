"""Every time zone, within reach of a thumb: likely ones first, the others by region, on pages."""

from __future__ import annotations

from bot.alerts.keyboard import Key, Keyboard
from bot.chat.setting.steps import rows
from bot.chat.setting.values import zones
from bot.chat.words import Words

LIKELY = (
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
)
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
OTHERS = "Others"
"""Zones of no region: UTC, Etc/GMT+3, names of old."""

ON_A_PAGE = 24


def keyboard(words: Words, path: str, *, own: str, usual: str) -> Keyboard:
    """The likely zones and the regions; or, for `Europe.1`, the second page of a region.

    `own` is the zone in force, `usual` the configuration's.
    """
    region, _, number = path.partition(".")
    found = [zone for zone in zones() if _region(zone) == region]
    if not found:
        likely = [_key(zone, zone, own) for zone in dict.fromkeys([usual, *LIKELY])]
        names = [*((one, one) for one in REGIONS), (OTHERS, words.say("other_zones"))]
        regions = [Key(text=f"{name}…", data=f"set:timezone.{one}") for one, name in names]
        return (*rows(likely, 2), *rows(regions, 3))
    pages = -(-len(found) // ON_A_PAGE)
    page = min(int(number), pages - 1) if number.isascii() and number.isdecimal() else 0
    shown = found[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
    keys = [_key(zone, zone.removeprefix(f"{region}/"), own) for zone in shown]
    turned = [
        Key(text=text, data=f"set:timezone.{region}.{to}")
        for text, to in (("‹", page - 1), (f"{page + 1}/{pages}", page), ("›", page + 1))
        if 0 <= to < pages
    ]
    return (*rows(keys, 2), *((tuple(turned),) if pages > 1 else ()))


def _region(zone: str) -> str:
    region = zone.partition("/")[0]
    return region if "/" in zone and region in REGIONS else OTHERS


def _key(zone: str, name: str, own: str) -> Key:
    return Key(text=("● " if zone == own else "") + name.replace("_", " "), data=f"set:timezone={zone}")
