"""What an article means for a chat that knows the story: an edit, an answer, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.compose import MatchedArticle
from bot.alerts.content import AlertContent, FirstReport, ReplyContent
from bot.alerts.markup import visible
from bot.alerts.plan import ChatRoute, Decision, Manners, Verdict, decide
from bot.alerts.render import alert
from bot.alerts.retold import merged
from bot.publishers_file import load_owners
from storage.records import Json, MatchRow

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
OWNERS = load_owners(None)


def article(voice: str, *, hours: float = 0, priority: str = "high", **changes: Any) -> MatchedArticle:
    match = MatchRow(watch="w", rule=priority, rule_version="", priority=priority, reason="why", evidence=())
    return replace(
        MatchedArticle(
            title=f"{voice} tells",
            text="",
            url=f"https://{voice}.example/1",
            language="en",
            at=NOON + timedelta(hours=hours),
            voice=voice,
            publisher=voice.title(),
            matches=(match,),
            watch_titles={},
        ),
        **changes,
    )


def told(*articles: MatchedArticle, archived: bool = False) -> list[Decision]:
    """What each of them means for one chat, one after the other; the archive forgets whose headlines deny."""
    decisions: list[Decision] = []
    alerted: Json | None = None
    earlier: list[MatchedArticle] = []
    for one in articles:
        decision = decide(
            one, ChatRoute(key="c"), alerted, earlier, manners=Manners(), owners=OWNERS, now=NOON + timedelta(days=1)
        )
        decisions.append(decision)
        if decision.content is not None:
            alerted = decision.content.to_json()
        earlier.append(replace(one, denies=False) if archived else one)
    return decisions


def answers(*articles: MatchedArticle, archived: bool = False) -> list[str | None]:
    return [decision.reply.kind if decision.reply else None for decision in told(*articles, archived=archived)]


A, B, C = article("alpha"), article("beta", hours=1), article("gamma", hours=2)


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize(
    ("name", "articles", "expected"),
    [
        ("the second voice confirms, the third is one more", [A, B, C], [None, "CONFIRMED", None]),
        ("the same voice again is nothing", [A, A], [None, None]),
        ("a copy speaks with its writer's voice", [A, article("alpha", url="https://b.example/2")], [None, None]),
        ("an aggregator confirms nothing", [A, replace(B, counts=False), C], [None, None, "CONFIRMED"]),
        (
            "what is of normal priority needs no confirmation",
            [article("alpha", priority="normal"), article("beta", priority="normal")],
            [None, None],
        ),
        (
            "a graver rule is told, once",
            [article("alpha", priority="normal"), B, C],
            [None, "GRAVER", None],
        ),
        ("the company's own word, once", [A, B, replace(C, official=True), article("delta", official=True)],
         [None, "CONFIRMED", "OFFICIAL", None]),
        ("a denial, once, before all else", [A, replace(B, denies=True, official=True), replace(C, denies=True)],
         [None, "DENIAL", None]),
        ("a story that begins with a denial is not denied again", [replace(A, denies=True), replace(B, denies=True)],
         [None, None]),
    ],
)  # fmt: skip
def test_what_is_answered(
    name: str, articles: list[MatchedArticle], expected: list[str | None], archived: bool
) -> None:
    assert answers(*articles, archived=archived) == expected, name


def test_another_voice_grows_the_alert_and_the_same_does_not() -> None:
    decisions = told(A, B, B)
    assert [one.verdict for one in decisions] == [Verdict.NEW_STORY, Verdict.CONFIRMED, Verdict.REPEAT]
    grown = decisions[1].content
    assert grown is not None
    assert [report.publisher for report in grown.reports] == ["Alpha", "Beta"]
    assert grown.voices == 2
    assert grown.first is not None
    assert (grown.first.publisher, grown.first.lead) == ("Alpha", 60)


def test_an_earlier_report_of_a_known_voice_that_comes_late_corrects_who_was_first() -> None:
    early = article("beta", hours=-2)
    verdict = told(A, B, early)[2]
    assert (verdict.verdict, verdict.reply) == (Verdict.REPEAT, None)
    assert verdict.content is not None
    assert verdict.content.first == FirstReport(publisher="Beta", how="earliest report", lead=120)
    assert [report.publisher for report in verdict.content.reports] == ["Alpha", "Beta"]
    assert told(A, B, early, article("beta", hours=5))[3].content is None, "what changes nothing edits nothing"


def test_who_denies_confirms_nothing_and_has_a_line_that_says_so() -> None:
    articles = [A, replace(B, denies=True), C]
    assert answers(*articles, archived=False) == [None, "DENIAL", "CONFIRMED"]
    content = told(*articles)[2].content
    assert content is not None
    assert content.voices == 2
    assert [report.denies for report in content.reports] == [False, True, False]
    shown = visible(alert(content, 1, ZoneInfo("UTC")))
    assert "denied or corrected" in shown
    assert ": denies or corrects" in next(line for line in shown.splitlines() if line.startswith("• Beta"))


def test_an_answer_says_who_and_what() -> None:
    reply = told(A, B)[1].reply
    assert reply == ReplyContent(
        kind="CONFIRMED",
        headline="Confirmed by a second publisher",
        publisher="Beta",
        title="beta tells",
        url="https://beta.example/1",
    )
    assert ReplyContent.from_json(reply.to_json()) == reply
    assert ReplyContent.from_json({"headline": "a notice"}) is None


def test_of_two_alerts_that_are_one_story_the_older_tells_of_both() -> None:
    early = article("gamma", hours=-3, denies=True)
    shown = replace(article("reader", hours=2), counts=False)
    one, other = told(A, B)[1].content, told(early, B, shown)[2].content
    assert one is not None
    assert other is not None
    both = [A, B, early, B, shown]
    route = ChatRoute(key="c")
    written = merged(one.to_json(), other.to_json(), 3, 7, articles=both, route=route, owners=OWNERS)
    stays, goes = map(AlertContent.from_json, written)
    assert [report.voice for report in stays.reports] == ["gamma", "alpha", "beta", "reader"]
    assert stays.voices == 2, "who only shows what others wrote is no voice, and who denies confirms nothing"
    assert stays.first == FirstReport(publisher="Gamma", how="earliest report", lead=180), "of both stories"
    assert stays.tells_of == (7,)
    assert stays.denied
    assert goes == replace(other, told_in=3)


def test_an_alert_whose_story_is_told_elsewhere_says_nothing_more() -> None:
    first = told(A)[0].content
    assert first is not None
    decision = decide(
        B,
        ChatRoute(key="c"),
        replace(first, told_in=3).to_json(),
        [A],
        manners=Manners(),
        owners=OWNERS,
        now=NOON + timedelta(days=1),
    )
    assert (decision.verdict, decision.content) == (Verdict.REPEAT, None)


def test_an_alert_of_an_older_version_still_reads() -> None:
    values = {
        "priority": "high",
        "watches": {"w": "W"},
        "title": {"text": "T", "spans": [[0, 1]]},
        "excerpt": {"text": ""},
        "url": "https://x.example/",
        "reasons": [{"rule": "w/r", "text": "why"}],
        "reports": [{"publisher": "Alpha", "title": "T", "url": "https://x.example/", "at": NOON.isoformat()}],
    }
    content = AlertContent.from_json(values)
    assert (content.voices, content.first, content.told_in, content.tells_of, content.denied) == (
        0,
        None,
        None,
        (),
        False,
    )
    again = decide(A, ChatRoute(key="c"), values, [], manners=Manners(), owners=OWNERS, now=NOON + timedelta(days=1))
    assert again.verdict is Verdict.REPEAT, "the name stands for the voice that was not written"


@pytest.mark.parametrize("known", [True, False])
def test_a_muted_story_sends_nothing_and_says_why(known: bool) -> None:
    """Its message stays true: it is edited, which notifies nobody."""
    (first,) = told(A)
    assert first.content is not None
    alerted = first.content.to_json() if known else None
    decision = decide(B, ChatRoute(key="c"), alerted, [A], manners=Manners(), owners=OWNERS, now=NOON, muted=True)
    assert (decision.verdict, decision.reply) == (Verdict.MUTED, None)
    assert (decision.content is not None) == known
