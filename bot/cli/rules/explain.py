"""`rules explain`: what each rule makes of a text, of a page, of an entry of the archive, and why."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.text import Text
from rich.tree import Tree

from bot.cli.context import existing_store, state_of
from bot.cli.output import out, print_json
from bot.cli.rules.rule_files import RuleOption, RulesOption, only, rules_for
from bot.clock import utc_now
from bot.errors import FolderMissing, Refused
from bot.event_loop import complete
from bot.sources.urls import canonical_url
from rules import Document, Evidence, Explainer, Explanation, Step
from storage.errors import StorageError
from storage.records import FoundEntry


def register(group: typer.Typer) -> None:
    group.command()(explain)


def explain(
    context: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="TEXT|URL|ENTRY", help="A text ('-': standard input), an address, an entry's number."),
    ],
    rule: RuleOption = None,
    rules: RulesOption = None,
    language: Annotated[str | None, typer.Option(help="Language of the text; default: it is detected.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Why each rule matched, or the smallest reason why it did not.

    The first line of a text is its title.
    """
    chosen = only(rules_for(rules, state_of(context).folder), rule or [])
    document = _document(context, what, language)
    found = Explainer(chosen).explain(document)
    if json:
        print_json({"document": _described(document, found), "rules": [_as_json(one) for one in found]})
        return
    out.print(document.title or "(no title)", style="bold", markup=False)
    facts = (document.source, document.url, f"language: {found[0].language or 'unknown'}")
    out.print("  ".join(fact for fact in facts if fact), style="dim", markup=False)
    for one in found:
        out.print()
        out.print(_tree(one))
    matched = sum(one.matched for one in found)
    out.print(f"\n{matched} of {len(found)} rules match")


def _document(context: typer.Context, what: str, language: str | None) -> Document:
    if what == "-":
        what = _standard_input()
    if what.strip().isdigit():
        return _entry(context, int(what))
    if what.startswith(("http://", "https://")) and not any(map(str.isspace, what.strip())):
        return _archived(context, what) or complete(_fetched(context, what, language))
    title, _, text = what.strip().partition("\n")
    if not title:
        raise Refused("there is no text to explain")
    return Document(title=title.strip(), text=text.strip(), language=language, date=utc_now())


def _standard_input() -> str:
    given = sys.stdin.buffer.read()
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"standard input is no UTF-8 text: byte {error.start + 1} cannot be read") from error


def _entry(context: typer.Context, number: int) -> Document:
    with existing_store(state_of(context).settings()) as store:
        entry = store.archive.entry(number)
    if entry is None:
        raise Refused(f"the archive has no entry {number}; 'rackwatch archive search --json' shows their numbers")
    return _of(entry)


def _archived(context: typer.Context, url: str) -> Document | None:
    """The entry with this address, where there is a working folder with an archive that knows it."""
    try:
        with existing_store(state_of(context).settings()) as store:
            entry = store.archive.entry_at(url) or store.archive.entry_at(canonical_url(url))
    except (FolderMissing, StorageError):
        return None
    return None if entry is None else _of(entry)


def _of(entry: FoundEntry) -> Document:
    return Document(
        title=entry.title,
        text=entry.text,
        url=entry.url,
        author=entry.author,
        language=entry.language,
        source=entry.source,
        tags=frozenset(entry.tags),
        date=entry.dated_at,
    )


async def _fetched(context: typer.Context, url: str, language: str | None) -> Document:
    from bot.documents.entries import NotAFeed  # noqa: PLC0415 - a text needs none of these
    from bot.documents.processes import ParserUnavailable  # noqa: PLC0415
    from bot.outside import build_fetcher, build_parsers  # noqa: PLC0415
    from bot.settings import Configuration  # noqa: PLC0415
    from bot.sources.fetch import ACCEPT_PAGE  # noqa: PLC0415
    from bot.sources.fetch_results import Fetched  # noqa: PLC0415

    try:
        config = state_of(context).settings().config
    except FolderMissing:
        config = Configuration.model_validate({})
    answer = await build_fetcher(config).get(url, accept=ACCEPT_PAGE)
    if not isinstance(answer, Fetched):
        raise Refused(f"{url} is not in the archive and cannot be fetched: {answer}")
    # What a stranger's page does to a parser, it does to a process with limits, as in the service.
    async with build_parsers(config, processes=1) as parsers:
        try:
            page = await parsers.article(answer.body, url=answer.url, content_type=answer.content_type)
        except ParserUnavailable as error:
            raise Refused(f"{url} was fetched but cannot be read: {error}") from error
    if isinstance(page, NotAFeed):
        raise Refused(f"{url}: {page.reason}")
    return Document(
        title=page.title,
        text=page.text,
        url=answer.url,
        author=page.author,
        language=language or page.language,
        date=page.published_at or utc_now(),
    )


def _tree(one: Explanation) -> Tree:
    mark, style = ("✔", "green") if one.matched else ("✘", "red")
    head = Text.assemble((f"{mark} {one.rule.full_name}", f"bold {style}"), (f"  {one.rule.priority.value}", "dim"))
    head.append(f"\n{'because' if one.matched else 'not, because'}: {one.reason}")
    tree = Tree(head, guide_style="dim")
    _grow(tree, one.tree)
    return tree


def _grow(tree: Tree, step: Step) -> None:
    line = Text.assemble(("✔ " if step.true else "✘ ", "green" if step.true else "red"), step.label)
    for evidence in step.found:
        line.append_text(Text.assemble("  ", (evidence.surface, "bold"), (f" {_where(evidence)}", "dim")))
    if step.note:
        line.append(f"  {step.note}", style="italic dim")
    branch = tree.add(line)
    for part in step.parts:
        _grow(branch, part)


def _where(evidence: Evidence) -> str:
    return f"({evidence.field}, character {evidence.start + 1})"


def _described(document: Document, found: list[Explanation]) -> dict[str, object]:
    return {
        "title": document.title,
        "url": document.url,
        "source": document.source,
        "language": found[0].language,
        "date": document.date,
    }


def _as_json(one: Explanation) -> dict[str, object]:
    return {
        "rule": one.rule.full_name,
        "priority": one.rule.priority,
        "version": one.rule.version,
        "matched": one.matched,
        "reason": one.reason,
        "tree": one.tree,
    }
