"""What the buttons of an alert do and answer, on a real archive; each text passes Telegram's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.keyboard import alert_keyboard
from bot.alerts.markup import units, visible
from bot.alerts.plan import ChatRoute
from bot.alerts.render import LIMIT
from bot.chat import say
from bot.chat.buttons.of_alerts import BUTTONS, UNKNOWN, Press, Tools, read_data
from bot.corrections import Corrections
from bot.publishers_file import load_owners
from rules import RuleSet, load_texts
from storage import Store, migrate, open_store
from storage.records import AlertStanding
from tests.archives import NOW, Article, deliver
from tests.archives import Press as Newspapers
from tests.servers.telegram_html import parse_html
from tests.world import RULES

ADA, BOB = 7_000_000_001, 8
RENO = "Tesla opens a data center in Reno beside the old copper mine"
ALSO = "Copper mine in Reno gets a neighbour: a Tesla data center opens"
LATER = "Mayor of Reno resigns over unpaid taxes of a Tesla data center"
CRETE = "Tesla closes its data center on Crete after a dispute over olive groves"


@dataclass(slots=True)
class Desk:
    """A chat whose buttons somebody presses; `rules` are those in force."""

    store: Store
    rules: RuleSet
    chat: str = "console"

    def press(self, data: str, *, user: int = ADA, admin: bool = True) -> list[say.Say]:
        read = read_data(data)
        assert read is not None
        verb, alert, more = read
        tools = Tools(
            store=self.store,
            zone=ZoneInfo("Europe/Berlin"),
            owners=load_owners(None),
            routes={"console": ChatRoute(key="console")},
            rules=lambda: self.rules,
        )
        press = Press(
            verb=verb, alert=alert, more=more, chat=self.chat, chat_id=-5, message_id=31, thread=4, user_id=user,
            callback_id="c", is_admin=admin, at=NOW,
        )  # fmt: skip
        said = BUTTONS[verb].run(press, tools)
        for one in said:
            if isinstance(one, say.Send | say.Edit):
                assert units(parse_html(one.html).text) <= LIMIT
        return said

    def answer(self, data: str, *, admin: bool = True) -> say.Send:
        (said,) = self.press(data, admin=admin)
        assert isinstance(said, say.Send)
        return said

    def edit(self, data: str) -> say.Edit:
        (said,) = self.press(data)
        assert isinstance(said, say.Edit)
        return said


@pytest.fixture
def papers(tmp_path: Path) -> Iterator[Newspapers]:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        papers = Newspapers(store, load_texts({"r.yaml": RULES}))
        papers.open()
        papers.publish(
            Article(source="a", title=RENO, days=3.0),
            Article(source="b", title=ALSO, days=2.9, text="Alpha reported it first, according to Electrek."),
            Article(source="c", title=CRETE, days=1.0),
        )
        deliver(store)
        yield papers


@pytest.fixture
def desk(papers: Newspapers) -> Desk:
    return Desk(papers.store, papers.rules)


def texts(keyboard: object) -> list[str]:
    assert isinstance(keyboard, tuple)
    return [key.text for row in keyboard for key in row]


def data(keyboard: object) -> list[str]:
    assert isinstance(keyboard, tuple)
    return [key.data for row in keyboard for key in row]


# ── 👍 👎 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_votes_are_counted_on_the_buttons_of_the_message(desk: Desk) -> None:
    desk.press("up:A1", user=ADA)
    toast, shown = desk.press("up:A1", user=BOB)
    assert isinstance(toast, say.Toast)
    assert isinstance(shown, say.Keyboard)
    assert (shown.chat_id, shown.message_id, texts(shown.keyboard)[:2]) == (-5, 31, ["👍 2", "👎"])
    _, shown = desk.press("down:A1", user=BOB)
    assert isinstance(shown, say.Keyboard)
    assert texts(shown.keyboard)[:2] == ["👍 1", "👎 1"]
    toast, shown = desk.press("down:A1", user=BOB)
    assert isinstance(toast, say.Toast)
    assert isinstance(shown, say.Keyboard)
    assert (toast.text, texts(shown.keyboard)[:2]) == ("Your vote is taken back.", ["👍 1", "👎"])


@pytest.mark.parametrize("verb", BUTTONS)
def test_an_alert_of_another_chat_and_one_that_never_was_are_answered_alike(desk: Desk, verb: str) -> None:
    stranger = replace(desk, chat="team")
    assert stranger.press(f"{verb}:A1") == desk.press(f"{verb}:A99") == [say.Toast(callback_id="c", text=UNKNOWN)]
    standing = desk.store.votes.standing(1)
    assert (standing.up, standing.down, standing.muted) == (0, 0, False)


@pytest.mark.parametrize("made_up", ["", "up", "up:", "up:12", "up:A", "UP:A1", "up:A1;", "up:A١", "up:A1\n", "x" * 65])
def test_what_no_button_of_ours_sends_is_not_read(made_up: str) -> None:
    assert read_data(made_up) is None


def test_every_button_of_a_message_has_a_handler() -> None:
    keys = [key for muted in (True, False) for row in alert_keyboard(1, AlertStanding(muted=muted)) for key in row]
    assert {key.data.partition(":")[0] for key in keys} | {"other"} == set(BUTTONS)


def test_what_changes_a_chat_needs_an_admin() -> None:
    assert {verb for verb, button in BUTTONS.items() if button.needs == "admin"} == {"mute", "unmute", "other"}


# ── Mute story ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_mute_button_becomes_its_own_undo(desk: Desk) -> None:
    _, shown = desk.press("mute:A1")
    assert isinstance(shown, say.Keyboard)
    assert "unmute:A1" in data(shown.keyboard)
    assert desk.store.votes.standing(1).muted
    _, shown = desk.press("unmute:A1")
    assert isinstance(shown, say.Keyboard)
    assert "mute:A1" in data(shown.keyboard)
    assert not desk.store.votes.standing(1).muted


# ── Why? ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_shows_the_condition_with_the_words_that_were_found(desk: Desk) -> None:
    said = desk.answer("why:A1", admin=False)
    assert (said.chat_id, said.thread, said.reply_to) == (-5, 4, 31)
    lines = visible(said.html).splitlines()
    assert lines[0] == f"Why A1? {RENO}"
    assert "data-centers/firm-and-place · high" in lines
    assert "\u2003✔ firm: Tesla (title)" in lines
    assert "\u2003✔ place: data center (title)" in lines
    assert any(line.startswith("• Beta: ") for line in lines), "what the other articles matched"


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (RULES.replace("firm near place", "firm near/40 place"), "The rule was changed since"),
        (RULES.replace("firm near place", 'firm near place and not title:"Reno"'), "does not match any more, because:"),
        (RULES.replace("firm-and-place", "renamed"), "is not in force any more"),
    ],
)
def test_why_says_what_became_of_the_rule_since(desk: Desk, rules: str, says: str) -> None:
    desk.rules = load_texts({"r.yaml": rules})
    text = visible(desk.answer("why:A1").html)
    assert says in text
    assert "data-centers/firm-and-place" in text


def test_why_of_a_long_condition_fits_a_message(desk: Desk) -> None:
    """Hundreds of parts, each with a note of its own, and words that look like markup."""
    parts = " or ".join(f'(firm near "</b>&amp; word {number} 𝄞")' for number in range(400))
    desk.rules = load_texts(
        {"r.yaml": RULES.replace("when: firm near place", f"when: >-\n      (firm near place) or {parts}")}
    )
    said = desk.answer("why:A1")
    assert "more lines: rackwatch rules explain 1" in said.html


# ── More ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_more_shows_sources_timeline_and_citations(desk: Desk) -> None:
    said = desk.answer("more:A1", admin=False)
    lines = visible(said.html).splitlines()
    assert lines[:2] == [RENO, "Story 1 · A1"]
    assert lines[3] == "Sources: Alpha · Beta"
    alpha, beta = (line for line in lines if line.startswith("• "))
    assert f"Alpha: {RENO}" in alpha
    assert beta.endswith("· cites Electrek")
    assert said.html.count('href="https://a.example/') == 2
    assert said.keyboard == (), "only an admin is offered to divide a story"


def test_more_shows_stories_of_the_chat_that_share_rare_words(papers: Newspapers, desk: Desk) -> None:
    papers.publish(Article(source="c", title=LATER, days=0.2))
    shown = visible(desk.answer("more:A1").html).partition("Related\n")[2]
    assert LATER in shown
    assert CRETE not in shown, "the words of the rules are in every story"


def test_more_of_a_story_with_hundreds_of_articles_fits_a_message(papers: Newspapers, desk: Desk) -> None:
    wild = "<b>&" + "𝄞" * 300
    papers.publish(*(Article(source="abc"[n % 3], title=RENO, guid=f"g{n}", text=wild, days=2.8) for n in range(90)))
    whole = papers.store.stories.shown(1)
    assert whole is not None
    assert len(whole.articles) > 60
    assert "more: rackwatch stories show 1" in desk.answer("more:A1").html


# ── Not this story ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_admin_takes_an_article_out_after_being_asked(desk: Desk) -> None:
    offered = desk.answer("more:A1")
    assert data(offered.keyboard) == ["other:A1"]
    which = desk.edit("other:A1")
    assert texts(which.keyboard)[:2] == [f"Alpha: {RENO}"[:59].rstrip() + "…", f"Beta: {ALSO}"[:59].rstrip() + "…"]
    assert data(which.keyboard) == ["other:A1.1", "other:A1.2", "more:A1.here"]
    sure = desk.edit("other:A1.2")
    assert ALSO in visible(sure.html)
    assert data(sure.keyboard) == ["other:A1.2.yes", "other:A1"]
    assert len(articles(desk, 1)) == 2, "nothing has happened yet"
    done = desk.edit("other:A1.2.yes")
    assert visible(done.html).endswith("is story 3 now; story 1 keeps the others.")
    assert (articles(desk, 1), articles(desk, 3)) == ([1], [2])
    assert deliver(desk.store) == [("message", 3, True), ("edit", 1, False)]


@pytest.mark.parametrize("pressed", ["other:A1.2", "other:A1.2.yes", "other:A1.3.yes", "other:A1.999.yes"])
def test_what_is_not_in_the_story_cannot_be_taken_out(desk: Desk, pressed: str) -> None:
    desk.press("other:A1.2.yes")
    assert "not in this story any more" in desk.edit(pressed).html
    assert (articles(desk, 1), articles(desk, 2), articles(desk, 3)) == ([1], [3], [2])


def test_a_long_story_is_offered_in_pages(papers: Newspapers, desk: Desk) -> None:
    papers.publish(*(Article(source="b", title=RENO, guid=f"g{n}", days=2.8) for n in range(12)))
    assert data(desk.edit("other:A1").keyboard)[-2:] == ["other:A1.p2", "more:A1.here"]
    assert data(desk.edit("other:A1.p2").keyboard)[-2:] == ["other:A1.p1", "more:A1.here"]
    assert desk.edit("other:A1.p99").html == desk.edit("other:A1.p2").html


def test_the_way_back_edits_the_same_message(desk: Desk) -> None:
    assert desk.edit("more:A1.here").message_id == 31


def articles(desk: Desk, story: int) -> list[int]:
    whole = desk.store.stories.shown(story)
    return [article.id for article in whole.articles] if whole is not None else []


# ── weeks later ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_buttons_of_a_message_whose_story_went_into_another_speak_of_both(desk: Desk) -> None:
    corrections = Corrections(routes={"console": ChatRoute(key="console")}, owners=load_owners(None), now=NOW)
    desk.store.stories.merge(2, 1, reason="by hand", now=NOW + timedelta(days=60), retell=corrections.merged)
    assert CRETE in visible(desk.answer("why:A2").html)
    assert RENO in visible(desk.answer("more:A2").html)
    desk.press("mute:A2")
    assert desk.store.votes.standing(1).muted
