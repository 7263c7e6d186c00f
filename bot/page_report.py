"""What reading an article's page did, for tables, logs and the database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PageOutcome(Enum):
    """How a look at a page ended; the text stands in the database."""

    READ = "read"
    REFUSED = "refused by robots.txt"
    RETRY = "failed, to be tried again"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """What one page brought."""

    source: str
    url: str
    outcome: PageOutcome
    reason: str
    matches: int = 0
    alerts: int = 0
    grown: int = 0
