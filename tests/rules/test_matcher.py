"""Matches, their evidence and their reasons."""

from hypothesis import given
from hypothesis import strategies as st

from rules import Document, Matcher, Priority, load_texts
from tests.rules.builders import judge, one_rule, rule_file

TESLA = "any: [Tesla, 特斯拉]"
CENTER = "any: [data center, Daten-Zentr*, 数据中心]"


def test_a_match_says_what_where_and_why() -> None:
    rules = one_rule("lead:(tesla near center)", tesla=TESLA, center=CENTER)
    judgement = judge(rules, "Größe zählt: Tesla", "Neue Daten-Zentren.")
    (match,) = judgement.matches
    assert (match.watch, match.rule, match.full_name, match.watch_title) == ("w", "rule", "w/rule", "w")
    assert match.priority is Priority.NORMAL
    assert match.reason == "Tesla near Daten-Zentren, in the lead"
    assert [(e.field, e.start, e.end, e.surface, e.term, e.group) for e in match.evidence] == [
        ("title", 13, 18, "Tesla", "Tesla", "w/tesla"),
        ("text", 5, 18, "Daten-Zentren", "Daten-Zentr*", "w/center"),
    ]
    assert judgement.groups == {"w/tesla", "w/center"}


def test_near_shows_the_closest_pair() -> None:
    rules = one_rule("tesla near center", tesla=TESLA, center=CENTER)
    (match,) = judge(rules, "Tesla and one more Tesla data center").matches
    assert [one.start for one in match.evidence] == [19, 25]


def test_groups_are_told_without_a_match() -> None:
    rules = one_rule("tesla and center", tesla=TESLA, center=CENTER)
    judgement = judge(rules, "Tesla only")
    assert not judgement.matches
    assert judgement.groups == {"w/tesla"}
    assert judge(rules, "nothing here") == judge(rules, "")


def test_priorities_compare_by_rank() -> None:
    assert sorted(Priority, key=lambda priority: priority.rank) == ["high", "normal", "low"]


def test_a_result_does_not_depend_on_other_rules() -> None:
    mine = rule_file({"one": "tesla near center"}, watch="mine", tesla=TESLA, center=CENTER)
    other = rule_file({"two": "not_tesla or x"}, watch="other", not_tesla="any: [Tes*, =Tesla]", x="any: [/T../]")
    alone, together = load_texts({"mine.yaml": mine}), load_texts({"mine.yaml": mine, "other.yaml": other})
    title = "Tesla data center"
    (wanted,) = judge(alone, title).matches
    assert [match for match in judge(together, title).matches if match.watch == "mine"] == [wanted]
    assert {match.watch for match in judge(together, title).matches} == {"mine", "other"}


def test_a_rules_version_follows_its_words_and_nothing_else() -> None:
    def version(when: str, words: str, more: str = "") -> str:
        return one_rule(when, tesla=words, unused=f"any: [x{more}]").rules[0].version

    first = version("tesla", "any: [Tesla]")
    assert version("(tesla)", "any: [Tesla]", more="y") == first
    assert version("tesla", "any: [Tesla, Teslas]") != first
    assert version("lead:tesla", "any: [Tesla]") != first


def test_many_documents_share_one_matcher() -> None:
    matcher = Matcher(one_rule("tesla", tesla=TESLA))
    assert [bool(matcher.judge(Document(title=title)).matches) for title in ("Tesla", "Opel", "特斯拉")] == [
        True,
        False,
        True,
    ]


SPOTS = [
    "Tesla",
    "特斯拉",
    "ＴＥＳＬＡ",
    "Tes\u00adla",
    "x",
    "data center",
    "/r1",
    "ß",
    "数据中心",
    "Daten\u200b-Zentren",
]


@given(st.lists(st.sampled_from(SPOTS) | st.text(max_size=5)), st.text(max_size=3))
def test_every_span_cuts_its_surface(parts: list[str], glue: str) -> None:
    text = glue.join(parts)
    rules = one_rule("tesla or center or r", tesla=TESLA, center=CENTER, r='any: ["/r[0-9]/"]')
    for match in judge(rules, text, text).matches:
        for one in match.evidence:
            assert one.surface == text[one.start : one.end] != ""
