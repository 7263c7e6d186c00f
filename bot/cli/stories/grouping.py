"""`stories group`: any JSON lines, grouped into articles and stories."""

from __future__ import annotations

import json as jsons
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

import typer
from rich.text import Text

from bot.cli.context import state_of
from bot.cli.json_lines import AnswerOption, Input, InputOption, opened
from bot.cli.output import out
from bot.cli.rules.marked import plain_line
from bot.cli.rules.rule_files import RulesOption, rules_for
from bot.judge import names_an_article
from bot.sources.urls import canonical_url
from bot.stories.article import Signature, sign
from bot.stories.grouper import Grouper
from bot.stories.reasons import Reason, Why
from bot.stories.times import Period, read_period
from bot.voices.publishers import Owners, source_voice
from rules import Document, Matcher
from rules.lines import Line

_SHOWN = 20
"""Stories printed for a person, the largest first."""


@dataclass(slots=True, kw_only=True)
class _Grouped:
    """One line of the input and where it belongs; `article` and `story` are numbers of such lines.

    `name` is what others call it by: its id, or its line where it has none or another has the same.
    """

    id: str
    name: str
    line: int
    title: str
    article: int
    story: int
    reason: str


def register(group: typer.Typer) -> None:
    group.command("group")(group_lines)


def group_lines(
    context: typer.Context,
    source: InputOption,
    rules: RulesOption = None,
    json: AnswerOption = False,
) -> None:
    """Group JSON lines: id, title, text, url, language, source, date; none is required.

    They are taken in the order of the file. A date may be a year, a month or a day only: any time within it, then.
    Nothing is printed before all is read, since a later article may join two stories. A broken line is told and passed
    over; the exit code is 1 then.
    """
    folder = state_of(context).folder
    run = _Run(Matcher(rules_for(rules, folder)), state_of(context).owners())
    read = Input(name=source, progress=lambda: f"{read.documents} documents, {run.stories} stories")
    with opened(source) as stream:
        for number, line in read.lines(stream):
            if not run.take(number, line):
                read.remark(
                    number, f"no date: {line.date[:40]!r}; write 2023, 2023-08-14 or ISO 8601 (taken as unknown)"
                )
    read.conclude()
    if json:
        for one in run.grouped:
            read.write(run.as_json(one))
    else:
        run.show()
    if read.broken:
        raise typer.Exit(1)


class _Run:
    """Groups; remembers where each line went."""

    def __init__(self, matcher: Matcher, owners: Owners) -> None:
        self._matcher = matcher
        self._owners = owners
        self._grouper = Grouper()
        self._by_url: dict[str, int] = {}
        self._merged: dict[int, int] = {}
        self._names: Counter[str] = Counter()
        self.grouped: list[_Grouped] = []
        self.stories = 0

    def take(self, number: int, line: Line) -> bool:
        """One more document; whether its date could be read."""
        document = line.document
        ref = len(self.grouped)
        period, readable = _period(line.date)
        signature = self._sign(document, period)
        article, story, reason = self._place(ref, signature)
        self._grouper.add(ref, story, signature)
        if signature.url:
            self._by_url.setdefault(signature.url, ref)
        name = line.id if line.id is not None else f'"line {number}"'
        self._names[name] += 1
        self.grouped.append(
            _Grouped(
                id=line.id or "null",
                name=name if self._names[name] == 1 else f'"line {number}"',
                line=number,
                title=document.title or document.text[:120],
                article=article,
                story=story,
                reason=reason,
            )
        )
        self.stories += story == ref
        return readable

    def story_of(self, one: _Grouped) -> int:
        """The number of the line that began the story which this one is in by now."""
        story = one.story
        while story in self._merged:
            story = self._merged[story]
        return story

    def as_json(self, one: _Grouped) -> str:
        """Its id as it was written, and the names of the first line of its article and of its story."""
        head = f'"id": {one.id}' + (f', "line": {one.line}' if one.name != one.id else "")
        article, story = self.grouped[one.article].name, self.grouped[self.story_of(one)].name
        said = jsons.dumps(one.reason, ensure_ascii=False)
        return f'{{{head}, "article": {article}, "story": {story}, "reason": {said}}}'

    def show(self) -> None:
        """The largest stories for a person."""
        members: dict[int, list[_Grouped]] = {}
        for one in self.grouped:
            members.setdefault(self.story_of(one), []).append(one)
        large = sorted((story for story in members.values() if len(story) > 1), key=len, reverse=True)
        for story in large[:_SHOWN]:
            out.print(Text(f"{len(story)} articles", style="bold"))
            for one in story[:6]:
                said = Text.assemble(f"  {plain_line(one.title)}", (f"  {plain_line(one.reason)}", "dim"))
                out.print(said, soft_wrap=True)
            if len(story) > 6:
                out.print(f"  … and {len(story) - 6} more", markup=False)
            out.print()
        single = sum(len(story) == 1 for story in members.values())
        more = f"; the {_SHOWN} largest are shown" if len(large) > _SHOWN else ""
        out.print(
            f"{len(self.grouped)} documents: {len(large)} stories of several{more}, {single} of one (all with --json)",
            markup=False,
            soft_wrap=True,
        )

    def _sign(self, document: Document, period: Period | None) -> Signature:
        judgement = self._matcher.judge(document)
        host = urlsplit(document.source).hostname if "://" in document.source else document.source
        voice = source_voice(
            publisher=document.source,
            stated=False,
            url=document.url or f"https://{host}/",
            title=document.title,
            text=document.text,
            owners=self._owners,
        )
        canonical = canonical_url(document.url)
        return sign(
            title=document.title,
            text=document.text,
            language=judgement.language,
            period=period,
            source=document.source,
            voice=voice.key,
            publisher=voice.name,
            url=canonical if names_an_article(canonical) else "",
            judgement=judgement,
        )

    def _place(self, ref: int, signature: Signature) -> tuple[int, int, str]:
        """Lines of the article and of the story that it belongs to, and why."""
        twin = self._by_url.get(signature.url) if signature.url else None
        if twin is not None and self._grouper.story_of(twin) is not None:
            known = self.grouped[twin]
            return known.article, self.story_of(known), str(Reason(why=Why.SAME_ADDRESS))
        placement = self._grouper.place(signature)
        for merge in placement.merges:
            self._grouper.merge(merge.story, merge.into)
            self._merged[merge.story] = merge.into
            self.stories -= 1
        if placement.story is None:
            return ref, ref, str(placement.reason)
        story = placement.merges[-1].into if placement.merges else placement.story
        copy = placement.copy_of
        return ref if copy is None else self.grouped[copy].article, story, str(placement.reason)


def _period(date: str) -> tuple[Period | None, bool]:
    """When a document is dated, and whether what it says could be read."""
    try:
        return read_period(date), True
    except ValueError:
        return None, False
