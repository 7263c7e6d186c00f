"""What votes say of the rules, read from the archive."""

from __future__ import annotations

from datetime import datetime

from bot.rulesets.votes import RuleReport, articles_needed, report
from storage import Store


def reports_since(store: Store, earliest: datetime) -> list[RuleReport]:
    """A report for each rule that made an alert since then. Raises StorageError."""
    alerts = store.votes.alerts_with_rules(since=earliest)
    return report(alerts, store.archive.entries(articles_needed(alerts)))
