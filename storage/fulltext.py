"""The full-text index: it holds the tokens that `bot` hands over and analyses nothing itself.

SQLite: an FTS5 table with external content (`entry_tokens`). Its `ascii` tokenizer splits at ASCII punctuation and
space and treats everything beyond ASCII as part of a word, which is exact for tokens that are already folded and
split by `rules.text`; `unicode61` would split them again by the Unicode tables of 2012.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from storage.records import Words
from storage.tables import entry_tokens

FTS_TABLE = "entries_fts"


def match_expression(query: tuple[Words, ...]) -> str:
    """The FTS5 expression for all of these; at least one must not be negated.

    >>> match_expression((Words(tokens=("data", "center")), Words(tokens=("gpu",), negated=True)))
    '("data center") NOT ("gpu")'
    """
    wanted = " AND ".join(_phrase(words) for words in query if not words.negated)
    unwanted = " OR ".join(_phrase(words) for words in query if words.negated)
    return f"({wanted}) NOT ({unwanted})" if unwanted else f"({wanted})"


def _phrase(words: Words) -> str:
    return '"' + " ".join(words.tokens).replace('"', '""') + '"' + (" *" if words.prefix else "")


_INDEX = sa.text(f"INSERT INTO {FTS_TABLE}(rowid, title, text) VALUES (:entry_id, :title, :text)")  # noqa: S608 - a constant
_KEEP = entry_tokens.insert()


def index_entries(connection: sa.Connection, tokens: Sequence[tuple[int, str, str]]) -> None:
    """Index entries by (id, tokens of the title, tokens of the text)."""
    rows = [{"entry_id": entry_id, "title": title, "text": text} for entry_id, title, text in tokens]
    connection.execute(_KEEP, rows)
    connection.execute(_INDEX, rows)


def reindex_entry(connection: sa.Connection, entry_id: int, title: str, text: str | None) -> None:
    """Replace an entry's tokens; a text of None stays. FTS5 must be told the old ones to forget them
    (sqlite.org/fts5.html, 4.4.3).
    """
    old = connection.execute(
        sa.select(entry_tokens.c.title, entry_tokens.c.text).where(entry_tokens.c.entry_id == entry_id)
    ).first()
    if old is not None:
        forget: dict[str, Any] = {"entry_id": entry_id, "title": old.title, "text": old.text}
        connection.execute(
            sa.text(
                f"INSERT INTO {FTS_TABLE}({FTS_TABLE}, rowid, title, text) "  # noqa: S608 - a constant
                "VALUES ('delete', :entry_id, :title, :text)"
            ),
            forget,
        )
        connection.execute(entry_tokens.delete().where(entry_tokens.c.entry_id == entry_id))
    kept = old.text if old is not None and text is None else text or ""
    index_entries(connection, [(entry_id, title, kept)])


def rebuild_index(connection: sa.Connection) -> None:
    """Build the index anew from `entry_tokens` (sqlite.org/fts5.html, 6.8)."""
    connection.execute(sa.text(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}) VALUES ('rebuild')"))  # noqa: S608 - a constant
