"""What a person types into the search, as the storage's query. Pure.

The text analysis is the rules': a word with a hyphen is a row of words, a Chinese word a row of characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.errors import Refused
from rules.text import index_tokens
from storage.records import Words

_PART = re.compile(r'(-?)"([^"]*)"(\*?)|(-?)(\S+)')


def parse_query(arguments: Sequence[str]) -> tuple[Words, ...]:
    """Words, "phrases", begin* and -without. An argument with a space in it came quoted from a shell: a phrase.

    Raises Refused when nothing is left to search for.
    """
    text = " ".join(f'"{a}"' if " " in a and '"' not in a and len(arguments) > 1 else a for a in arguments)
    query = []
    for match in _PART.finditer(text):
        negated = bool(match[1] or match[4])
        body = match[2] if match[2] is not None else match[5]
        prefix = body.endswith("*") or bool(match[3])
        tokens = tuple(index_tokens(body))
        if tokens:
            query.append(Words(tokens=tokens, prefix=prefix, negated=negated))
    if not any(not words.negated for words in query):
        raise Refused(f"nothing to search for in {text!r}: give at least one word without '-'")
    return tuple(query)
