"""What holds for every text and every rule."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Document, Explainer, Matcher, fold, load_folder, load_texts, shipped_watches, words
from tests.effort import processor_seconds
from tests.rules.builders import rule_file

SHIPPED = load_folder(shipped_watches())
MATCHER = Matcher(SHIPPED)
EXPLAINER = Explainer(SHIPPED)
WORDS = [term.body for group in SHIPPED.groups for term in group.terms if term.patterns]

# Texts of what rules look for, of any Unicode at all, and of signs that stand between words.
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=12) | st.sampled_from(" -\u00ad’.,\n\u3000\u200b")).map(
    "".join
)


@given(texts, texts, st.sampled_from([None, "de", "en", "ru", "zh-Hant", "xx", ""]))
@settings(max_examples=150, deadline=None)  # the first text of a language builds its forms
def test_no_text_breaks_the_matcher_and_every_span_shows_its_term(title: str, text: str, language: str | None) -> None:
    document = Document(title=title, text=text, language=language)
    for match in MATCHER.judge(document).matches:
        for evidence in match.evidence:
            cut = getattr(document, evidence.field)[evidence.start : evidence.end]
            assert cut == evidence.surface
            if evidence.term.startswith("/"):
                continue
            part = "".join(word.text for word in words(evidence.term.strip("~*=")))
            shown = "".join(word.text for word in words(cut))
            # Endings bend only the ends of words, and four letters of each stay what they are.
            assert (part in shown) if evidence.term.startswith("~") else shown.startswith(part[:3]), fold(cut)


@given(texts, texts)
@settings(max_examples=15, deadline=None)
def test_an_explanation_is_the_matchers_opinion(title: str, text: str) -> None:
    document = Document(title=title, text=text)
    matched = {match.full_name for match in MATCHER.judge(document).matches}
    assert {one.rule.full_name for one in EXPLAINER.explain(document) if one.matched} == matched


@given(texts, st.sets(st.integers(0, 9), min_size=1, max_size=9))
@settings(max_examples=60, deadline=None)
def test_a_rules_result_does_not_depend_on_the_others(title: str, kept: set[int]) -> None:
    all_rules = {f"r{number}": f'"{WORDS[number * 7]}" or "{WORDS[number * 11]}"' for number in range(10)}
    some = {name: when for number, (name, when) in enumerate(all_rules.items()) if number in kept}
    document = Document(title=title + WORDS[0], language="en")
    judged = [Matcher(load_texts({"w.yaml": rule_file(rules)})).judge(document).matches for rules in (all_rules, some)]
    assert [match for match in judged[0] if match.rule in some] == list(judged[1])


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "Tesla data center " * n,
        lambda n: "a" * n,
        lambda n: "e\u0301" * n,
        lambda n: "\u0301" * n,
        lambda n: "特斯拉数据中心" * n,
        lambda n: "-" * n + "Tesla",
        lambda n: "Tesla" + " Tesla" * n,
        lambda n: "\u00ad".join("Tesla" * n),
        lambda n: "가" * n,
        lambda n: "데이터 센터" * n,
        lambda n: "ﷺ" * n,  # one letter that folds into eighteen
    ],
)
def test_time_grows_with_the_text_and_not_faster(make: Callable[[int], str]) -> None:
    def seconds(size: int) -> float:
        text = make(size)[: size * 4]
        return processor_seconds(lambda: MATCHER.judge(Document(title="", text=text, language="en")))

    seconds(100)
    small, large = seconds(1_000), seconds(8_000)
    assert large < 10 * 8 * small + 0.1, "eight times the text: eight times the time, with a tenfold margin"
