"""The form in which the demo's articles are written down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as a person wrote it; `minutes_ago` counts back from the moment the demo starts.

    A blank line in `text` ends a paragraph; paragraphs may hold HTML. `edition` is 2 for an article that
    its publisher changed afterwards: same address, same identity.
    """

    link: str
    title: str
    text: str
    minutes_ago: int
    author: str = ""
    edition: int = 1

    def paragraphs(self) -> tuple[str, ...]:
        return tuple(" ".join(block.split()) for block in self.text.strip().split("\n\n"))
