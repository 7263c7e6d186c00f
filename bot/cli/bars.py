"""Bars of blocks for a terminal; of plain signs where its encoding has no blocks. Pure."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = {"−": "-", "·": ".", "…": "...", "→": "->", "–": "-", "●": "*"}
"""What our own signs become where the encoding lacks them."""


def can_show(text: str, encoding: str | None) -> bool:
    """Whether a terminal with this encoding can show the text."""
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def shown(text: str, encoding: str | None) -> str:
    """The text with our own signs replaced where the encoding lacks them."""
    if encoding is not None and encoding.lower().startswith("utf"):
        return text
    return "".join(sign if sign not in PLAIN or can_show(sign, encoding) else PLAIN[sign] for sign in text)


def columns(values: Sequence[int], *, height: int, blocks: bool) -> list[str]:
    """Upright bars, one sign a value, as lines from the top; what is not nothing shows at least a trace."""
    most = max(values, default=0)
    if not most:
        return []
    steps = [-(-value * height * len(BLOCKS) // most) for value in values]  # rounded up
    lines = []
    for row in range(height - 1, -1, -1):
        filled = [min(max(step - row * len(BLOCKS), 0), len(BLOCKS)) for step in steps]
        if blocks:
            lines.append("".join(BLOCKS[eighths - 1] if eighths else " " for eighths in filled))
        else:
            lines.append("".join("#" if eighths > len(BLOCKS) // 2 else "." if eighths else " " for eighths in filled))
    return lines
