"""How a failing test of a rule is shown: its text with what was found, why, and what was not found."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from bot.cli.output import out
from bot.cli.rules.marked import marked, plain_line
from rules import Evidence
from rules.report import Ran, described, findings


def show_failure(one: Ran) -> None:
    """The rule and the place; the text with what was found; why; what was found and what was not."""
    case, explanation = one.case, one.explanation
    expected = "must alert, and was silent" if case.test.alert else "must be silent, and alerted"
    out.print(Text.assemble(("✘ ", "red"), (case.rule.full_name, "bold"), f" {expected}"), soft_wrap=True)
    place = f"{case.test.file}:{case.test.line}:{case.test.column}"
    out.print(Text.assemble("  ", (place, "dim")), soft_wrap=True)
    for text in _texts(one):
        print_hanging("  ", text)
    if explanation is not None:
        found = findings(explanation)
        rows = [("because", explanation.reason)]
        rows += [("found" if part.there else "not found", described(part)) for part in found]
        last = ""
        for label, said in rows:
            print_hanging(f"  {label if label != last else '':<10} ", Text(plain_line(said)))
            last = label
    out.print()


def evidence_of(one: Ran) -> list[Evidence]:
    """What the alert of a rule that should be silent rests on; else whatever parts of the condition found."""
    if one.case.match is not None:
        return list(one.case.match.evidence)
    steps = [one.explanation.tree] if one.explanation is not None else []
    found: dict[Evidence, None] = {}
    while steps:
        step = steps.pop()
        found |= dict.fromkeys(step.found)
        steps += step.parts
    return list(found)


def _texts(one: Ran) -> list[Text]:
    """Title and text, and whatever else of the document something was found in."""
    document, evidence = one.case.test.document, evidence_of(one)
    lines = []
    for field in ("title", "text", "url", "author"):
        value: str = getattr(document, field)
        spans = [(item.start, item.end) for item in evidence if item.field == field]
        if value and (spans or field in {"title", "text"}):
            lines.append(marked(value, spans))
    return lines


def print_hanging(lead: str, text: Text) -> None:
    """In a terminal the lines below the first are indented like it; elsewhere one line stays one."""
    if not out.is_terminal:
        out.print(Text(lead).append_text(text), soft_wrap=True)
        return
    grid = Table.grid()
    grid.add_column(width=len(lead))
    grid.add_column(overflow="fold")
    grid.add_row(Text(lead, style="dim"), text)
    out.print(grid)
