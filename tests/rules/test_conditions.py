"""Conditions: what they mean, and that printing and parsing them are inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Document, Matcher
from rules.condition import And, Condition, Filter, Group, InField, Literal, Near, Not, Or, to_text
from rules.condition_parser import BadCondition, parse_condition
from tests.rules.builders import judge, one_rule

ABC = {"a": "any: [aaa]", "b": "any: [bbb]", "c": "any: [ccc]"}
FILLER = "word " * 24


@pytest.mark.parametrize(
    ("when", "title", "text", "matches"),
    [
        ("a and b", "aaa bbb", "", True),
        ("a and b", "aaa", "", False),
        ("a or b", "bbb", "", True),
        ("a and not b", "aaa bbb", "", False),
        ("a and not b", "aaa", "", True),
        ("a or b and c", "aaa", "", True),
        ("(a or b) and c", "aaa", "", False),
        ("a and not b near c", "aaa bbb", "", True),
        ("a near b", "aaa", "bbb", True),
        ("a near b", f"aaa {FILLER} bbb", "", True),
        ("a near b", f"bbb {FILLER} aaa", "", True),
        ("a near b", f"aaa {FILLER} word bbb", "", False),
        ("a near/1 b", "aaa bbb", "", True),
        ("a near/1 b", "aaa x bbb", "", False),
        ("a near/2 (b or c)", "aaa x ccc", "", True),
        ("title:a", "", "aaa", False),
        ("title:a", "aaa", "", True),
        ("text:a", "aaa", "", False),
        ("text:a", "", "aaa", True),
        ("lead:a", "", "word " * 59 + "aaa", True),
        ("lead:a", "", "word " * 60 + "aaa", False),
        ("lead:a", "aaa", "word " * 60, True),
        ("lead:(a near b)", "aaa", "bbb", True),
        ("title:a and b", "aaa", "bbb", True),
        ('"two words" near a', "two-words aaa", "", True),
        ("'it''s' and a", "it's aaa", "", True),
    ],
)
def test_meaning(when: str, title: str, text: str, *, matches: bool) -> None:
    assert bool(judge(one_rule(when, **ABC), title, text).matches) is matches


def test_two_wide_characters_are_one_word() -> None:
    rules = one_rule("a near/3 b", a="any: [中]", b="any: [心]")
    assert judge(rules, "中一一一一一心").matches  # five between, six half words: three words
    assert not judge(rules, "中一一一一一一心").matches


@pytest.mark.parametrize(
    ("when", "matches"),
    [
        ("a and lang:de", True),
        ("a and lang:fr", False),
        ("a and source:ELECTREK", True),
        ('a and source:"electrek"', True),
        ("a and tag:official", True),
        ("a and not tag:official", False),
        ("a and url:b", True),
        ("b", False),
        ("a and author:c", True),
    ],
)
def test_filters_and_other_fields(when: str, *, matches: bool) -> None:
    document = Document(
        title="aaa",
        url="https://site.example/2024/bbb-news",
        author="C. Ccc",
        language="de-AT",
        source="electrek",
        tags=frozenset({"official"}),
    )
    assert bool(Matcher(one_rule(when, **ABC)).judge(document).matches) is matches


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("a and(b or c)", "a and (b or c)"),
        ("((a)) or ((b or c))", "a or b or c"),
        ("not (a near/25 b)", "not a near b"),
        ("not (a and b)", "not (a and b)"),
        ("lead:(a)", "lead:a"),
        ("lead:(not a)", "lead:(not a)"),
        ("'say \"x\"'", '"say ""x"""'),
        ("a and source:'my site'", 'a and source:"my site"'),
    ],
)
def test_prints_plainly(written: str, printed: str) -> None:
    assert to_text(parse_condition(written)) == printed


names = st.sampled_from(["a", "b_2", "größe", "data-center"]).map(Group)
literals = st.text(min_size=1).filter(str.strip).map(Literal)
filters = st.builds(Filter, st.sampled_from(["lang", "source", "tag"]), st.text(min_size=1).filter(str.strip))
operands = st.one_of(names, literals, st.lists(names | literals, min_size=2, max_size=3).map(lambda p: Or(tuple(p))))
nears = st.builds(Near, operands, operands, st.integers(1, 1000))


def _many(kind: type[And] | type[Or], inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    parts = inner.filter(lambda part: not isinstance(part, kind))
    return st.lists(parts, min_size=2, max_size=3).map(lambda many: kind(tuple(many)))


def _inside(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.one_of(_many(And, inner), _many(Or, inner), inner.map(Not))


plain = st.recursive(names | literals | filters | nears, _inside, max_leaves=6)
fields = st.builds(InField, st.sampled_from(["title", "lead", "url"]), plain)
conditions = st.recursive(plain | fields, _inside, max_leaves=6)


@given(conditions)
def test_parse_undoes_print(condition: Condition) -> None:
    assert parse_condition(to_text(condition)) == condition


@given(st.text(alphabet="ab ()\"':/near.notlead,#*\n"))
def test_any_text_is_a_condition_or_a_located_mistake(text: str) -> None:
    mistake = None
    try:
        parse_condition(text)
    except BadCondition as bad:
        mistake = bad
    assert mistake is None or 0 <= mistake.at <= len(text)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadCondition, match="nested deeper"):
        parse_condition("(" * 10_000 + "a")


def test_a_filters_value_that_begins_with_a_hyphen_is_printed_in_quotes() -> None:
    condition = Filter(kind="tag", value="-x", at=0)
    assert to_text(condition) == 'tag:"-x"'
    assert parse_condition(to_text(condition)) == condition
