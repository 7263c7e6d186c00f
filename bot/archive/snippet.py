"""The passage of a text that a search found, with the found words marked."""

from __future__ import annotations

from rich.text import Text

from rules.text import words
from storage.records import Words

LENGTH = 200


def snippet(text: str, query: tuple[Words, ...]) -> Text:
    """About 200 characters around the first found word; the beginning where only the title has it."""
    whole = {(words_.tokens[0], words_.prefix) for words_ in query if not words_.negated}
    rest = {token for words_ in query if not words_.negated for token in words_.tokens[1:]}
    found = [word for word in words(text) if _hit(word.text, whole) or word.text in rest]
    first = found[0].start if found else 0
    start = max(0, first - LENGTH // 3)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    passage = Text(f"{'…' if start else ''}{text[start : start + LENGTH]}{'…' if start + LENGTH < len(text) else ''}")
    for word in found:
        offset = word.start - start + (1 if start else 0)
        if 0 <= offset < len(passage):
            passage.stylize("bold yellow", offset, offset + word.end - word.start)
    return passage


def _hit(token: str, wanted: set[tuple[str, bool]]) -> bool:
    return any(token == one or (prefix and token.startswith(one)) for one, prefix in wanted)
