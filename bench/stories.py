"""How well and how fast articles are grouped into stories.

    .venv/bin/python bench/stories.py [--gold FILE.jsonl] [--stream FILE.jsonl.gz] [--archive 10000,100000] [--json]

`--gold`: lines with id, title, text, url, source, date, language, story, set, ambiguous. B-cubed precision, recall and
F1 for each set, one language at a time where `--apart` names the set, and the pairs between languages; beside two
simpler programs on the same articles: one pass with the cosine of tf-idf to the nearest article, at the threshold that
is best for that very set (known only afterwards: its ceiling), and everything in one story.

`--archive`: articles made for it, 1,500 a day in the order of time, a third of them on events that several report, a
quarter in German; the default window holds 21,000 of them. Processor time an article of each step: judging by the
shipped rules, the features, placing and adding (forgetting included), over the last articles, when the archive has its
size; the peak of resident memory of a process of its own, the rules and the tables of languages included; and what a
restart needs to read the window again from stored signatures (the database's part left out).

`--stream`: a week of feeds (source, url, title, summary_html, published). Number and sizes of stories, how much changes
when all are shuffled within each hour (1 - B-cubed F1 beside the run in order), and alerts a day: articles that the
shipped rules match, and their stories.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import multiprocessing
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

# bench/ stands first in the path, where `import rules` would find bench/rules.py instead of the package.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.poll_text import Code, write
from bench.stories_scores import Item, Score, b_cubed, likest, one_pass, score
from bot.judge import names_an_article
from bot.publishers_file import load_owners
from bot.sources.urls import canonical_url
from bot.stories.article import Signature, sign
from bot.stories.grouper import Grouper
from bot.stories.stored import pack, unpack
from bot.stories.times import Period, read_period
from bot.voices.publishers import source_voice
from rules import Document, Judgement, Matcher
from rules.loader import load_folder, shipped_watches

_ARCHIVES = (10_000, 100_000)
_A_DAY = 1_500
"""Twice the articles of a real week of 1,188 feeds that hold a term of the shipped rules: 5,297, or 757 a day."""

_MEASURED = 3_000
"""Articles over which a cost is measured: some seconds."""

_WORDS = 25
"""With their headlines, made articles in English then have 26 features, those of a real week 28. A German one has 144,
a real one (labelled, 74 articles) 56: made-up words are long, so German costs more here than it should."""

_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_REPORTED = 1 / 3
_REPORTS = 4
"""Of made articles, the part that is about an event that others report, too, and reports on such an event."""

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Microseconds of the processor an article, bytes, seconds."""

    archive: int
    window: int
    judging: float
    features: float
    placing: float
    peak: int
    restart: float

    @property
    def rate(self) -> float:
        """Articles a second, once judged."""
        return 1e6 / (self.features + self.placing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What became of a stream."""

    articles: int
    stories: int
    several: int
    largest: tuple[int, ...]
    shuffled: float
    days: int
    matched: int
    matched_stories: int


class Run:
    """Signs and groups items as the program does, in the order in which they are given."""

    def __init__(self) -> None:
        self._matcher = Matcher(load_folder(shipped_watches()))
        self._owners = load_owners(None)

    def judge(self, item: Item) -> Judgement:
        """What the shipped rules say."""
        document = Document(title=item.title, text=item.text, url=item.url, language=item.language, source=item.source)
        return self._matcher.judge(document)

    def sign(self, item: Item, judgement: Judgement) -> Signature:
        """Its features."""
        canonical = canonical_url(item.url)
        voice = source_voice(
            publisher=item.source,
            stated=False,
            url=item.url,
            title=item.title,
            text=item.text,
            owners=self._owners,
        )
        return sign(
            title=item.title,
            text=item.text,
            language=judgement.language,
            period=read_period(item.date),
            source=item.source,
            voice=voice.key,
            publisher=voice.name,
            url=canonical if names_an_article(canonical) else "",
            judgement=judgement,
        )


def group(signatures: Sequence[Signature]) -> list[int]:
    """The story of each, named by a number."""
    grouper, merged = Grouper(), dict[int, int]()
    placed: list[int] = []
    at_url: dict[str, int] = {}
    for number, signature in enumerate(signatures):
        twin = at_url.setdefault(signature.url, number) if signature.url else number
        known = twin != number and grouper.story_of(twin) is not None
        story = _end(placed[twin], merged) if known else _place(grouper, number, signature, merged)
        grouper.add(number, story, signature)
        placed.append(story)
    return [_end(story, merged) for story in placed]


def _place(grouper: Grouper, number: int, signature: Signature, merged: dict[int, int]) -> int:
    """The story of an article, after the merges that it brings."""
    placement = grouper.place(signature)
    for merge in placement.merges:
        grouper.merge(merge.story, merge.into)
        merged[merge.story] = merge.into
    return number if placement.story is None else _end(placement.story, merged)


def _end(story: int, merged: dict[int, int]) -> int:
    while story in merged:
        story = merged[story]
    return story


# ── how well ─────────────────────────────────────────────────────────────────────────────────────────────────────


def scores(items: Sequence[Item], apart: frozenset[str]) -> Iterator[Score]:
    """Each set: ours, one pass of tf-idf at its best threshold, and all in one."""
    run = Run()
    ours = group([run.sign(item, run.judge(item)) for item in items])
    nearest = list(likest(items))
    passes = [one_pass(nearest, step / 50) for step in range(1, 50)]
    for part in sorted({item.part for item in items if item.story}):
        indexes = [index for index, item in enumerate(items) if item.story and item.part == part]
        chosen = [items[index] for index in indexes]

        def scored(
            what: str,
            found: Sequence[Hashable],
            indexes: list[int] = indexes,
            chosen: list[Item] = chosen,
            part: str = part,
        ) -> Score:
            return score(f"{part}: {what}", chosen, [found[index] for index in indexes], apart=part in apart)

        yield scored("rackwatch", ours)
        yield max((scored("tf-idf, best threshold", found) for found in passes), key=lambda one: one.f1)
        yield scored("all in one", [0] * len(items))


# ── how fast ─────────────────────────────────────────────────────────────────────────────────────────────────────


def made(count: int, most: int = _WORDS) -> Iterator[Item]:
    """Articles in the order of time, texts of so many words; those on one event come within hours."""
    dice = random.Random(1)
    codes: tuple[Code, ...] = ("en", "en", "en", "de")
    running: list[int] = []
    for number in range(count):
        event = number
        if dice.random() < _REPORTED:
            if running and dice.random() < 1 - 1 / _REPORTS:
                event = dice.choice(running)
            running = [*running[-20:], event] if event == number else running
        text = write(dice.choice(codes), dice, event=event, paragraphs=1)
        source = f"https://feed{dice.randrange(1_188)}.example/rss"
        yield Item(
            name=str(number),
            title=text.title,
            text=" ".join(_TAG.sub(" ", " ".join(text.paragraphs)).split()[:most]),
            url=f"{source.removesuffix('/rss')}/{number}",
            source=source,
            date=(_FIRST_DAY + timedelta(days=number / _A_DAY)).isoformat(),
        )


def cost(archive: int, measured: int, most: int = _WORDS) -> Cost:
    """Fill an archive, measure its last articles, and start again."""
    run, grouper, merged = Run(), Grouper(), dict[int, int]()
    stored: dict[int, tuple[int, bytes]] = {}
    judging = features = placing = 0.0
    clock = time.process_time
    began = max(0, archive - measured)
    for number, item in enumerate(made(archive, most)):
        moments = [clock()]
        judgement = run.judge(item)
        moments.append(clock())
        signature = run.sign(item, judgement)
        moments.append(clock())
        now = datetime.fromisoformat(item.date)
        grouper.forget(now)
        story = _place(grouper, number, signature, merged)
        weighted = grouper.add(number, story, signature)
        moments.append(clock())
        if number >= archive - _A_DAY * (grouper.window.days + 1):
            stored[number] = story, pack(signature, weighted)
        if number >= began:
            judging += moments[1] - moments[0]
            features += moments[2] - moments[1]
            placing += moments[3] - moments[2]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # before the second grouper
    window, count = len(grouper), archive - began
    kept = [(number, story, data) for number, (story, data) in stored.items() if grouper.story_of(number) is not None]
    del grouper
    moment = clock()
    again = Grouper()
    for number, story, data in kept:
        known = unpack(data)
        assert known is not None
        again.restore(number, _end(story, merged), *known)
    return Cost(
        archive=archive,
        window=window,
        judging=judging / count * 1e6,
        features=features / count * 1e6,
        placing=placing / count * 1e6,
        peak=peak,
        restart=clock() - moment,
    )


# ── a week ───────────────────────────────────────────────────────────────────────────────────────────────────────


def week(items: Sequence[Item]) -> Week:
    """Group a stream as it came and shuffled within each hour."""
    run = Run()
    judged = [run.judge(item) for item in items]
    signatures = [run.sign(item, judgement) for item, judgement in zip(items, judged, strict=True)]
    found = group(signatures)
    sizes = sorted(Counter(found).values(), reverse=True)
    matched = [story for story, judgement in zip(found, judged, strict=True) if judgement.matches]
    return Week(
        articles=len(items),
        stories=len(sizes),
        several=sum(size > 1 for size in sizes),
        largest=tuple(sizes[:10]),
        shuffled=_changed(found, signatures),
        days=len({item.date[:10] for item in items}),
        matched=len(matched),
        matched_stories=len(set(matched)),
    )


def _changed(found: list[int], signatures: list[Signature]) -> float:
    """1 - F1 (B-cubed) of the stories of a shuffled run beside those of the run in order."""
    dice = random.Random(1)
    order = sorted(range(len(signatures)), key=lambda number: (_hour(signatures[number].period), dice.random()))
    shuffled = dict(zip(order, group([signatures[number] for number in order]), strict=True))
    precision, recall = b_cubed(found, [shuffled[number] for number in range(len(found))])
    return 1 - 2 * precision * recall / (precision + recall)


def _hour(period: Period | None) -> str:
    return f"{period.first:%Y%m%d%H}" if period else ""


# ── reading and printing ─────────────────────────────────────────────────────────────────────────────────────────


def read(path: Path) -> list[Item]:
    """Labelled lines, or a stream's."""
    opened: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [_item(number, json.loads(line)) for number, line in enumerate(lines)]


def _item(number: int, row: dict[str, Any]) -> Item:
    text = row.get("text") or html.unescape(_TAG.sub(" ", row.get("summary_html") or ""))
    return Item(
        name=str(row.get("id", number)),
        title=row.get("title") or "",
        text=text,
        url=row.get("url") or "",
        source=row.get("source") or "",
        date=row.get("date") or row.get("published") or "",
        language=row.get("language"),
        story=None if row.get("ambiguous") else row.get("story"),
        part=row.get("set", ""),
    )


def main() -> None:
    """Measure and print what was asked for."""
    asked = _asked()
    report: dict[str, Any] = {"scores": [], "costs": [], "week": None}

    def tell(line: str) -> None:
        if not asked.json:
            print(line, flush=True)

    if asked.gold:
        tell(f"{'set':50} articles      P      R     F1  between languages: P, R")
        for one in scores(read(asked.gold), frozenset(asked.apart)):
            report["scores"].append(asdict(one) | {"f1": one.f1})
            tell(_score_line(one))
    if asked.archive:
        tell("\n  archive   window  judging  features  placing  articles/s  peak, MB  restart, s   (µs an article)")
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=1) as process:
            for archive in asked.archive:
                spent = process.submit(cost, archive, asked.measured, asked.words).result()
                report["costs"].append(asdict(spent) | {"rate": spent.rate})
                tell(_cost_line(spent))
        costs = report["costs"]
        if len(costs) > 1:
            report["growth"] = costs[0]["rate"] / costs[-1]["rate"]
            tell(f"an article costs {report['growth']:.2f} times as much in the last archive as in the first")
    if asked.stream:
        seen = week(list(islice(read(asked.stream), asked.articles)))
        report["week"] = asdict(seen)
        tell(_week_lines(seen))
    if asked.json:
        print(json.dumps(report))


def _score_line(one: Score) -> str:
    abroad = "" if one.abroad_recall is None else f"  {one.abroad_precision:.3f} {one.abroad_recall:.3f}"
    return f"{one.what:50} {one.articles:>8} {one.precision:>6.3f} {one.recall:>6.3f} {one.f1:>6.3f}{abroad}"


def _cost_line(one: Cost) -> str:
    return (
        f"{one.archive:>9,} {one.window:>8,} {one.judging:>8.0f} {one.features:>9.0f} {one.placing:>8.0f}"
        f" {one.rate:>11,.0f} {one.peak / 1e6:>9.0f} {one.restart:>11.2f}"
    )


def _week_lines(seen: Week) -> str:
    return (
        f"\n{seen.articles:,} articles: {seen.stories:,} stories, {seen.several:,} of several; the largest: "
        f"{', '.join(map(str, seen.largest))}\n"
        f"shuffled within each hour: {seen.shuffled:.2%} change (1 - B-cubed F1)\n"
        f"matched by the shipped rules: {seen.matched} articles, {seen.matched_stories} stories; "
        f"alerts a day: {seen.matched / seen.days:.2f} without stories, {seen.matched_stories / seen.days:.2f} with"
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, help="labelled articles as lines of JSON")
    parser.add_argument("--apart", action="append", default=["rssdb_2022_2023"], metavar="SET")
    parser.add_argument("--archive", type=_numbers, default=_ARCHIVES, help="sizes, with commas; '0': none")
    parser.add_argument("--measured", type=int, default=_MEASURED, help="articles at the end whose cost counts")
    parser.add_argument("--words", type=int, default=_WORDS, help="of a made text, after its headline")
    parser.add_argument("--stream", type=Path, help="articles of feeds as gzipped lines of JSON")
    parser.add_argument("--articles", type=int, help="of the stream, so many")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(number for number in map(int, text.split(",")) if number)


if __name__ == "__main__":
    main()
