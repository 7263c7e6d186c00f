"""What is allowed in a rule file and yet most likely not meant."""

from collections.abc import Container, Iterator

from rules.files import RuleFile
from rules.problems import Problem, Severity
from rules.regexes import knows_only_ascii
from rules.yaml_source import PathSteps, YamlDocument


def lint(document: YamlDocument, file: RuleFile, used: Container[str]) -> Iterator[Problem]:
    """Warnings about one valid file; `used` holds the full names of all groups that some rule uses."""
    prefix = f"{file.watch}/" if file.watch else ""
    for name, group in file.terms.items():
        if prefix + name not in used:
            at = document.key_position(("terms", name))
            yield _warning(document, at, f"no rule uses the term group '{name}'")
        for key, terms in (("any", group.any), ("not", group.exceptions)):
            for number, term in enumerate(terms):
                yield from _term(document, ("terms", name, key, number), term)
    for number, rule in enumerate(file.rules):
        if not rule.tests.alert:
            at = document.position(("rules", number, "name"))
            yield _warning(document, at, f"the rule '{rule.name}' has no test of what it alerts on")
        for kind, count in (("alert", len(rule.tests.alert)), ("silent", len(rule.tests.silent))):
            for test in range(count):
                yield from _comment(document, ("rules", number, "tests", kind, test))


def _term(document: YamlDocument, path: PathSteps, term: str) -> Iterator[Problem]:
    if term.startswith("/") and knows_only_ascii(term):
        message = r"in a pattern, \b and \w know only the letters a-z"
        yield _warning(document, document.position(path), message, r"use [^\pL] and [\pL\pN]")
    yield from _comment(document, path)


def _comment(document: YamlDocument, path: PathSteps) -> Iterator[Problem]:
    comment = document.comment_after(path)
    # "# why" is a comment that its author spaced; "#1" and "#hashtag" were more likely part of the text.
    if comment and len(comment) > 1 and comment[1].isalnum():
        message = f"'{comment}' is a comment for YAML and no part of the text"
        yield _warning(document, document.position(path), message, "quote the text if it belongs to it")


def _warning(document: YamlDocument, at: tuple[int, int], message: str, hint: str | None = None) -> Problem:
    return Problem(file=document.file, line=at[0], column=at[1], message=message, hint=hint, severity=Severity.WARNING)
