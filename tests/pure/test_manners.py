"""When a rule's match may become an alert: after how many publishers, and at what time of day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.alerts.compose import MatchedArticle
from bot.alerts.content import AlertContent
from bot.alerts.plan import ChatRoute, Decision, Manners, Verdict, decide
from bot.publishers_file import load_owners
from rules import load_texts
from storage.records import MatchRow, PassedBy

RULES = """\
watch: w
rules:
  - name: plain
    when: '"one"'
  - name: confirmed
    when: '"two"'
    notify: {after_publishers: 2}
  - name: nightly
    when: '"three"'
    mute: [22:00-07:00]
  - name: weekly
    when: '"four"'
    mute: [sat-sun]
"""
OWNERS = load_owners(None)
ROUTE = ChatRoute(key="chat")
MANNERS = Manners(
    rules={rule.full_name: rule for rule in load_texts({"w.yaml": RULES}).rules}, zone=ZoneInfo("Europe/Berlin")
)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 07:00 in Berlin


def article(voice: str, *rules: str, passed: PassedBy | None = None) -> MatchedArticle:
    return MatchedArticle(
        title=f"{voice} reports",
        text="",
        url="",
        language=None,
        at=NOON,
        voice=voice,
        publisher=voice,
        passed=passed,
        matches=[
            MatchRow(watch="w", rule=rule, rule_version="", priority="normal", reason=rule, evidence=())
            for rule in rules
        ],
        watch_titles={},
    )


def decided(new: MatchedArticle, *earlier: MatchedArticle, now: datetime = NOON) -> Decision:
    return decide(new, ROUTE, None, earlier, manners=MANNERS, owners=OWNERS, now=now)


def voices(decision: Decision) -> list[str]:
    return [report.publisher for report in decision.content.reports] if decision.content else []


def test_a_rule_waits_for_its_second_independent_publisher() -> None:
    first = article("A", "confirmed")
    assert decided(first).verdict is Verdict.WAITING
    assert decided(article("A", "confirmed"), first).verdict is Verdict.WAITING, "the same voice twice is one"
    second = decided(article("B", "confirmed"), first)
    assert second.verdict is Verdict.NEW_STORY
    assert sorted(voices(second)) == ["A", "B"]


def test_a_rule_that_need_not_wait_speaks_for_both() -> None:
    assert decided(article("A", "confirmed", "plain")).verdict is Verdict.NEW_STORY
    assert decided(article("A", "plain"), article("A", "confirmed")).verdict is Verdict.NEW_STORY


def test_a_rule_that_is_no_longer_in_force_does_not_hold_anything_back() -> None:
    assert decided(article("A", "gone")).verdict is Verdict.NEW_STORY


def test_an_alert_of_a_muted_rule_is_held_until_the_window_closes() -> None:
    assert decided(article("A", "nightly")).held_until is None
    held = decided(article("A", "nightly"), now=NIGHT)
    assert (held.verdict, held.held_until) == (Verdict.NEW_STORY, MORNING)
    assert held.content is not None


def test_another_rule_that_may_speak_releases_it() -> None:
    assert decided(article("A", "nightly", "plain"), now=NIGHT).held_until is None
    both = decided(article("A", "nightly", "weekly"), now=NIGHT)
    assert both.held_until is None, "it is Tuesday for the weekly rule"
    grown = decide(
        article("B", "plain"),
        ROUTE,
        AlertContent.to_json(decided(article("A", "nightly"), now=NIGHT).content),  # type: ignore[arg-type]
        [article("A", "nightly")],
        manners=MANNERS,
        owners=OWNERS,
        now=NIGHT,
    )
    assert (grown.verdict, grown.held_until) == (Verdict.CONFIRMED, None)


def test_a_waiting_rule_releases_nothing() -> None:
    held = decided(article("A", "nightly", "confirmed"), now=NIGHT)
    assert held.held_until == MORNING
