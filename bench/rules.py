"""How fast rules judge documents, by their number, beside two simpler programs.

    .venv/bin/python bench/rules.py [--rules 10,100,1000] [--documents 4000] [--text FILE.jsonl.gz] [--json]

Every row is measured in a process of its own, in processor time: warm-up, then the median of three rounds in which
the programs take turns on the same documents. `re` is one compiled, case-blind search a rule, for its terms alone;
`automaton` is ahocorasick-rs finding the terms, as bare strings in lower-case text that it gets for nothing. Ours
begins with the text as it came, its language detected (`stated`: already known), and ends with the matches and
their evidence. `first` is what the first pass took longer than later ones (forms of words are made for each
language that comes), `memory` what is resident after it.
"""

import argparse
import json
import math
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple, get_args

# This file is called `rules` and stands first in the path: `import rules` would find it instead of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.articles import articles
from bench.contenders import Row, measure
from bench.made_rules import Kind, stock

_COUNTS = (10, 100, 1_000, 10_000, 100_000)
_DOCUMENTS = 4_000  # one round takes most of a second


def main() -> None:
    """Measure, print, judge by the goals."""
    asked = _asked()
    name, everything = articles(asked.text)
    chosen = everything[: asked.documents]
    known = stock(everything)
    letters = sum(len(article.title) + len(article.text) for article in chosen) / len(chosen)
    print(f"{len(chosen)} documents of {letters:.0f} characters on average ({name})", file=sys.stderr)
    if not asked.json:
        print(_HEAD)
    rows: list[Row] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as process:
        for kind in get_args(Kind):
            for count in asked.rules:
                rows.append(process.submit(measure, kind, count, known, chosen).result())
                if not asked.json:
                    print(_line(rows[-1], len(chosen)), flush=True)
    if not asked.json:
        print("", *_goals(rows), sep="\n")
        return
    goals = [{"what": goal.what, "value": goal.value, "met": goal.met} for goal in _goals(rows)]
    print(json.dumps({"text": name, "documents": len(chosen), "rows": list(map(_plain, rows)), "goals": goals}))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=_numbers, default=_COUNTS, help="how many rules, separated by commas")
    parser.add_argument("--documents", type=int, default=_DOCUMENTS)
    parser.add_argument("--text", type=Path, help="articles as lines of JSON: title, text or summary_html")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


_HEAD = """\
                 load  build  first  memory matches  stated     ours    cost  .... re ....   automaton ..
kind           rules      s      s      s     MiB   a doc  docs/s  docs/s  µs/doc  docs/s  times   docs/s  times\
"""


def _line(row: Row, documents: int) -> str:
    part = "" if row.re_documents == documents else f"  (re: {row.re_documents} documents)"
    return (
        f"{row.kind:12} {row.rules:>7,} {row.load:>6.2f} {row.build:>6.2f} {row.first:>6.2f} {row.memory:>7.1f}"
        f" {row.matches:>7.3f} {row.stated_rate:>7,.0f} {row.rate:>7,.0f} {row.cost:>7.0f}"
        f" {row.re_rate:>7,.0f} {row.over_re:>6,.1f} {row.automaton_rate:>8,.0f} {row.over_automaton:>6.3f}{part}"
    )


class _Goal(NamedTuple):
    what: str
    value: float
    least: float = 0
    below: float = math.inf

    @property
    def met(self) -> bool:
        return self.least <= self.value < self.below

    def __str__(self) -> str:
        goal = f"at least {self.least:,}" if self.least else f"below {self.below}"
        return f"{self.what}: {self.value:,.1f} (goal: {goal}; {'met' if self.met else 'MISSED'})"


def _goals(rows: list[Row]) -> Iterator[_Goal]:
    """What the program promises, as far as the rows tell."""
    by_size = {(str(row.kind), row.rules): row for row in rows}
    for kind, many, below in (("selective", 10_000, 4), ("non-matching", 100_000, 3)):
        few, lots = by_size.get((kind, 100)), by_size.get((kind, many))
        if few and lots:
            what = f"a document's cost with {many:,} {kind} rules is that with 100, times"
            yield _Goal(what, lots.cost / few.cost, below=below)
    if row := by_size.get(("selective", 10_000)):
        yield _Goal("documents a second with 10,000 selective rules", row.rate, least=5_000)
        yield _Goal("times as fast as re with 10,000 selective rules", row.over_re, least=1_000)


def _plain(row: Row) -> dict[str, Any]:
    return asdict(row) | {"cost": row.cost, "over_re": row.over_re, "over_automaton": row.over_automaton}


if __name__ == "__main__":
    main()
