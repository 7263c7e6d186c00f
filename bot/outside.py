"""The program's way to the world outside: one fetcher, one pool of parsers, built from the settings."""

from __future__ import annotations

from bot.documents.processes import Parsers
from bot.identity import program_version
from bot.settings import Configuration
from bot.sources.fetch import Fetcher
from bot.sources.guard import Guard


def build_fetcher(config: Configuration) -> Fetcher:
    fetch = config.fetch
    return Fetcher(
        guard=Guard(fetch.allow_hosts),
        user_agent=f"rackwatch/{program_version()} (+{fetch.contact})",
        deadline=fetch.deadline.total_seconds(),
        max_size=fetch.max_size,
        host_gap=fetch.host_gap.total_seconds(),
        concurrency=fetch.concurrency,
    )


def build_parsers(config: Configuration, *, processes: int | None = None) -> Parsers:
    parser = config.parser
    return Parsers(
        processes=processes or parser.processes, timeout=parser.timeout.total_seconds(), memory=parser.memory
    )
