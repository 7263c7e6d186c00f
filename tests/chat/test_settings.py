"""`/settings`: the menu, what it changes, what it refuses, and where each value comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from bot.alerts.keyboard import DATA_LIMIT, Keyboard
from bot.alerts.markup import units, visible
from bot.alerts.render import LIMIT
from bot.chat.say import Edit, Send
from bot.chat.setting.values import LABELS
from bot.people import origins
from tests.chat.room import RoomOfTests, room
from tests.chat.shapes import ADMIN, GROUP, ME, MEMBER, STRANGER, pressed, written
from tests.delivery.queueing import content, queue
from tests.servers.telegram_html import parse_html

CONFIG = f"""\
timezone: Europe/Berlin
operator_chat: me
chats:
  me:
    id: {ME}
    quiet_hours: ["22:00-07:00", "sat-sun 12:00-14:00"]
    digest: [daily 08:00, weekly sun 18:00]
    language: de
  team: {{id: {GROUP}, allow: [{MEMBER}], admins: [{ADMIN}]}}
"""


@pytest.fixture
def told(tmp_path: Path) -> Iterator[RoomOfTests]:
    """A chat with settings of its own in the file, in German; and a team without."""
    with room(tmp_path, CONFIG) as made:
        yield made


def keys(keyboard: Keyboard) -> dict[str, str]:
    """What the buttons say, and send back."""
    return {key.text: key.data for row in keyboard for key in row}


def menu(desk: RoomOfTests, **who: int) -> Send:
    (said,) = desk.hear(written("/settings", **who))
    assert isinstance(said, Send)
    return said


def press(desk: RoomOfTests, data: str, **who: int) -> Edit:
    (said,) = desk.hear(pressed(data, under=5, **who))
    assert isinstance(said, Edit)
    assert said.message_id == 5
    return said


def follow(desk: RoomOfTests, *labels: str) -> Edit:
    """Press the buttons with these words one after the other, from the menu on."""
    shown: Send | Edit = menu(desk, where=GROUP, who=ADMIN)
    for label in labels:
        shown = press(desk, keys(shown.keyboard)[label], where=GROUP, who=ADMIN)
    assert isinstance(shown, Edit)
    return shown


def test_every_setting_is_shown_with_its_value_and_where_it_comes_from(told: RoomOfTests) -> None:
    assert visible(menu(told).html).splitlines() == [
        "Einstellungen dieses Chats",
        "",
        "Mindestpriorität: niedrig · Vorgabe",
        "Ruhezeiten: 22:00-07:00, Sa-So 12:00-14:00 · rackwatch.yaml",
        "Dringendes in Ruhezeiten: ja · Vorgabe",
        "Überblick: täglich 08:00, wöchentlich So 18:00 · rackwatch.yaml",
        "Lautlos: nein · Vorgabe",
        "Linkvorschau: nein · Vorgabe",
        "Sprache: Deutsch · rackwatch.yaml",
        "Zeitzone: Europe/Berlin · rackwatch.yaml",
        "Themen: alle · Vorgabe",
        "Pause: aus",
    ]
    press(told, "set:silent=yes")
    assert "Lautlos: ja · hier gesetzt" in visible(menu(told).html)
    assert "Silent: no · default" in visible(menu(told, where=GROUP, who=ADMIN).html), "another chat is another"


def test_members_see_it_and_admins_change_it(told: RoomOfTests) -> None:
    assert menu(told, where=GROUP, who=MEMBER).keyboard == ()
    assert menu(told, where=GROUP, who=ADMIN).keyboard
    before = told.rows()
    assert told.hear(pressed("set:silent=yes", where=GROUP, who=MEMBER)) == []
    assert "Only admins" in told.text(written("/settings silent yes", where=GROUP, who=MEMBER))
    assert told.rows() == before


@pytest.mark.parametrize(
    ("labels", "name", "value"),
    [
        (("Minimum priority", "high"), "min_priority", "high"),
        (("Silent", "yes"), "silent", True),
        (("Link previews", "yes"), "preview", True),
        (("Language", "Deutsch"), "language", "de"),
        (("Urgent in quiet hours", "no"), "urgent", False),
        (("Time zone", "Asia/Tokyo"), "timezone", "Asia/Tokyo"),
        (("Time zone", "America…", "›", "Costa Rica"), "timezone", "America/Costa_Rica"),
        (("Quiet hours", "23:00-07:00"), "quiet_hours", ("23:00-07:00",)),
        (("Quiet hours", "Sat-Sun"), "quiet_hours", ("sat-sun",)),
        (("Quiet hours", "Other hours…", "every day", "21:00", "06:00"), "quiet_hours", ("21:00-06:00",)),
        (("Quiet hours", "Other hours…", "Mon-Fri", "12:00", "13:00"), "quiet_hours", ("mon-fri 12:00-13:00",)),
        (("Digest", "none: at once"), "digest", ("none",)),
        (("Digest", "Daily at…", "18:00", "18:25"), "digest", ("daily 18:25",)),
        (("Digest", "Weekly on…", "Fri", "17:00", "17:30"), "digest", ("weekly fri 17:30",)),
        (("Digest", "✚ Daily at…", "18:00", "18:00"), "digest", ("daily 08:00", "daily 18:00")),
        (("Digest", "✚ Weekly on…", "Sun", "09:00", "09:05"), "digest", ("daily 08:00", "weekly sun 09:05")),
        (("Watches", "Leave Other <news>"), "watches", ("data-centers",)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
def test_each_setting_is_made_with_buttons_and_taken_back_with_one(
    desk: RoomOfTests, labels: tuple[str, ...], name: str, value: object
) -> None:
    before = getattr(desk.settings.chats["team"], name)
    shown = follow(desk, *labels)
    found = getattr(desk.settings.chats["team"], name)
    assert (tuple(found) if isinstance(found, list) else found) == value
    assert origins(desk.settings, "team")[name] == "chat"
    assert "set here" in shown.html or "hier gesetzt" in shown.html
    (back,) = [data for label, data in keys(shown.keyboard).items() if label.startswith("↩")]
    shown = press(desk, back, where=GROUP, who=ADMIN)
    assert getattr(desk.settings.chats["team"], name) == before
    assert origins(desk.settings, "team")[name] == "default"
    assert "default" in shown.html
    assert desk.store.people.known().overrides == ()


def test_it_is_all_there_after_a_restart(tmp_path: Path) -> None:
    with room(tmp_path, CONFIG) as desk:
        press(desk, "set:quiet_hours=23:00-06:00")
        old = keys(press(desk, "set:digest").keyboard)
    with room(tmp_path, CONFIG) as desk:
        assert desk.settings.chats["me"].quiet_hours == ("23:00-06:00",)
        press(desk, old["täglich 18:00"])
        assert desk.settings.chats["me"].digest == ("daily 18:00",)


def test_a_language_speaks_from_the_next_word_on(desk: RoomOfTests) -> None:
    assert visible(press(desk, "set:language=de").html).startswith("Sprache\nDeutsch · hier gesetzt")
    assert visible(menu(desk).html).startswith("Einstellungen dieses Chats")


def quiet(desk: RoomOfTests) -> list[str]:
    return list(desk.settings.chats["me"].quiet_hours)


def test_several_times_of_the_file_are_kept_added_to_and_taken_away(told: RoomOfTests) -> None:
    shown = press(told, "set:quiet_hours")
    assert [text for text in keys(shown.keyboard) if text.startswith("✕")] == ["✕ 22:00-07:00", "✕ Sa-So 12:00-14:00"]
    press(told, "set:quiet_hours+mon_12:00-13:00")
    assert quiet(told) == ["22:00-07:00", "sat-sun 12:00-14:00", "mon 12:00-13:00"]
    for _ in "pressed", "twice":
        press(told, keys(shown.keyboard)["✕ Sa-So 12:00-14:00"])
        assert quiet(told) == ["22:00-07:00", "mon 12:00-13:00"]
    shown = press(told, "set:quiet_hours")
    assert "↩ Wie in rackwatch.yaml: 22:00-07:00, Sa-So 12:00-14:00" in keys(shown.keyboard)
    press(told, "set:quiet_hours=off")
    assert quiet(told) == []


def test_what_is_chosen_already_stays_the_files(told: RoomOfTests) -> None:
    shown = press(told, "set:language=de")
    assert "● Deutsch" in keys(shown.keyboard)
    assert told.store.people.known().overrides == ()


def test_a_chat_is_paused_and_goes_on(desk: RoomOfTests) -> None:
    assert "until 1 Sep 2026 20:00" in follow(desk, "Pause", "8h").html
    assert "until 1 Sep 2026 20:00" in menu(desk, where=GROUP, who=MEMBER).html
    queue(desk.store, "team", [content("Fire", priority="high")], now=desk.at)
    assert desk.store.outbox.ready(now=desk.at) == []
    assert "● off" in keys(follow(desk, "Pause", "off").keyboard)
    assert len(desk.store.outbox.ready(now=desk.at)) == 1


def test_a_paired_chat_goes_back_to_how_it_was_paired(desk: RoomOfTests) -> None:
    update = written("/start", where=STRANGER)
    update["message"]["from"]["language_code"] = "de"
    code = desk.text(update).split("<code>")[1][:6]
    desk.hear(written(f"/pair {code}"))
    assert "Sprache: Deutsch · wie verbunden" in visible(menu(desk, where=STRANGER).html)
    shown = press(desk, "set:language=en", where=STRANGER)
    shown = press(desk, keys(shown.keyboard)["↩ As paired: Deutsch"], where=STRANGER)
    assert visible(shown.html).startswith("Sprache\nDeutsch · wie verbunden")


# ── what is written ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("quiet_hours 22:15-06:45, sat-sun", "quiet_hours", ("22:15-06:45", "sat-sun")),
        ("quiet-hours off", "quiet_hours", ()),
        ("digest daily 08:10, weekly mon,thu 18:00", "digest", ("daily 08:10", "weekly mon,thu 18:00")),
        ("digest none", "digest", ("none",)),
        ("timezone europe/lisbon", "timezone", "Europe/Lisbon"),
        ("timezone new york", "timezone", "America/New_York"),
        ("silent ja", "silent", True),
        ("min_priority HIGH", "min_priority", "high"),
        ("language de", "language", "de"),
    ],
)
def test_what_no_button_offers_is_written(desk: RoomOfTests, text: str, name: str, value: object) -> None:
    press(desk, "set:quiet_hours=23:00-07:00")
    desk.text(written(f"/settings {text}"))
    found = getattr(desk.settings.chats["me"], name)
    assert found == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("quiet_hours nights", "These are no quiet hours. Write for example 22:00-07:00"),
        ("quiet_hours 08:00-08:00", "some time of the week must be left"),
        ("quiet_hours ;", "These are no quiet hours"),
        ("digest ;", "This is no time of a digest"),
        ("digest hourly", "This is no time of a digest. Write for example daily 08:00"),
        ("timezone Europe/Berln", "There is no such time zone. Write for example Europe/Berlin"),
        ("min_priority urgent", "Write one of: low, normal, high"),
        ("silent maybe", "Write one of: yes, no"),
        ("id 5", "There is no such setting"),
        ("allow 666", "There is no such setting"),
        ("admins", "There is no such setting"),
        ("min_priority", "Minimum priority"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(desk: RoomOfTests, text: str, sentence: str) -> None:
    before = desk.rows()
    assert sentence in visible(desk.text(written(f"/settings {text}")))
    assert desk.rows() == before


def test_a_button_that_leaves_no_minute_of_the_week_is_refused_in_its_place(told: RoomOfTests) -> None:
    shown = press(told, "set:quiet_hours+07:00-22:00")
    assert visible(shown.html).startswith("⚠ Das sind keine Ruhezeiten.")
    assert told.store.people.known().overrides == ()


@pytest.mark.parametrize(
    "data",
    [
        "set:",
        "set:main=1",
        "set:id=5",
        "set:allow=666",
        "set:admins+666",
        "set:watches=x",
        "set:silent=maybe",
        "set:silent+yes",
        "set:quiet_hours.own.moon",
        "set:quiet_hours.own.all.24",
        "set:quiet_hours.own.all.²",
        "set:quiet_hours.own.all.1.2.3",
        "set:quiet_hours-nothing",
        "set:digest.own",
        "set:digest.own.weekly.all",
        "set:digest=daily_25:00",
        "set:timezone=Mars/Olympus",
        "set:timezone.Mars",
        "set:timezone.Europe.999",
        "set:timezone.Europe.x",
        "set:mute=31d",
        "set:mute=soon",
        "set:mute",
        "set:silent!x",
        "set:x" + "y" * 58,
    ],
)
def test_data_that_no_button_sends_changes_nothing(desk: RoomOfTests, data: str) -> None:
    before = desk.rows()
    for said in desk.hear(pressed(data)):
        assert isinstance(said, Edit)
        parse_html(said.html)
    assert desk.rows() == before


@pytest.mark.parametrize("config", [CONFIG, CONFIG.replace("language: de", "language: en")], ids=["de", "en"])
def test_every_screen_that_a_thumb_can_reach_is_one_that_telegram_takes(tmp_path: Path, config: str) -> None:
    """And every time zone is among them."""
    with room(tmp_path, config) as desk:
        before = desk.rows()
        waiting, seen = ["set:main"], {"set:main"}
        while waiting:
            shown = press(desk, waiting.pop())
            assert 0 < units(parse_html(shown.html).text) <= LIMIT
            assert len(keys(shown.keyboard)) <= 100
            for text, data in keys(shown.keyboard).items():
                assert 0 < len(text) <= 64
                assert re.fullmatch(r"[!-~]+", data), data
                assert len(data) <= DATA_LIMIT
                if data not in seen and re.fullmatch(r"set:[a-z_]+(\..*)?", data):
                    waiting.append(data)
                seen.add(data)
        assert desk.rows() == before, "looking changes nothing"
    assert {data.removeprefix("set:timezone=") for data in seen if "timezone=" in data} == available_timezones()
    assert {f"set:{name}" for name in LABELS} <= seen


def test_what_watches_are_called_breaks_no_screen(desk: RoomOfTests) -> None:
    shown = follow(desk, "Watches")
    assert "Other &lt;news&gt;" in shown.html
    shown = press(desk, keys(shown.keyboard)["Leave Data centers"], where=GROUP, who=ADMIN)
    assert "‹ Settings" in keys(shown.keyboard)
    assert "Watches: Other &lt;news&gt;" in menu(desk, where=GROUP, who=ADMIN).html


def test_what_is_kept_is_json_as_the_file_would_have_it(desk: RoomOfTests) -> None:
    press(desk, "set:digest+weekly_mon_08:00")
    (one,) = desk.store.people.known().overrides
    assert json.dumps(one.value) == '["daily 08:00", "weekly mon 08:00"]'
    assert one.set_by == f"Person {ME} ({ME})"
