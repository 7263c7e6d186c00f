"""Warnings: what is allowed and most likely not meant, and what must not be warned of."""

import pytest

from rules import RuleSet, load_texts
from tests.effort import processor_seconds
from tests.rules.builders import rule_file


def warnings(rules: RuleSet) -> list[str]:
    """The warnings with their places; that a rule has no test is another matter."""
    said = (str(warning).replace("warning: ", "") for warning in rules.warnings)
    return [line for line in said if "has no test of what it alerts on" not in line]


def of_group(inside: str) -> list[str]:
    """Warnings about one term group, whose mapping begins in column 14 of line 3."""
    text = f"watch: w\nterms:\n  it: {{{inside}}}\nrules:\n  - name: r\n    when: it\n"
    return [line.removeprefix("w.yaml:") for line in warnings(load_texts({"w.yaml": text}))]


def of_condition(when: str, **groups: str) -> list[str]:
    groups = {"a": "any: [Tesla]", "b": "any: [Twitter]", "nl": "variants: {nl: [plat]}"} | groups
    rules = load_texts({"w.yaml": rule_file({"r": when}, **groups)})
    return [line.split(": ", 1)[1] for line in warnings(rules) if "no rule uses" not in line]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("any: [Data Center, data-center]", "3:27: 'data-center' adds nothing: 'Data Center' finds it already"),
        ("any: [Rechenzentrum, Rechenzentr*]", "3:14: 'Rechenzentrum' adds nothing: 'Rechenzentr*' finds it already"),
        ("any: [data center, ~data~]", "3:14: 'data center' adds nothing: '~data~' finds it already"),
        ("any: [crash, crashes]", "3:21: 'crashes' adds nothing: 'crash' finds it already"),
        ("any: [incendio, incêndio]", "3:24: 'incêndio' adds nothing: 'incendio' finds it already"),
        ("any: [super computer, supercomputer]", "3:30: 'supercomputer' adds nothing: 'super computer' finds"),
        ("any: [x1, =X1]", "3:18: '=X1' adds nothing: 'x1' finds it already"),
        ("any: [=X, =X]", "3:18: '=X' stands here twice"),
        ("any: ['/SMF[0-9]/', '/SMF[0-9]/']", "3:28: '/SMF[0-9]/' stands here twice"),
        ("any: [storing], variants: {nl: [storing]}", "3:40: 'storing' stands here twice"),
        (
            "any: [servers, {term: server, inflect: false}, {term: server, inflect: false}]",
            "3:62: 'server' stands here twice",
        ),
        ("any: [Tesla*], not: [Tesla*]", "3:14: 'Tesla*' never counts: the phrase 'Tesla*' under 'not:' covers"),
        ("any: [Tesla, Nikola], not: [tesla]", "3:14: 'Tesla' never counts: the phrase 'tesla' under 'not:'"),
        (
            "any: [data center, center], not: [data center]",
            "3:14: 'data center' never counts: the phrase 'data center'",
        ),
        ("any: [server], not: [Mastodon instance]", "3:29: the phrase 'Mastodon instance' under 'not:' has no effect"),
        ("any: [Tesla], not: [Nikola]", "3:28: the phrase 'Nikola' under 'not:' has no effect"),
        ("any: [数据中心, 数据中心]", "3:20: '数据中心' stands here twice"),
    ],
)
def test_terms_that_say_nothing(inside: str, said: str) -> None:
    (warning,) = of_group(inside)
    assert warning.startswith(said)


@pytest.mark.parametrize(
    "inside",
    [
        "any: [=X, x1]",
        "any: [plat, {term: plate, inflect: false}]",
        "any: [Musk], variants: {ru: [Маск]}",
        "variants: {nl: [storing], de: [storing]}",
        "variants: {nl: [storing]}, any: [Störung]",
        "any: [云, 云服务]",  # shows the reader the whole word
        "any: [Tesla, Tesla Energy], not: [Nikola Tesla]",  # 'Nikola Tesla Energy' counts
        "any: [Rechenzentren, Rechenzentru*]",
        "any: [serwer], not: [awaria serwerów]",  # only a Polish form stands in it
        "any: [Aktien], not: [Tesla-Akti*]",
        "any: [~teil~], not: [Auto*]",
        "any: [Tesla], not: ['/(?i)tesla[- ]?v[0-9]+/']",
        "any: [/T.*a/], not: [anything]",
        "any: [X, Y1], not: [X-ray]",
        "any: [特斯拉], not: [英伟达特斯拉]",
    ],
)
def test_terms_that_are_meant(inside: str) -> None:
    assert of_group(inside) == []


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("a and not a", "the condition can never be true: it asks for a and not a"),
        ("title:a and not a", "the condition can never be true: it asks for title:a and not a"),
        ("title:a and b and not lead:a", "the condition can never be true: it asks for title:a and not lead:a"),
        ("a near b and not a", "the condition can never be true: it asks for a and not a"),
        ("a near/5 b and not b near/9 a", "it asks for a near/5 b and not b near/9 a"),
        ("a and lang:de and lang:fr", "the condition can never be true: it asks for lang:de and lang:fr"),
        ("a and source:heise and source:golem", "it asks for source:heise and source:golem"),
        ("a and tag:official and not tag:official", "it asks for tag:official and not tag:official"),
        ("a and lang:de-AT and not lang:de", "it asks for lang:de-AT and not lang:de"),
        ("nl and lang:de", "it asks for nl and lang:de"),
        ("(a or b) and not (a or b)", "the condition can never be true: it asks for a and not a"),
        ('a and not "Tesla"', 'the condition can never be true: it asks for a and not "Tesla"'),
        ('a and not "Tes*"', 'the condition can never be true: it asks for a and not "Tes*"'),
        ("b or (a and not a)", "this part of the condition can never be true: it asks for a and not a"),
    ],
)
def test_conditions_that_are_never_true(when: str, said: str) -> None:
    (warning,) = of_condition(when)
    assert said in warning


@pytest.mark.parametrize(
    "when",
    [
        "a and not title:a",
        "a and not text:b",
        "title:a and not text:a",
        "a and b and not a near b",
        "a near/9 b and not a near/5 b",
        "a and (lang:de or lang:fr)",
        "a and lang:zh and lang:zh-TW",
        "a and tag:official and tag:agency",
        "a and not (lang:de and lang:fr)",
        "nl and lang:nl",
        'a and not "Tesla stock"',
        "b and not nl",
        "(a or b) and not (a and b)",
    ],
)
def test_conditions_that_can_be_true(when: str) -> None:
    assert of_condition(when) == []


def test_a_condition_with_too_many_ways_is_left_unjudged() -> None:
    pairs = " and ".join(f'("x{n}" or "y{n}")' for n in range(12))
    assert of_condition(f"a and not a and {pairs}") == []


def test_groups_whose_exceptions_matter_are_not_taken_for_each_other() -> None:
    assert of_condition("a and not b", b="any: [Tesla], not: [Tesla V100]") == []


@pytest.mark.parametrize(
    ("when", "language"),
    [
        ('"/[a-z]/"', "en"),
        ('"the*"', "en"),
        ('"die" or "der" or "das"', "de"),
        ('"的" or "了" or "么"', "zh"),
        ('"the" and lang:en', "en"),
        ('url:"news" and not a', "en"),
    ],
)
def test_rules_that_match_nearly_everything(when: str, language: str) -> None:
    (warning,) = of_condition(when)
    assert "the rule matches nearly everything: " in warning
    assert f"of 4 ordinary texts ({language})" in warning


@pytest.mark.parametrize("when", ['"the*" near a', 'a or "data*"', '"/[a-z]/" and source:heise', '"=A"'])
def test_rules_that_match_little(when: str) -> None:
    assert of_condition(when) == []


def test_a_literal_with_the_name_of_a_group() -> None:
    assert of_condition('a and "data_center"', data_center="any: [server farm]") == [
        (
            '"data_center" in quotes is a text; the term group of this name is not asked'
            " (without quotes it is the group: data_center)"
        )
    ]
    shared = {"shared.yaml": "terms:\n  s: {any: [Dojo]}\n", "w.yaml": rule_file({"r": 's and "s"'})}
    assert any('"s" in quotes is a text' in line for line in warnings(load_texts(shared)))


def test_rules_with_the_same_condition() -> None:
    conditions = {"one": "a near b or title:a", "two": "title:a or b near a", "three": "a near/5 b or title:a"}
    text = rule_file(conditions, a="any: [Tesla]", b="any: [Twitter]")
    assert warnings(load_texts({"w.yaml": text})) == [
        "w.yaml:9:11: the rule 'one' has the same condition (remove one of them)"
    ]
    assert warnings(load_texts({"w.yaml": text.replace("near a'\n", "near a'\n    since: 2026-12-24\n")})) == []


@pytest.mark.parametrize(
    ("windows", "open_always"),
    [
        ("[mon-sun]", True),
        ("[mon-fri, sat-sun]", True),
        ("['22:00-07:00', '07:00-22:00']", True),
        ("['22:00-07:00', '08:00-22:00']", False),
        ("[tue-sun]", False),
        ("[mon-sat, 'sun 00:00-23:00']", False),
        ("[tue-sun, 'sun 12:00-11:00', 'mon 11:00-24:00']", True),
        ("[2026-12-24 to 2027-12-24]", False),
    ],
)
def test_windows_that_are_always_open(windows: str, open_always: bool) -> None:
    text = rule_file({"r": "a"}, a="any: [Tesla]") + f"    mute: {windows}\n"
    said = ["w.yaml:7:5: these windows are always open: the rule never alerts"] if open_always else []
    assert warnings(load_texts({"w.yaml": text})) == said


def test_terms_written_as_mappings_are_read_like_the_others() -> None:
    said = of_group("any: [{term: '/Ца\\b/', inflect: false}], variants: {de: [{term: Maschine, inflect: false}]}")
    assert all("in a pattern" in line for line in said)


def test_the_order_of_warnings_is_that_of_the_files() -> None:
    rules = load_texts(
        {"b.yaml": rule_file({"r": "a"}, watch="b", a="any: [x1, x1]"), "a.yaml": rule_file({"r": '"x"'})}
    )
    assert [warning.file for warning in rules.warnings] == ["a.yaml", "b.yaml", "b.yaml"]


def test_many_rules_and_one_large_group_are_read_in_little_time() -> None:
    """Nothing here grows with the square of the rules or terms: measured 0.2 ms a rule, 60 ms for 5,000 terms."""
    terms = ", ".join(f"word{number} part{number}" for number in range(5000))
    phrases = ", ".join(f"some word{number} part{number}" for number in range(5000))
    texts = {"w.yaml": rule_file({"r": "a"}, a=f"any: [{terms}], not: [{phrases}]")}
    assert processor_seconds(lambda: load_texts(texts), enough=5) < 5


WATCH = "watch: w\nterms:\n  own: {any: [Tesla]}\nrules:\n  - {name: r, when: own}\n"


def test_who_shares_terms_is_told_that_denials_are_not_answered() -> None:
    """Removed or renamed, the group is gone without any mistake in the files."""
    without = {"w.yaml": WATCH, "shared.yaml": "# mine\nterms:\n  deny: {any: [denies]}\n"}
    said = "no group 'denial' is shared: denials of what was told are not answered"
    (warning,) = [line for line in warnings(load_texts(without)) if "denial" in line]
    assert warning.startswith(f"shared.yaml:2:1: {said}")
    with_it = {"w.yaml": WATCH, "shared.yaml": "terms:\n  denial: {any: [denies]}\n"}
    assert warnings(load_texts(with_it)) == []
    assert warnings(load_texts({"w.yaml": WATCH})) == [], "a folder that shares nothing chose so"


def test_a_watch_s_own_group_of_denials_is_told_where_it_belongs() -> None:
    text = WATCH.replace("rules:", "  denial: {any: [denies]}\nrules:")
    (warning,) = warnings(load_texts({"w.yaml": text}))
    assert warning.startswith("w.yaml:4:3: the group 'denial' of a watch is not asked whether a headline denies")
    assert "without 'watch:'" in warning
