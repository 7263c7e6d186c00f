"""People talk with the bot: `python -m tests.conversation.client BASE_URL SCENES [MOMENT]`.

The Bot API server stands at BASE_URL. Anna is the operator, Berta reads German. SCENES are `news`, what alerts bring,
`desk`, what is asked and set, or `all`. MOMENT (kills.py) says when the service is killed in everything that they do;
without it, it is killed once in each step.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta

from tests.conversation.kills import Kill, Play
from tests.conversation.outside import Outside
from tests.conversation.person import BotApiServer, Message, Person

RENO = "Tesla opens a data center in Reno beside the old copper mine"
ALSO = "Copper mine in Reno gets a neighbour: a Tesla data center opens"
BATTERY = "Tesla builds a battery plant near Lisbon"
HELD = "Olive farmers on Crete stop a Tesla battery plant in court"
TWITTER = "Twitter floods a data center in Oslo harbour"
CONFIRMED = "Confirmed by a second publisher"

VOTES = "editMessageReplyMarkup"

NEW_RULES = """\
watch: data-centers
title: Data centers
terms:
  firm: {any: [Tesla, Twitter]}
  place: {any: [data center, Rechenzentr*]}
rules:
  - name: firm-and-place
    when: firm near place
    priority: high
    tests:
      alert: ["Tesla opens a data center", "Twitter opens a data center"]
      silent: ["Tesla opens a shop"]
"""


class Conversation:
    """The play, scene by scene; each stands on those before it."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.anna = Person(play.server, 77, "en")
        self.berta = Person(play.server, 78, "de")

    def pairing(self, kill: Kill | None) -> None:
        play, anna, berta = self.play, self.anna, self.berta
        code = str(play.write(anna, "/start", "Your code", kill=kill)["text"]).split()[2]
        said = play.outside.pair(code)
        assert "the operator chat" in said, said
        anna.hears("This chat is paired")
        play.step("Anna is paired by the command line, and is the operator")
        code = str(play.write(berta, "/start", "Dein Code")["text"]).split()[2]
        play.write(anna, f"/pair {code}", "Paired: Person 78 is the chat person-78", kill=kill)
        berta.hears("Dieser Chat ist verbunden")
        assert not any("No chat waits" in one["text"] for one in anna.chat())
        play.step("Berta is paired by Anna's /pair, and spoken to in German")

    def following(self) -> None:
        play, anna, berta = self.play, self.anna, self.berta
        watches = play.write(anna, "/watches", "Watches of this chat")
        play.press(anna, "Leave Batteries", watches, "Follow Batteries", kill=Kill.WRITTEN)
        play.publish("daily", BATTERY)
        berta.hears(BATTERY)
        assert not any(BATTERY in one["text"] for one in anna.chat()), "she left that watch"
        play.press(anna, "Follow Batteries", watches, "Leave Batteries")
        play.step("Anna leaves a watch and is not told of it; then she follows it again")

    def an_alert(self) -> tuple[Message, Message]:
        play, anna, berta = self.play, self.anna, self.berta
        play.publish("daily", RENO, kill=True)
        hers, german = anna.hears(RENO), berta.hears(RENO)
        berta.sees("Warum?", german)
        anna.sees("Why?", hers)
        play.step("An alert comes to both, each in her language")
        return hers, german

    def answering(self, alert: Message, german: Message) -> None:
        play, anna, berta = self.play, self.anna, self.berta
        self._asks_why(anna, "Why?", alert, "Why A", kill=Kill.WRITTEN)
        self._asks_why(berta, "Warum?", german, "Warum A")
        play.step("Why? and Warum? are answered")
        play.press(anna, "👎", alert, "👎 1", kill=Kill.ANSWERED, by=VOTES)
        anna.sees("👎 1", alert)
        play.step("Anna's 👎 counts once")

    def _asks_why(self, person: Person, label: str, alert: Message, begin: str, *, kill: Kill | None = None) -> None:
        self.play.ask(
            person,
            lambda: person.presses(label, alert),
            lambda before: person.hears(begin, after=before),
            kill=kill,
        )

    def muting(self, alert: Message) -> None:
        play, anna, berta = self.play, self.anna, self.berta
        play.press(anna, "Mute story", alert, "Unmute story", kill=Kill.ANSWERED, by=VOTES)
        play.publish("weekly", ALSO)
        berta.hears("Von einer zweiten Quelle bestätigt")
        anna.sees("Weekly", alert)
        play.press(anna, "Unmute story", alert, "Mute story", by=VOTES)
        anna.sees("👎 1", alert)
        hit = play.write(anna, "/search copper mine", "Search: copper mine")
        number = str(hit["text"]).rpartition("Story ")[2].split()[0]
        story = play.write(anna, f"/story {number}", f"Story {number}")
        assert RENO in story["text"], story
        assert ALSO in story["text"], story
        assert not any(CONFIRMED in one["text"] for one in anna.chat()), "the story was muted"
        play.step("A muted story is edited and not answered, elsewhere it is; /story has both articles")

    def searching_and_setting(self) -> Message:
        """Both at once, since each chat waits a second between two answers. Returns Berta's menu."""
        play, anna, berta = self.play, self.anna, self.berta
        now = datetime.now(UTC)
        begin, end = f"{now - timedelta(hours=1):%H}:00", f"{now + timedelta(hours=2):%H}:00"
        found = play.write(anna, "/search harvest", "Search: harvest · page 1", kill=Kill.WRITTEN)
        menu = play.write(berta, "/settings", "Einstellungen dieses Chats")
        play.press(anna, "Older", found, "page 2")
        play.press(berta, "Ruhezeiten", menu, "Andere Zeiten…")
        play.press(anna, "‹ Newer", found, "page 1")
        play.step("/search has pages")
        play.press(berta, "Andere Zeiten…", menu, "An welchen Tagen?")
        play.press(berta, "jeden Tag", menu, "Ab welcher Stunde?")
        play.press(berta, begin, menu, "Bis zu welcher Stunde?")
        play.press(berta, end, menu, f"{begin}-{end} · hier gesetzt", kill=Kill.ANSWERED)
        play.step("Berta sets quiet hours by buttons")
        return menu

    def quiet_hours(self, menu: Message) -> None:
        play, berta = self.play, self.berta
        play.publish("daily", HELD)
        self.anna.hears(HELD)
        play.write(berta, "/digest", "Für den Überblick warten: 1")
        assert not self._told(berta, HELD), "it is held back"
        play.step("An alert comes to Anna, and waits in Berta's quiet hours")
        play.write(berta, "/digest now", "Überblick: 1 Geschichte", kill=Kill.WRITTEN)
        assert self._told(berta, HELD) == 1
        assert not any("Nichts wartet" in one["text"] for one in berta.chat())
        play.press(berta, "↩ Die Vorgabe", menu, "aus · Vorgabe")
        play.step("/digest now tells it once; then the quiet hours are the default's again")

    def rule_file(self) -> None:
        play, anna, berta = self.play, self.anna, self.berta
        looked = play.ask(
            anna,
            lambda: anna.sends_file("data-centers.yaml", NEW_RULES),
            lambda before: anna.hears("tests passed: ", after=before),
        )
        play.press(anna, "Apply", looked, "Restore", kill=Kill.ANSWERED)
        play.step("A rule file is checked, tested, planned and applied")
        play.publish("daily", TWITTER)
        anna.hears(TWITTER)
        berta.hears(TWITTER)
        play.step("An article that only the new rule matches is told")
        play.press(anna, "Restore", looked, "version ", kill=Kill.WRITTEN)
        shown = play.write(anna, "/rules show data-centers/firm-and-place", "priority: ")
        assert "Twitter" not in shown["text"], shown
        play.step("The old rules are restored")

    def report(self) -> None:
        play, anna = self.play, self.anna
        said = play.write(anna, "/rules report", "Rules and votes")
        assert "👍 0 👎 1" in said["text"], said
        play.step("/rules report shows the vote")

    def end(self) -> None:
        """Nothing was told twice, unless it says so itself, and no answer that was not counted."""
        again = 0
        for person in (self.anna, self.berta):
            texts = [str(one["text"]) for one in person.chat()]
            again += len(texts) - len(set(texts))
            for title in (BATTERY, RENO, HELD, TWITTER):
                heads = self._told(person, title)
                assert heads <= 1, f"{title!r} was told {heads} times to {person.number}"
        assert again <= self.play.repeats, f"{again} answers were repeated, some of them late"

    @staticmethod
    def _told(person: Person, title: str) -> int:
        """In how many alerts and digests a story is told, without those that say that they may be a repeat."""
        keys = ("up:A", "page:d")
        alerts = [
            one
            for one in person.chat()
            if title in one["text"]
            and "↻" not in one["text"]
            and (any(key in str(one["reply_markup"]) for key in keys) or "Überblick: " in one["text"])
        ]
        return len(alerts)


def main() -> None:
    """Play it; ends with a line of figures. An AssertionError says what is missing."""
    base_url, which, *moment = sys.argv[1:]
    server, outside = BotApiServer(base_url), Outside()
    play = Play(server=server, outside=outside, always=Kill[moment[0].upper()] if moment else None)
    scenes = Conversation(play)
    scenes.pairing(None if which == "desk" else Kill.ANSWERED)
    if which in {"news", "all"}:
        scenes.following()
        alert, german = scenes.an_alert()
        scenes.answering(alert, german)
        scenes.muting(alert)
        scenes.report()
    if which in {"desk", "all"}:
        scenes.quiet_hours(scenes.searching_and_setting())
        scenes.rule_file()
    scenes.end()
    seconds = time.monotonic() - play.began
    figures = f"{play.done} requests, {outside.kills} kills, {play.repeats} answers repeated, {seconds:.1f} seconds"
    sys.stdout.write(f"{figures}\n")


if __name__ == "__main__":
    main()
