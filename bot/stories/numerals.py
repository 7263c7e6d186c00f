"""Numbers in a text, whatever language writes them: `$500M`, `500 Millionen` and `5亿` are one number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GROUPED = r"\d{1,3}(?:[.,\u00a0\u202f '’]\d{3}){1,6}(?!\d)"
_NUMBER = re.compile(rf"({_GROUPED})|\d{{1,15}}(?:[.,]\d{{1,6}})?")
_UNIT = re.compile(r"[\s\u00a0]{0,2}([^\W\d_]{1,12})")

_TIMES: dict[str, float] = {
    word: factor
    for factor, words in (
        (1e3, "k thousand tausend mille mil mila tysięcy tys тыс тысяч duizend tusen"),
        (
            1e6,
            """m mn mio million millions millionen millón millones milione milioni milhão milhões mln milion miliony
            milionów млн миллион миллиона миллионов miljoen miljoner millioner""",
        ),
        (
            1e9,
            """b bn billion billions mrd milliarde milliarden milliard milliards miliardo miliardi mld miliard miliardy
            miliardów млрд миллиард миллиарда миллиардов miljard miljarder milliarder""",
        ),
    )
    for word in words.split()
}
_TIMES_WIDE = {"千": 1e3, "万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8}

MOST = 40
"""Numbers read of one text; a table of figures is no news."""


def numbers(text: str) -> Iterator[float]:
    """The numbers of a text in order, with thousands, millions and so on multiplied out."""
    for count, found in enumerate(_NUMBER.finditer(text)):
        if count >= MOST:
            return
        digits = found[0]
        value = float(re.sub(r"\D", "", digits) if found[1] else digits.replace(",", "."))
        unit = _UNIT.match(text, found.end())
        if unit:
            word = unit[1]
            value *= _TIMES.get(word.lower(), 0.0) or _TIMES_WIDE.get(word[0], 1.0)
        yield value
