"""Times in which a rule keeps quiet, and the times in which it holds at all."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from rules import Document, Matcher, RulesInvalid, load_texts
from rules.windows import BadWindow, muted_until, parse_window

ZONE = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("windows", "moment", "until"),
    [
        (["22:00-07:00"], "2026-11-23T23:30", "2026-11-24T07:00"),
        (["22:00-07:00"], "2026-11-23T06:59", "2026-11-23T07:00"),
        (["22:00-07:00"], "2026-11-23T07:00", None),
        (["sat-sun"], "2026-11-28T12:00", "2026-11-30T00:00"),  # both days, without a gap
        (["sat-sun", "22:00-07:00"], "2026-11-27T23:00", "2026-11-30T07:00"),  # night, weekend, night
        (["mon-fri 09:00-17:00"], "2026-11-23T12:00", "2026-11-23T17:00"),
        (["mon-fri 09:00-17:00"], "2026-11-28T12:00", None),
        (["fri 22:00-06:00"], "2026-11-28T05:00", "2026-11-28T06:00"),  # the day is that of the beginning
        (["fri 22:00-06:00"], "2026-11-27T05:00", None),
        (["fri-mon"], "2026-11-30T05:00", "2026-12-01T00:00"),
        (["Saturday, Sunday"], "2026-11-28T05:00", ValueError),
        (["sat,sun"], "2026-11-29T05:00", "2026-11-30T00:00"),
        (["2026-12-24 to 2027-01-02"], "2026-12-31T23:59", "2027-01-03T00:00"),
        (["2026-12-24"], "2026-12-25T00:00", None),
        (["00:00-24:00"], "2026-12-25T00:00", "2027-02-23T00:00"),  # as far as is looked
        (["02:00-03:00"], "2026-10-25T02:30", "2026-10-25T03:00"),  # the hour that comes twice
    ],
)
def test_when_a_window_closes(windows: list[str], moment: str, until: str | type[ValueError] | None) -> None:
    if until is ValueError:
        with pytest.raises(BadWindow):
            parse_window(windows[0])
        return
    closes = muted_until([parse_window(window) for window in windows], at(moment))
    assert closes == (at(until) if isinstance(until, str) else None)


@pytest.mark.parametrize(
    "window",
    [
        "",
        "night",
        "25:00-26:00",
        "22:00",
        "07:00-07:00",
        "mon-",
        "mon tue",
        "montag",
        "2026-13-01",
        "12:60-13:00",
        "-",
        "2026-12-24 to 2026-12-01",
    ],
)
def test_what_is_no_window(window: str) -> None:
    with pytest.raises(BadWindow):
        parse_window(window)


def test_since_and_until_are_about_the_articles_date() -> None:
    text = "watch: w\nrules:\n  - name: r\n    when: '\"Tesla\"'\n    since: 2026-12-01\n    until: 2026-12-24\n"
    matcher = Matcher(load_texts({"w.yaml": text}))

    def alerts(moment: str | None) -> bool:
        date = datetime.fromisoformat(moment) if moment else None
        return bool(matcher.judge(Document(title="Tesla", date=date)).matches)

    assert [alerts(m) for m in ("2026-11-30T23:59+00:00", "2026-12-01T00:00+00:00")] == [False, True]
    assert [alerts(m) for m in ("2026-12-24T23:59+00:00", "2026-12-25T00:00+00:00")] == [True, False]
    assert alerts(None), "an article without a date is judged"


def test_a_rule_cannot_end_before_it_begins() -> None:
    text = "watch: w\nrules:\n  - name: r\n    when: '\"Tesla\"'\n    since: 2026-12-01\n    until: 2026-11-24\n"
    with pytest.raises(RulesInvalid, match=r"w.yaml:6:12: the rule ends \(2026-11-24\) before it begins"):
        load_texts({"w.yaml": text})
