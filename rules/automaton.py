"""All phrases of all rules at once: the one file that imports ahocorasick_rs."""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind


class Automaton:
    """Finds every pattern in one pass over a string, whatever their number."""

    def __init__(self, patterns: Iterable[str]) -> None:
        unique = list(dict.fromkeys(patterns))
        self.numbers = {pattern: number for number, pattern in enumerate(unique)}
        # An empty automaton is refused by the library; a sign that no passage holds is not found.
        self._search = AhoCorasick(unique or ["\x00"], matchkind=MatchKind.Standard)

    def find(self, string: str) -> list[tuple[int, int, int]]:
        """(pattern number, start, end) of every occurrence, overlapping ones included."""
        return self._search.find_matches_as_indexes(string, overlapping=True)
