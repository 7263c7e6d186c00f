"""What is allowed in a rule file and yet most likely not meant."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain

from rules.condition import And, Condition, InField, Literal, Near, Not, Or, to_text, walk
from rules.contradictions import impossible
from rules.coverage import idle_phrases, never_counting, shadowed
from rules.files import RuleFile, RuleInFile, TermInFile, TermsInFile
from rules.model import DENIAL, Rule, TermGroup
from rules.ordinary import matching_nearly_all
from rules.problems import Problem, Severity
from rules.text import words
from rules.windows import Window
from rules.yaml_source import PathSteps, YamlDocument

_LOST = "+#$%@"  # signs that people write into names: C++, C#, $TSLA
_WEEK = timedelta(days=7)
_MONDAY = date(2024, 1, 1)  # of any week


def lint(
    parsed: Sequence[tuple[YamlDocument, RuleFile]],
    rules: Sequence[Rule],
    groups: Mapping[str, TermGroup],
    used: Collection[str],
) -> Iterator[Problem]:
    """Warnings about valid files; `groups` are all term groups by full name, `used` the names of those in use."""
    by_name = {rule.full_name: rule for rule in rules}
    greedy = {found.rule.full_name: found for found in matching_nearly_all(rules)}
    shared = {name for name in groups if "/" not in name}
    yield from _denial(parsed, shared)
    for document, file in parsed:
        prefix = f"{file.watch}/" if file.watch else ""
        for name, written in file.terms.items():
            if prefix + name not in used and name != DENIAL:  # stories use that one
                at = document.key_position(("terms", name))
                yield _warning(document, at, f"no rule uses the term group '{name}'")
            yield from _group(document, ("terms", name), written, groups[prefix + name])
        known = shared | set(file.terms)
        conditions: dict[tuple[object, ...], str] = {}
        for number, in_file in enumerate(file.rules):
            path: PathSteps = ("rules", number)
            rule = by_name[prefix + in_file.name]
            yield from _tests(document, path, in_file)
            yield from _condition(document, path, rule, known)
            yield from _duplicate(document, path, rule, conditions)
            if rule.full_name in greedy:
                yield _warning(document, document.position((*path, "when")), str(greedy[rule.full_name]))
            if rule.mute and _always_open(rule.mute):
                at = document.key_position((*path, "mute"))
                yield _warning(document, at, "these windows are always open: the rule never alerts")


def _denial(parsed: Sequence[tuple[YamlDocument, RuleFile]], shared: Collection[str]) -> Iterator[Problem]:
    """Who shares terms and has no shared group of that name took it out, or wrote it where stories do not look."""
    if DENIAL in shared:
        return
    for document, file in parsed:
        if file.watch and DENIAL in file.terms:
            at = document.key_position(("terms", DENIAL))
            message = f"the group '{DENIAL}' of a watch is not asked whether a headline denies"
            yield _warning(document, at, message, "move it to a file without 'watch:'")
            return
    for document, file in parsed:
        if file.watch is None:
            at = document.key_position(("terms",))
            message = f"no group '{DENIAL}' is shared: denials of what was told are not answered"
            yield _warning(
                document, at, message, "'rackwatch init' in an empty folder writes one into shared-terms.yaml"
            )
            return


def _group(document: YamlDocument, path: PathSteps, written: TermsInFile, group: TermGroup) -> Iterator[Problem]:
    terms = [
        *_places((*path, "any"), written.any),
        *chain.from_iterable(_places((*path, "variants", code), own) for code, own in written.variants.items()),
    ]
    phrases = _places((*path, "not"), written.exceptions)
    for place, text in (*terms, *phrases):
        if text[0] not in "/=" and any(sign in _LOST for sign in text):
            said = " ".join(word.text for word in words(text))
            message = f"signs are no part of a term: '{text}' finds every '{said}'"
            yield _warning(document, document.position(place), message, f"={text} is found with its signs")
    for number, phrase in never_counting(group):
        place, text = terms[number]
        message = f"'{text}' never counts: the phrase '{phrases[phrase][1]}' under 'not:' covers it everywhere"
        yield _warning(document, document.position(place), message)
    for number, other in shadowed(group):
        place, text = terms[number]
        at = document.position(place)
        first = terms[other][1]
        message = (
            f"'{text}' adds nothing: '{first}' finds it already" if text != first else f"'{text}' stands here twice"
        )
        yield _warning(document, at, message, "remove one")
    for number in idle_phrases(group):
        place, text = phrases[number]
        message = f"the phrase '{text}' under 'not:' has no effect: no term of the group stands in it"
        yield _warning(document, document.position(place), message, "write the phrase whole, the term included")


def _places(path: PathSteps, written: Sequence[str | TermInFile]) -> list[tuple[PathSteps, str]]:
    """Where each term stands, and the term."""
    return [
        ((*path, number), term) if isinstance(term, str) else ((*path, number, "term"), term.term)
        for number, term in enumerate(written)
    ]


def _tests(document: YamlDocument, path: PathSteps, rule: RuleInFile) -> Iterator[Problem]:
    if not rule.tests.alert:
        at = document.position((*path, "name"))
        yield _warning(document, at, f"the rule '{rule.name}' has no test of what it alerts on")


def _condition(document: YamlDocument, path: PathSteps, rule: Rule, names: Collection[str]) -> Iterator[Problem]:
    when = (*path, "when")
    for node in walk(rule.condition):
        if isinstance(node, Literal) and node.text in names:
            at = document.position_in(when, node.at)
            message = f"{to_text(node)} in quotes is a text; the term group of this name is not asked"
            yield _warning(document, at, message, f"without quotes it is the group: {node.text}")
    for part, clash in impossible(rule):
        what = "the condition" if part == rule.condition else "this part of the condition"
        at = document.position_in(when, part.at)
        yield _warning(document, at, f"{what} can never be true: it asks for {clash}")


def _duplicate(
    document: YamlDocument, path: PathSteps, rule: Rule, conditions: dict[tuple[object, ...], str]
) -> Iterator[Problem]:
    """Equal conditions may be meant where the rules judge other times, alert at other times, or wait for publishers."""
    windows = tuple(window.written for window in rule.mute)
    key = (_canonical(rule.condition), rule.since, rule.until, windows, rule.after_publishers)
    first = conditions.setdefault(key, rule.name)
    if first != rule.name:
        at = document.position((*path, "when"))
        yield _warning(document, at, f"the rule '{first}' has the same condition", "remove one of them")


def _canonical(condition: Condition) -> str:
    """The condition as text, the same for every order of its parts."""
    match condition:
        case And(parts=parts) | Or(parts=parts):
            word = " and " if isinstance(condition, And) else " or "
            return f"({word.join(sorted(set(map(_canonical, parts))))})"
        case Near(left=left, right=right, within=within):
            return f"({f' near/{within} '.join(sorted((_canonical(left), _canonical(right))))})"
        case Not(inner=inner):
            return f"not {_canonical(inner)}"
        case InField(name=name, inner=inner):
            return f"{name}:{_canonical(inner)}"
        case _:
            return to_text(condition)


def _always_open(windows: Sequence[Window]) -> bool:
    """Whether the windows without dates leave no minute of the week."""
    weekly = [window for window in windows if window.dates is None]
    opens = sorted(
        (start, start + window.length)
        for window in weekly
        for day in window.days
        for start in (datetime.combine(_MONDAY + timedelta(days=day), window.start),)
    )
    opens = [(start - _WEEK, end - _WEEK) for start, end in opens] + opens  # Sunday's night ends on Monday
    reached = datetime.combine(_MONDAY, time())
    week_end = reached + _WEEK
    for start, end in opens:
        if start > reached:
            break
        reached = max(reached, end)
    return reached >= week_end


def _warning(document: YamlDocument, at: tuple[int, int], message: str, hint: str | None = None) -> Problem:
    return Problem(file=document.file, line=at[0], column=at[1], message=message, hint=hint, severity=Severity.WARNING)
