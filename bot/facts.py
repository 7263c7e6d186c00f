"""Keys of the facts that the database remembers about itself and the program."""

from __future__ import annotations

TELEGRAM_STOPPED = "telegram_stopped"
"""The token was refused; the value is the reason. Cleared at the next start."""

RULES_APPLIED_TO_PAST = "rules_applied_to_past"
"""Version of the rules whose matches in the archive the chats were told of, or were never meant to be told of."""

ANALYSIS_VERSION = "analysis_version"
"""Version of the text analysis that the full-text index was built with."""

TELEGRAM_WEBHOOK = "telegram_webhook"
"""`telegram.webhook.url` as it was when this program set the webhook; gone when it took it back."""

TELEGRAM_UPDATES = "telegram_updates"
"""Which updates of the bot were handled (bot/telegram_door/progress.py)."""
