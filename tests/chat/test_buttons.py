"""What the buttons of an alert do and answer, on a real archive; each text passes Telegram's own rules."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.keyboard import Keyboard, alert_keyboard, read_data
from bot.alerts.markup import units, visible
from bot.alerts.plan import ChatRoute
from bot.alerts.render import LIMIT
from bot.alerts.words import ENGLISH
from bot.chat import say
from bot.chat.authority import Needs
from bot.chat.everything import REGISTRY
from bot.chat.words import WORDS, both
from bot.corrections import Corrections
from bot.publishers_file import load_owners
from rules import load_texts
from storage.records import AlertStanding
from tests.archives import NOW, Article, Press, deliver
from tests.chat.room import RoomOfTests
from tests.chat.shapes import ADMIN, GROUP, MEMBER, pressed, written
from tests.chat.telling import ALSO, CRETE, MINE, MINE_OF_CRETE, RENO, TEAMS, TEAMS_OF_CRETE, message_of
from tests.servers.telegram_html import parse_html
from tests.world import RULES

LATER = "Mayor of Reno resigns over unpaid taxes of a Tesla data center"
VERBS = ["up", "down", "why", "more", "mute", "unmute", "other"]

pytestmark = pytest.mark.usefixtures("press")


def on(desk: RoomOfTests, data: str, *, who: int = ADMIN, where: int = GROUP, under: int = 31) -> list[say.Say]:
    said = desk.hear(pressed(data, where=where, who=who, under=under))
    for one in said:
        if isinstance(one, say.Send | say.Edit):
            assert 0 < units(parse_html(one.html).text) <= LIMIT
    return said


def answer(desk: RoomOfTests, data: str, *, who: int = ADMIN) -> say.Send:
    (said,) = on(desk, data, who=who)
    assert isinstance(said, say.Send)
    return said


def edit(desk: RoomOfTests, data: str) -> say.Edit:
    (said,) = on(desk, data)
    assert isinstance(said, say.Edit)
    return said


def shown(desk: RoomOfTests, data: str, *, who: int = ADMIN) -> say.Keyboard:
    (said,) = on(desk, data, who=who)
    assert isinstance(said, say.Keyboard)
    return said


def texts(keyboard: Keyboard) -> list[str]:
    return [key.text for row in keyboard for key in row]


def data(keyboard: Keyboard) -> list[str]:
    return [key.data for row in keyboard for key in row]


def articles(desk: RoomOfTests, story: int) -> list[int]:
    whole = desk.store.stories.shown(story)
    return [article.id for article in whole.articles] if whole is not None else []


# ── 👍 👎 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_votes_are_counted_on_the_buttons_of_the_message(desk: RoomOfTests) -> None:
    on(desk, "up:A2", who=MEMBER)
    keyboard = shown(desk, "up:A2", who=ADMIN)
    assert (keyboard.chat_id, keyboard.message_id, texts(keyboard.keyboard)[:2]) == (GROUP, 31, ["👍 2", "👎"])
    assert texts(shown(desk, "down:A2", who=ADMIN).keyboard)[:2] == ["👍 1", "👎 1"]
    assert texts(shown(desk, "down:A2", who=ADMIN).keyboard)[:2] == ["👍 1", "👎"], "the same again takes it back"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("language", sorted(WORDS))
def test_an_alert_of_another_chat_one_that_never_was_and_a_made_up_button_are_answered_alike(
    desk: RoomOfTests, verb: str, language: str
) -> None:
    speak(desk, language)
    before = desk.rows()
    for made_up in (f"{verb}:A{MINE}", f"{verb}:A99", f"{verb}:A", f"{verb}:A{10**18 - 1}.x", f"{verb}x:A2", "x"):
        assert answer(desk, made_up).html == both("alert_gone")[language], made_up
    assert desk.rows() == before


def test_an_alert_that_left_the_archive_is_not_known_any_more(desk: RoomOfTests) -> None:
    with desk.store.database.write() as connection:
        connection.exec_driver_sql(f"DELETE FROM outbox WHERE alert_id = {TEAMS}")
        connection.exec_driver_sql(f"DELETE FROM alerts WHERE id = {TEAMS}")
    for verb in VERBS:
        assert answer(desk, f"{verb}:A{TEAMS}").html == both("alert_gone")["en"]


@pytest.mark.parametrize("made_up", ["", "up", "up:", "up:12", "up:A", "UP:A1", "up:A1;", "up:A١", "up:A1\n", "x" * 65])
def test_what_no_button_of_ours_sends_is_not_read(made_up: str) -> None:
    assert read_data(made_up) is None


def test_every_button_of_a_message_has_a_handler() -> None:
    keys = [key for muted in (True, False) for row in alert_keyboard(1, AlertStanding(muted=muted)) for key in row]
    assert {key.data.partition(":")[0] for key in keys} | {"other"} == set(VERBS)
    assert set(VERBS) <= set(REGISTRY.buttons)


def test_what_changes_a_chat_needs_an_admin() -> None:
    needs = {verb: REGISTRY.buttons[verb].needs for verb in VERBS}
    assert {verb for verb in VERBS if needs[verb] is Needs.ADMIN} == {"mute", "unmute", "other"}
    assert {needs[verb] for verb in ("up", "down", "why", "more")} == {Needs.MEMBER}


# ── Mute story ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_mute_button_becomes_its_own_undo(desk: RoomOfTests) -> None:
    assert "unmute:A2" in data(shown(desk, "mute:A2").keyboard)
    assert desk.store.votes.standing(TEAMS).muted
    assert not desk.store.votes.standing(MINE).muted, "each chat mutes for itself"
    assert "unmute:A2" in data(shown(desk, "mute:A2").keyboard), "an old keyboard, or another admin at once"
    assert "mute:A2" in data(shown(desk, "unmute:A2").keyboard)
    assert not desk.store.votes.standing(TEAMS).muted


def test_a_member_does_not_mute(desk: RoomOfTests) -> None:
    assert on(desk, "mute:A2", who=MEMBER) == []
    assert not desk.store.votes.standing(TEAMS).muted


# ── Why? ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_shows_the_condition_with_the_words_that_were_found(desk: RoomOfTests) -> None:
    said = answer(desk, "why:A2", who=MEMBER)
    assert (said.chat_id, said.reply_to) == (GROUP, 31)
    lines = visible(said.html).splitlines()
    assert lines[0] == f"Why A2? {RENO}"
    assert "data-centers/firm-and-place · high" in lines
    assert "\u2003✔ firm: Tesla (title)" in lines
    assert "\u2003✔ place: data center (title)" in lines
    assert any(line.startswith("• Beta: ") for line in lines), "what the other articles matched"


@pytest.mark.parametrize("asked", ["/why A2", "/why 2", "/why #2", "/why"])
def test_the_command_says_the_same_as_the_button(desk: RoomOfTests, asked: str) -> None:
    answered = {"reply_to_message": {"message_id": message_of(desk, TEAMS)}} if asked == "/why" else {}
    assert desk.text(written(asked, where=GROUP, who=MEMBER, **answered)) == answer(desk, "why:A2").html


def test_the_command_asks_for_a_number_where_none_is_meant(desk: RoomOfTests) -> None:
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alerts SET paged = 1, message_id = 500 WHERE chat = 'team'")
    page = {"reply_to_message": {"message_id": 500}}
    for update in (written("/why", where=GROUP, who=MEMBER), written("/why", where=GROUP, who=MEMBER, **page)):
        assert "write its number" in desk.text(update), "a digest's page tells of many alerts"
    assert desk.text(written(f"/why A{MINE}", where=GROUP, who=MEMBER)) == both("alert_gone")["en"]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (RULES.replace("firm near place", "firm near/40 place"), "The rule was changed since"),
        (RULES.replace("firm near place", 'firm near place and not title:"Reno"'), "does not match any more, because:"),
        (RULES.replace("firm-and-place", "renamed"), "is not in force any more"),
    ],
)
def test_why_says_what_became_of_the_rule_since(desk: RoomOfTests, rules: str, says: str) -> None:
    desk.rules = load_texts({"r.yaml": rules})
    text = visible(answer(desk, "why:A2").html)
    assert says in text
    assert "data-centers/firm-and-place" in text


def test_why_of_a_long_condition_fits_a_message(desk: RoomOfTests) -> None:
    """Hundreds of parts, each with a note of its own, and words that look like markup."""
    parts = " or ".join(f'(firm near "</b>&amp; #word {number} 𝄞")' for number in range(400))
    desk.rules = load_texts(
        {"r.yaml": RULES.replace("when: firm near place", f"when: >-\n      (firm near place) or {parts}")}
    )
    assert "more: rackwatch rules explain 1" in answer(desk, "why:A2").html


def test_why_of_an_alert_without_articles_says_what_it_said(desk: RoomOfTests) -> None:
    with desk.store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM matches")
    assert "firm-and-place: Tesla near data center" in visible(answer(desk, "why:A2").html)


# ── More ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_more_shows_sources_timeline_and_citations(desk: RoomOfTests) -> None:
    said = answer(desk, "more:A2", who=MEMBER)
    lines = visible(said.html).splitlines()
    assert lines[:2] == [RENO, "Story 1 · A2"]
    assert lines[3] == "Sources: Alpha · Beta"
    alpha, beta = (line for line in lines if line.startswith("• "))
    assert f"Alpha: {RENO}" in alpha
    assert beta.endswith("· cites Electrek")
    assert said.html.count('href="https://a.example/') == 2
    assert said.keyboard == (), "only an admin is offered to divide a story"


def test_times_are_in_the_chats_own_zone(desk: RoomOfTests) -> None:
    at = ENGLISH.time((NOW - timedelta(days=3)).isoformat(), ZoneInfo("UTC"))
    assert at in answer(desk, "more:A2").html
    desk.store.people.set_override("team", "timezone", "Asia/Kathmandu", by="x", now=desk.at)
    desk.sync()
    there = ENGLISH.time((NOW - timedelta(days=3)).isoformat(), ZoneInfo("Asia/Kathmandu"))
    assert there in answer(desk, "more:A2").html
    assert there in desk.text(written("/story 1", where=GROUP, who=MEMBER))


def test_more_shows_stories_of_the_chat_that_share_rare_words(press: Press, desk: RoomOfTests) -> None:
    press.publish(Article(source="c", title=LATER, days=0.2))
    related = visible(answer(desk, "more:A2").html).partition("Related\n")[2]
    assert LATER in related
    assert CRETE not in related, "the words of the rules are in every story"
    assert "A6" in related, "the group's own alert"
    assert "A5" not in related, "not another chat's"


def test_more_of_a_story_with_hundreds_of_articles_fits_a_message(press: Press, desk: RoomOfTests) -> None:
    wild = "<b>&#x" + "𝄞" * 300
    press.publish(*(Article(source="abc"[n % 3], title=RENO, guid=f"g{n}", text=wild, days=2.8) for n in range(90)))
    assert len(articles(desk, 1)) > 60
    assert "more: rackwatch stories show 1" in answer(desk, "more:A2").html


# ── Not this story ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_admin_takes_an_article_out_after_being_asked(desk: RoomOfTests) -> None:
    assert data(answer(desk, "more:A2").keyboard) == ["other:A2"]
    which = edit(desk, "other:A2")
    assert texts(which.keyboard)[:2] == [f"Alpha: {RENO}"[:59].rstrip() + "…", f"Beta: {ALSO}"[:59].rstrip() + "…"]
    assert data(which.keyboard) == ["other:A2.1", "other:A2.2", "more:A2.here"]
    sure = edit(desk, "other:A2.2")
    assert ALSO in visible(sure.html)
    assert data(sure.keyboard) == ["other:A2.2.yes", "other:A2"]
    assert len(articles(desk, 1)) == 2, "nothing has happened yet"
    done = edit(desk, "other:A2.2.yes")
    assert visible(done.html).endswith("is story 3 now; story 1 keeps the others.")
    assert (articles(desk, 1), articles(desk, 3)) == ([1], [2])
    assert sorted(deliver(desk.store)) == [
        ("edit", MINE, False),
        ("edit", TEAMS, False),
        ("message", 5, True),
        ("message", 6, True),
    ]


@pytest.mark.parametrize("again", ["other:A2.2", "other:A2.2.yes", "other:A2.3.yes", "other:A2.999.yes"])
def test_what_is_not_in_the_story_cannot_be_taken_out(desk: RoomOfTests, again: str) -> None:
    on(desk, "other:A2.2.yes")
    assert "not in this story any more" in edit(desk, again).html
    assert (articles(desk, 1), articles(desk, 2), articles(desk, 3)) == ([1], [3], [2])


def test_an_article_is_taken_out_once_and_said_again_where_the_same_press_comes_again(desk: RoomOfTests) -> None:
    press = pressed("other:A2.2.yes", where=GROUP, who=ADMIN, under=31)
    assert desk.hear(press) == desk.hear(press)
    assert (articles(desk, 1), articles(desk, 3)) == ([1], [2])


def test_a_long_story_is_offered_in_pages(press: Press, desk: RoomOfTests) -> None:
    press.publish(*(Article(source="b", title=RENO, guid=f"g{n}", days=2.8) for n in range(12)))
    assert data(edit(desk, "other:A2").keyboard)[-2:] == ["other:A2.p2", "more:A2.here"]
    assert data(edit(desk, "other:A2.p2").keyboard)[-2:] == ["other:A2.p1", "more:A2.here"]
    assert edit(desk, "other:A2.p99").html == edit(desk, "other:A2.p2").html


def test_the_way_back_edits_the_same_message(desk: RoomOfTests) -> None:
    assert edit(desk, "more:A2.here").message_id == 31


# ── German ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def speak(desk: RoomOfTests, language: str) -> None:
    desk.store.people.set_override("team", "language", language, by="x", now=desk.at)
    desk.sync()


def test_a_german_chat_is_answered_in_german(desk: RoomOfTests) -> None:
    speak(desk, "de")
    assert texts(shown(desk, "up:A2").keyboard) == ["👍 1", "👎", "Warum?", "Stummschalten", "Mehr"]
    assert texts(shown(desk, "mute:A2").keyboard)[3] == "Nicht mehr stumm"
    why = visible(answer(desk, "why:A2").html)
    assert why.startswith(f"Warum A2? {RENO}")
    assert "weil: Tesla nahe data center" in why
    assert "\u2003✔ firm: Tesla (Titel)" in why
    more = visible(answer(desk, "more:A2").html)
    assert "Quellen: Alpha · Beta" in more
    assert "beruft sich auf Electrek" in more
    assert "Welcher Artikel" in edit(desk, "other:A2").html
    assert "eine andere Geschichte?" in edit(desk, "other:A2.2").html
    assert "ist jetzt Geschichte 3" in edit(desk, "other:A2.2.yes").html


def test_what_a_german_chat_is_told_of_a_rule_that_does_not_match_is_german(desk: RoomOfTests) -> None:
    speak(desk, "de")
    desk.rules = load_texts(
        {
            "r.yaml": RULES.replace(
                "firm near place",
                'firm near/2 "mine" and lang:de and source:x and tag:y and not title:"Reno" and lead:"never"',
            )
        }
    )
    text = visible(answer(desk, "why:A2").html)
    assert "Sie trifft nicht mehr zu, denn:" in text
    for german in ("Wörter auseinander; 2 sind erlaubt", "die Sprache ist en, nicht de", "die Quelle ist a, nicht x"):
        assert german in text
    assert "die Quelle hat die Marke 'y' nicht" in text
    assert '"Reno" ist ausgeschlossen (Titel), und wurde gefunden: „Reno“' in text
    assert '"never" wurde nicht gefunden (Anfang)' in text
    assert "nicht gefunden" in text


# ── weeks later ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_buttons_of_a_message_whose_story_went_into_another_speak_of_both(desk: RoomOfTests) -> None:
    routes = {chat: ChatRoute(key=chat) for chat in ("me", "team")}
    corrections = Corrections(routes=routes, owners=load_owners(None), now=NOW)
    desk.store.stories.merge(2, 1, reason="by hand", now=NOW + timedelta(days=60), retell=corrections.merged)
    assert CRETE in visible(answer(desk, f"why:A{TEAMS_OF_CRETE}").html)
    assert RENO in visible(answer(desk, f"more:A{TEAMS_OF_CRETE}").html)
    on(desk, f"mute:A{TEAMS_OF_CRETE}")
    assert [desk.store.votes.standing(alert).muted for alert in (TEAMS, TEAMS_OF_CRETE, MINE_OF_CRETE)] == [
        True,
        True,
        False,
    ]
