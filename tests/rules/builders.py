"""Small rule sets for tests."""

from rules import Document, Judgement, Matcher, RuleSet, load_texts
from rules.yaml_source import quote


def one_rule(when: str, *, name: str = "rule", watch: str = "w", **groups: str) -> RuleSet:
    """A rule set of one rule; each group is the inside of its mapping, such as "any: [Tesla]"."""
    return load_texts({f"{watch}.yaml": rule_file({name: when}, watch=watch, **groups)})


def rule_file(rules: dict[str, str], *, watch: str = "w", **groups: str) -> str:
    """The text of a rule file with these conditions."""
    terms = "".join(f"  {name}: {{{inside}}}\n" for name, inside in groups.items())
    written = "".join(f"  - name: {name}\n    when: {quote(when)}\n" for name, when in rules.items())
    return f"watch: {watch}\n" + (f"terms:\n{terms}" if terms else "") + f"rules:\n{written}"


def judge(rules: RuleSet, title: str, text: str = "", **fields: str) -> Judgement:
    """Judge one document."""
    return Matcher(rules).judge(Document(title=title, text=text, **fields))  # type: ignore[arg-type]


def term_found(term: str, text: str) -> list[str]:
    """What a term finds in a title."""
    judgement = judge(one_rule("it", it=f"any: [{quote(term)}]"), text)
    return [evidence.surface for match in judgement.matches for evidence in match.evidence]
