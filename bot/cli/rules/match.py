"""`rules match`: rules over any JSON lines."""

from __future__ import annotations

import json as jsons
import time
from collections import Counter

import typer
from rich.text import Text

from bot.cli.context import state_of
from bot.cli.json_lines import AnswerOption, Input, InputOption, opened
from bot.cli.output import out
from bot.cli.rules.failures import print_hanging
from bot.cli.rules.marked import marked, plain_line
from bot.cli.rules.rule_files import RulesOption, rules_for
from rules import Judgement, Matcher
from rules.lines import Line


def register(group: typer.Typer) -> None:
    group.command()(match)


def match(
    context: typer.Context,
    source: InputOption,
    rules: RulesOption = None,
    json: AnswerOption = False,
) -> None:
    """Run rules over JSON lines: id, title, text, url, author, language, source, tags, date; none is required.

    A broken line is told and passed over; the exit code is 1 then.
    """
    matcher = Matcher(rules_for(rules, state_of(context).folder))
    watches: Counter[str] = Counter()
    matched = 0
    read = Input(name=source, progress=lambda: f"{read.documents} documents, {matched} matched")
    with opened(source) as stream:
        for number, line in read.lines(stream):
            judgement = matcher.judge(line.document)
            matched += bool(judgement.matches)
            watches.update({match.watch for match in judgement.matches})
            if json:
                read.write(_as_json(number, line, judgement))
            elif judgement.matches:
                read.clear()
                _print(source, number, line, judgement)
    read.conclude()
    if not json:
        counts = ", ".join(f"{watch} {count}" for watch, count in watches.most_common())
        broken = f", {read.broken} broken lines" if read.broken else ""
        seconds = f"{time.monotonic() - read.started:.1f} s"
        said = f"{matched} matched" + (f" ({counts})" if counts else "")
        out.print(f"{read.documents} documents{broken}: {said}, {seconds}", markup=False, soft_wrap=True)
    if read.broken:
        raise typer.Exit(1)


def _as_json(number: int, line: Line, judgement: Judgement) -> str:
    matches = judgement.matches
    said = {
        "watches": list(dict.fromkeys(match.watch for match in matches)),
        "rules": [match.full_name for match in matches],
        "reasons": {match.full_name: match.reason for match in matches},
        "evidence": [
            {
                "rule": match.full_name,
                "field": one.field,
                "start": one.start,
                "end": one.end,
                "surface": one.surface,
                "term": one.term,
                "group": one.group,
            }
            for match in matches
            for one in match.evidence
        ],
    }
    head = f'"id": {line.id}' if line.id is not None else f'"id": null, "line": {number}'
    return f"{{{head}, {jsons.dumps(said, ensure_ascii=False)[1:]}"


def _print(name: str, number: int, line: Line, judgement: Judgement) -> None:
    """Where it stands; its title, and its text where that is what matched; each rule with its reason."""
    document = line.document
    shown_id = f"  {plain_line(line.id)}" if line.id is not None else ""
    out.print(Text.assemble((f"{name}:{number}", "dim"), shown_id), soft_wrap=True)
    evidence = {one for match in judgement.matches for one in match.evidence}
    for field in ("title", "text", "url", "author"):
        value: str = getattr(document, field)
        spans = [(one.start, one.end) for one in evidence if one.field == field]
        if spans or (field == "title" and value):
            print_hanging("  ", marked(value, spans))
    for match in judgement.matches:
        said = Text.assemble((match.full_name, "bold"), f": {plain_line(match.reason)}")
        print_hanging("  → ", said)
    out.print()
