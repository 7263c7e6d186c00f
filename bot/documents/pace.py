"""How often a publisher asks to be looked at."""

from __future__ import annotations

_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 7 * 86400, "monthly": 30 * 86400, "yearly": 365 * 86400}
"""Seconds of the words that the RSS 1.0 syndication module knows (web.resource.org/rss/1.0/modules/syndication)."""

_LEAST = 60
_MOST = 365 * 86400
"""Seconds; what lies outside is a slip or a joke."""


def asked_pace(*, ttl: object = None, period: object = None, frequency: object = None) -> float | None:
    """Seconds between two looks: `<ttl>` in minutes (RSS 2.0) before `sy:updatePeriod` and `sy:updateFrequency`.

    As the module has it, a missing period is daily and a missing frequency once. None where nothing sensible is asked.
    """
    minutes = _number(ttl)
    if minutes:
        return _sensible(minutes * 60)
    if not period and not frequency:
        return None
    word = str(period or "daily").strip().lower()
    times = _number(frequency or 1)
    return _sensible(_PERIODS[word] / times) if word in _PERIODS and times else None


def _number(value: object) -> int:
    """A whole number above nought; 0 for everything else."""
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _sensible(seconds: float) -> float | None:
    return float(seconds) if _LEAST <= seconds <= _MOST else None
