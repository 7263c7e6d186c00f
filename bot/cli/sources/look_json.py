"""A look as JSON, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cli.sources.look import Look
from bot.cli.sources.present import ENTRIES_SHOWN, yaml_entry
from bot.documents.entries import ParsedEntry, Proposal
from bot.edits.yaml_text import list_entry


def look_as_json(look: Look, key: str) -> dict[str, Any]:
    """One document; `usable` is what the exit code says, `yaml` can be pasted under `sources:`."""
    fetched, parsed = look.fetched, look.parsed
    offer = look.page or look.api
    proposals = offer.proposals if offer is not None else ()
    return {
        "address": look.asked.url,
        "usable": not look.reason,
        "reason": look.reason or None,
        "kind": look.kind,
        "version": parsed.version if parsed is not None else None,
        "title": look.title or None,
        "http": {
            "status": 200,
            "final_url": fetched.url,
            "moved_to": fetched.moved_to,
            "content_type": fetched.content_type,
            "bytes": len(fetched.body),
            "etag": fetched.etag,
            "last_modified": fetched.last_modified,
            "max_age_seconds": fetched.max_age,
        }
        if fetched is not None
        else None,
        "found": parsed.found if parsed is not None else None,
        "entries_count": len(parsed.entries) if parsed is not None else None,
        "entries": _entries(parsed.entries[:ENTRIES_SHOWN]) if parsed is not None else [],
        "dropped": parsed.dropped if parsed is not None else {},
        "complaint": parsed.complaint if parsed is not None else None,
        "lists_documents": list(parsed.more) if parsed is not None else [],
        "feeds": look.page.feeds if look.page is not None else [],
        "shape": look.api.shape if look.api is not None else None,
        "lists": look.api.lists if look.api is not None else [],
        "proposals": [_proposal(look, key, proposal) for proposal in proposals],
    }


def _proposal(look: Look, key: str, proposal: Proposal) -> dict[str, Any]:
    return {
        "options": proposal.options,
        "found": proposal.found,
        "entries": _entries(proposal.examples),
        "yaml": list_entry(yaml_entry(look, key, proposal.options), dash=2, key=4),
    }


def _entries(entries: Sequence[ParsedEntry]) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.guid,
            "title": entry.title,
            "url": entry.url,
            "date": entry.published_at,
            "language": entry.language,
            "author": entry.author,
            "text": entry.text[:500],
        }
        for entry in entries
    ]
