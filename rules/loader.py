"""Rule files → a RuleSet, or every mistake of every file."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rules.condition import OPERATORS, Condition, Filter, Group, Literal, quoted, to_text, walk
from rules.condition_parser import BadCondition, parse_condition
from rules.errors import RulesInvalid
from rules.files import RuleFile, RuleInFile, TermInFile, TestInFile, parse_moment
from rules.languages import CODES
from rules.lint import lint
from rules.model import Document, Rule, RuleSet, TermGroup, TestCase, Watch
from rules.problems import Problem, did_you_mean
from rules.required import required
from rules.salvage import salvage
from rules.terms import BadTerm, Term, parse_term
from rules.validation import validate
from rules.windows import parse_window
from rules.yaml_source import PathSteps, YamlDocument, parse_yaml, quote, read_yaml

__all__ = [
    "Rule",
    "RuleSet",
    "Watch",
    "load_files",
    "load_folder",
    "load_texts",
    "rule_files",
    "shipped_watches",
]

_HINTED = 50  # mistakes that get a "did you mean": each compares with every name, and nobody reads more
_COMMENT = "' #' starts a comment in YAML: quote the whole text"


def shipped_watches() -> Path:
    """The folder of the rule files that come with the program."""
    return Path(__file__).parent / "watches"


def load_folder(folder: Path) -> RuleSet:
    """Load every rule file below `folder`; raises RulesInvalid with every problem of every file."""
    found = rule_files(folder)
    if not found:
        message = "there is no folder here" if not folder.is_dir() else "no rule file (*.yaml) in this folder"
        hint = "'rackwatch init' writes a working folder with two watches"
        raise RulesInvalid([Problem(file=str(folder), line=1, column=1, message=message, hint=hint)])
    return load_files({path.relative_to(folder).as_posix(): path for path in found})


def rule_files(folder: Path) -> list[Path]:
    """Every *.yaml and *.yml below `folder`, in order; hidden files and folders (.git, .github) are left out."""
    found = (path for path in folder.rglob("*.y*ml") if path.suffix in {".yaml", ".yml"} and path.is_file())
    return sorted(path for path in found if not any(part[0] == "." for part in path.relative_to(folder).parts))


def load_files(files: Mapping[str, Path]) -> RuleSet:
    """Load these files, by the names that messages shall call them; raises RulesInvalid."""
    return _load([read_yaml(path, name) for name, path in files.items()])


def load_texts(files: Mapping[str, str]) -> RuleSet:
    """Load rule files from their contents, by name; raises RulesInvalid."""
    if not files:
        raise RulesInvalid([Problem(file="rules", line=1, column=1, message="there is no rule file")])
    return _load([parse_yaml(text, name) for name, text in sorted(files.items())])


@dataclass(slots=True)
class _Loading:
    """What is known while files are put together."""

    problems: list[Problem] = field(default_factory=list)
    parsed: list[tuple[YamlDocument, RuleFile]] = field(default_factory=list)
    shared: dict[str, tuple[TermGroup, str]] = field(default_factory=dict)  # name → group, place
    watches: dict[str, str] = field(default_factory=dict)  # key → place
    groups: dict[str, TermGroup] = field(default_factory=dict)  # by full name
    used: set[str] = field(default_factory=set)
    rules: list[Rule] = field(default_factory=list)


def _load(documents: list[YamlDocument]) -> RuleSet:
    loading = _Loading()
    for document in documents:
        _check_file(document, loading)
    for document, file in loading.parsed:
        if file.watch is None:
            _share_terms(document, file, loading)
    for document, file in loading.parsed:
        if file.watch is not None:
            _load_watch(document, file, file.watch, loading)
    if not loading.problems and not loading.rules:
        loading.problems.append(documents[0].problem((1, 1), "no file holds a rule", "add 'watch:' and 'rules:'"))
    if loading.problems:
        raise RulesInvalid(loading.problems)
    files = {document.file: document.text for document in documents}
    return RuleSet(
        version=_hash(files),
        files=files,
        watches=tuple(dict.fromkeys(rule.watch for rule in loading.rules)),
        rules=tuple(loading.rules),
        groups=tuple(loading.groups.values()),
        lint=partial(lint, loading.parsed, loading.rules, loading.groups, loading.used),
    )


def _check_file(document: YamlDocument, loading: _Loading) -> None:
    problems = loading.problems
    problems.extend(document.problems)
    if document.problems and document.data is None:
        return
    if document.data is None:
        problems.append(document.problem((1, 1), "the file is empty", "a rule file begins with 'watch:'"))
        return
    file, found = validate(document, RuleFile)
    problems.extend(found)
    file = file or salvage(document.data)
    if file is None:
        return
    loading.parsed.append((document, file))
    if found:
        return
    if file.watch is None and file.rules:
        at = document.key_position(("rules",))
        problems.append(document.problem(at, "rules without a watch", "begin the file with 'watch: name'"))
    elif file.watch is not None and not file.rules:
        at = document.key_position(("watch",))
        problems.append(document.problem(at, f"the watch '{file.watch}' has no rules"))
    elif file.watch is None and not file.terms:
        problems.append(document.problem((1, 1), "neither a watch nor terms in this file"))


def _share_terms(document: YamlDocument, file: RuleFile, loading: _Loading) -> None:
    for name, group in _groups(document, file, "", loading).items():
        line, _ = at = document.key_position(("terms", name))
        if name in loading.shared:
            where = loading.shared[name][1]
            loading.problems.append(document.problem(at, f"duplicate term group '{name}'", f"first in {where}"))
            continue
        loading.shared[name] = (group, f"{document.file}:{line}")


def _load_watch(document: YamlDocument, file: RuleFile, key: str, loading: _Loading) -> None:
    at = document.position(("watch",))
    if key in loading.watches:
        message = f"duplicate watch '{key}'"
        loading.problems.append(document.problem(at, message, f"first in {loading.watches[key]}"))
        return
    loading.watches[key] = f"{document.file}:{at[0]}"
    local = _groups(document, file, f"{key}/", loading)
    for name in local:
        if name in loading.shared:
            place = document.key_position(("terms", name))
            hint = f"it is shared by {loading.shared[name][1]}; give one of them another name"
            loading.problems.append(document.problem(place, f"duplicate term group '{name}'", hint))
    groups = {name: group for name, (group, _) in loading.shared.items()} | local
    watch = Watch(key=key, title=file.title or key)
    lines: dict[str, int] = {}
    for number, written in enumerate(file.rules):
        path: PathSteps = ("rules", number)
        line, _ = at = document.position((*path, "name"))
        if written.name in lines:
            hint = f"first on line {lines[written.name]}"
            loading.problems.append(document.problem(at, f"duplicate rule '{key}/{written.name}'", hint))
        lines.setdefault(written.name, line)
        rule = _rule(document, path, written, watch, groups, loading)
        if rule is not None:
            loading.rules.append(rule)


def _groups(document: YamlDocument, file: RuleFile, prefix: str, loading: _Loading) -> dict[str, TermGroup]:
    groups: dict[str, TermGroup] = {}
    for name, written in file.terms.items():
        path: PathSteps = ("terms", name)
        terms = _terms(document, (*path, "any"), written.any, loading)
        for language, variants in written.variants.items():
            terms += _terms(document, (*path, "variants", language), variants, loading, language)
        if not written.any and not written.variants:
            at = document.key_position(path)
            loading.problems.append(document.problem(at, f"the term group '{name}' has no terms"))
        exceptions = _terms(document, (*path, "not"), written.exceptions, loading)
        groups[name] = TermGroup(name=f"{prefix}{name}", terms=terms, exceptions=exceptions)
        loading.groups[prefix + name] = groups[name]
    return groups


def _terms(
    document: YamlDocument,
    path: PathSteps,
    written: Sequence[str | TermInFile],
    loading: _Loading,
    language: str | None = None,
) -> tuple[Term, ...]:
    terms: list[Term] = []
    for number, item in enumerate(written):
        text, inflect = (item, True) if isinstance(item, str) else (item.term, item.inflect)
        try:
            terms.append(parse_term(text, inflect=inflect, language=language))
            _refuse_cut_text(document, (*path, number), loading)
        except BadTerm as bad:
            at = document.position((*path, number))
            hint = _COMMENT if document.comment_after((*path, number)) else bad.hint
            loading.problems.append(document.problem(at, str(bad), hint))
    return tuple(terms)


def _rule(
    document: YamlDocument,
    path: PathSteps,
    written: RuleInFile,
    watch: Watch,
    groups: dict[str, TermGroup],
    loading: _Loading,
) -> Rule | None:
    when = (*path, "when")
    try:
        condition = parse_condition(written.when)
    except BadCondition as bad:
        hint = _misread(document, when, written.when, bad) or bad.hint
        loading.problems.append(document.problem(document.position_in(when, bad.at), str(bad), hint))
        return None
    _refuse_cut_text(document, when, loading)
    if written.since and written.until and parse_moment(written.since) >= parse_moment(written.until, end=True):
        at = document.position((*path, "until"))
        loading.problems.append(document.problem(at, f"the rule ends ({written.until}) before it begins"))
    used, mistakes = _resolve(condition, watch, groups, hints=len(loading.problems) < _HINTED)
    for mistake in mistakes:
        at = document.position_in(when, mistake.at)
        loading.problems.append(document.problem(at, str(mistake), mistake.hint))
    loading.used.update(group.name for group in used.values())
    line, column = document.position(path)
    return Rule(
        watch=watch,
        name=written.name,
        condition=condition,
        groups=used,
        priority=written.priority,
        after_publishers=written.notify.voices,
        mute=tuple(parse_window(window) for window in written.mute),
        since=parse_moment(written.since) if written.since else None,
        until=parse_moment(written.until, end=True) if written.until else None,
        version=_version(watch, written, condition, used),
        tests=_tests(document, path, written, loading),
        file=document.file,
        line=line,
        column=column,
    )


def _resolve(
    condition: Condition, watch: Watch, groups: dict[str, TermGroup], *, hints: bool
) -> tuple[dict[str, TermGroup], list[BadCondition]]:
    used: dict[str, TermGroup] = {}
    mistakes: list[BadCondition] = []
    for node in walk(condition):
        if isinstance(node, Group):
            if node.name in groups:
                used[node.name] = groups[node.name]
                continue
            near = did_you_mean(node.name, groups) if hints else None
            hint = near or f'a literal stands in quotes: "{node.name}"'
            mistakes.append(BadCondition(f"unknown term group '{node.name}'", node.at, hint))
        elif isinstance(node, Literal):
            try:
                term = parse_term(node.text)
            except BadTerm as bad:
                mistakes.append(BadCondition(str(bad), node.at, bad.hint))
                continue
            name = to_text(node)
            used[name] = TermGroup(name=f"{watch.key}/{name}", terms=(term,))
        elif isinstance(node, Filter) and node.kind == "lang" and node.value.lower().split("-")[0] not in CODES:
            hint = "two letters, such as lang:de"
            mistakes.append(BadCondition(f"'{node.value}' is no language code", node.at, hint))
    if required(condition) is None:
        hint = "join it with a term: … and some_group"
        mistakes.append(BadCondition("the condition can be true without any term", 0, hint))
    return used, mistakes


def _refuse_cut_text(document: YamlDocument, path: PathSteps, loading: _Loading) -> None:
    """A text that YAML ended at ' #'. "# why" is a comment that its author spaced; "#1" was part of the text."""
    comment = document.comment_after(path)
    if comment and (comment == "#" or comment[1].isalnum() or comment[1:].split()[0] in OPERATORS):
        message = f"'{comment}' is a comment for YAML and no part of the text"
        hint = (
            "quote the whole text" if comment[1:2] == " " else "quote the whole text; a comment has a space behind '#'"
        )
        loading.problems.append(document.problem(document.position(path), message, hint))


def _misread(document: YamlDocument, path: PathSteps, text: str, bad: BadCondition) -> str | None:
    """What YAML took away before the condition was read: a comment, or the quotes of a literal."""
    at_the_end = bad.at >= text.rstrip().rfind(" ") or "never closed" in str(bad)
    if document.comment_after(path) and at_the_end:
        return _COMMENT
    if document.style(path) in {"single", "double"} and not any(sign in text for sign in "\"'():"):
        return f"YAML took the quotes; a literal needs its own: {quote(quoted(text))}"
    return None


def _tests(document: YamlDocument, path: PathSteps, written: RuleInFile, loading: _Loading) -> tuple[TestCase, ...]:
    cases: list[TestCase] = []
    for kind, texts in (("alert", written.tests.alert), ("silent", written.tests.silent)):
        for number, text in enumerate(texts):
            _refuse_cut_text(document, (*path, "tests", kind, number), loading)
            line, column = document.position((*path, "tests", kind, number))
            test = TestInFile(title=text) if isinstance(text, str) else text
            values = test.model_dump() | {
                "tags": frozenset(test.tags),
                "date": parse_moment(test.date) if test.date else None,
            }
            cases.append(
                TestCase(
                    document=Document(**values), alert=kind == "alert", file=document.file, line=line, column=column
                )
            )
    return tuple(cases)


def _version(watch: Watch, written: RuleInFile, condition: Condition, used: dict[str, TermGroup]) -> str:
    words = {
        name: [[_identity(term) for term in terms] for terms in (group.terms, group.exceptions)]
        for name, group in used.items()
    }
    rest = written.model_dump(mode="json", include={"notify", "mute", "since", "until"})
    return _hash([watch.key, written.name, written.priority.value, to_text(condition), words, rest])


def _identity(term: Term) -> list[object]:
    return [term.written, term.inflects, term.language]


def _hash(value: object) -> str:
    """Twelve hex digits: enough that two versions of one rule never meet, short enough to read aloud."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:12]
