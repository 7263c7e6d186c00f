"""Commands on a real database: what they answer, and what they change."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.alerts.keyboard import DATA_LIMIT, Keyboard
from bot.alerts.markup import units
from bot.alerts.render import LIMIT
from bot.chat.say import Edit, Send
from bot.people import origins
from storage.records import OutboxKind, OutboxState
from tests.chat.room import RoomOfTests
from tests.chat.shapes import ADMIN, GROUP, ME, MEMBER, STRANGER, pressed, written
from tests.servers.telegram_html import parse_html


def code_of(answer: str) -> str:
    return answer.split("<code>")[1].split("</code>", maxsplit=1)[0]


def keys(keyboard: Keyboard) -> list[tuple[str, str]]:
    return [(key.text, key.data) for row in keyboard for key in row]


# ── pairing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stranger_gets_a_code_of_six_signs_and_hears_it_once_a_minute(desk: RoomOfTests) -> None:
    code = code_of(desk.text(written("/start", where=STRANGER)))
    assert len(code) == 6
    desk.later(seconds=59)
    assert desk.hear(written("/start", where=STRANGER)) == []
    desk.later(seconds=1)
    assert code_of(desk.text(written("/start", where=STRANGER))) == code
    desk.later(minutes=10)
    assert code_of(desk.text(written("/start", where=STRANGER))) != code


def test_at_most_fifty_codes_are_open(desk: RoomOfTests) -> None:
    answered = [bool(desk.hear(written("/start", where=1000 + number))) for number in range(60)]
    assert sum(answered) == 50
    desk.later(minutes=10, seconds=1)
    assert desk.hear(written("/start", where=5000))


def test_a_code_is_good_for_ten_minutes(desk: RoomOfTests) -> None:
    code = code_of(desk.text(written("/start", where=STRANGER)))
    desk.later(minutes=10)
    assert "No chat waits" in desk.text(written(f"/pair {code}"))
    assert "No chat waits" in desk.text(written("/pair WRONG1"))


def test_a_paired_chat_is_a_chat_that_is_welcomed_and_routed_to(desk: RoomOfTests) -> None:
    code = code_of(desk.text(written("/start", where=STRANGER)))
    assert "<b>person-666</b>" in desk.text(written(f"/pair {code.lower()}"))
    chat = desk.settings.chats["person-666"]
    assert (chat.id, chat.allow, chat.kind) == (STRANGER, (STRANGER,), "telegram")
    (notice,) = desk.store.outbox.notices()
    assert (notice.chat, notice.state) == ("person-666", OutboxState.PENDING)
    assert "No chat waits" in desk.text(written(f"/pair {code}"))


def test_a_stranger_is_answered_in_the_language_of_his_telegram(desk: RoomOfTests) -> None:
    update = written("/start", where=STRANGER)
    update["message"]["from"]["language_code"] = "de-AT"
    assert desk.text(update).startswith("Dein Code")


# ── what a chat sets ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_watches_are_left_and_followed_by_buttons_and_kept_as_overrides(desk: RoomOfTests) -> None:
    (said,) = desk.hear(written("/watches", where=GROUP, who=ADMIN))
    assert isinstance(said, Send)
    assert [text for text, _ in keys(said.keyboard)] == ["Leave Data centers", "Leave Other <news>"]
    (edited,) = desk.hear(pressed(keys(said.keyboard)[1][1], where=GROUP, who=ADMIN))
    assert isinstance(edited, Edit)
    assert [text for text, _ in keys(edited.keyboard)] == ["Leave Data centers", "Follow Other <news>"]
    assert list(desk.settings.chats["team"].watches) == ["data-centers"]
    assert origins(desk.settings, "team")["watches"] == "chat"
    desk.hear(pressed(keys(edited.keyboard)[1][1], where=GROUP, who=ADMIN))
    assert list(desk.settings.chats["team"].watches) == []
    desk.store.people.drop_overrides("team")
    asyncio.run(desk.follow_people())
    assert origins(desk.settings, "team")["watches"] == "default"


def test_the_last_watch_cannot_be_left(desk: RoomOfTests) -> None:
    (said,) = desk.hear(written("/watches"))
    assert isinstance(said, Send)
    first, second = (data for _, data in keys(said.keyboard))
    desk.hear(pressed(first))
    assert "at least one" in desk.text(pressed(second))


def test_a_member_sees_the_watches_without_buttons(desk: RoomOfTests) -> None:
    (said,) = desk.hear(written("/watches", where=GROUP, who=MEMBER))
    assert isinstance(said, Send)
    assert said.keyboard == ()
    assert said.reply_to is not None


def test_a_muted_chat_waits_and_loses_nothing(desk: RoomOfTests) -> None:
    outbox = desk.store.outbox
    outbox.notify("me", {"headline": "x"}, now=desk.at)
    outbox.notify("team", {"headline": "x"}, now=desk.at)
    desk.hear(written("/mute 2h"))
    assert [item.chat for item in outbox.ready(now=desk.at)] == ["team"]
    assert [item.chat for item in outbox.ready(now=desk.at + timedelta(hours=2))] == ["me", "team"]
    desk.hear(written("/unmute"))
    assert {item.kind for item in outbox.ready(now=desk.at) if item.chat == "me"} == {OutboxKind.NOTICE}


@pytest.mark.parametrize("text", ["/mute", "/mute soon", "/mute 0s", "/mute 31d", "/mute -2h"])
def test_a_mute_of_no_length_or_too_long_is_refused(desk: RoomOfTests, text: str) -> None:
    before = desk.rows()
    assert "/mute 2h" in desk.text(written(text))
    assert desk.rows() == before


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_help_shows_what_the_person_may_use_here(desk: RoomOfTests) -> None:
    assert "/status" in desk.text(written("/help"))
    assert "/status" not in desk.text(written("/help", where=GROUP, who=ADMIN))
    assert "/mute" in desk.text(written("/help", where=GROUP, who=ADMIN))
    assert "/mute" not in desk.text(written("/help", where=GROUP, who=MEMBER))


def test_a_command_that_there_is_not_is_said_in_private_only(desk: RoomOfTests) -> None:
    assert "/help" in desk.text(written("/nonsense"))
    assert desk.hear(written("/nonsense", where=GROUP, who=MEMBER)) == []
    assert desk.hear(written("just talking")) == []


def test_rules_are_listed_and_shown_and_what_others_wrote_is_escaped(desk: RoomOfTests) -> None:
    assert "data-centers/firm-and-place" in desk.text(written("/rules"))
    shown = desk.text(written("/rules show other-news"))
    assert "Other &lt;news&gt;" in shown
    assert "firm near place" in shown
    assert "/rules show NAME" in desk.text(written("/rules delete everything"))


@pytest.mark.parametrize(
    "command",
    [
        "/latest",
        "/search x",
        "/story 1",
        "/why",
        "/sources",
        "/status",
        "/rules",
        "/help",
        "/digest",
        "/settings",
        "/stats x",
    ],
)
def test_on_an_empty_archive_every_question_has_an_answer_that_telegram_takes(desk: RoomOfTests, command: str) -> None:
    answer = desk.text(written(command, where=ME))
    assert 0 < units(parse_html(answer).text) <= LIMIT


@pytest.mark.parametrize(
    "words", ["<b>", "</b> & x", "\ud800 x", "🜂" * 4000, "x" * 4096, '"', "-", "a:b OR (c", "\u202e\u200b"]
)
@pytest.mark.parametrize(
    "command",
    [
        "search",
        "latest",
        "story",
        "why",
        "rules show",
        "mute",
        "pair",
        "settings",
        "settings timezone",
        "settings digest",
        "digest",
        "stats",
    ],
)
def test_hostile_words_are_answered_with_html_that_telegram_takes(desk: RoomOfTests, command: str, words: str) -> None:
    for said in desk.hear(written(f"/{command} {words}"[:4096])):
        assert isinstance(said, Send)
        assert 0 < units(parse_html(said.html).text) <= LIMIT
        assert all(len(data.encode("ascii")) <= DATA_LIMIT for _, data in keys(said.keyboard))


def test_a_page_of_a_search_that_is_not_known_says_so(desk: RoomOfTests) -> None:
    desk.store.people.keep_query("team", "secret")
    for number in (1, 77):
        (said,) = desk.hear(pressed(f"page:s{number}.1"))
        assert isinstance(said, Send), "no message is replaced"
        assert "search again" in said.html
