"""A story in Telegram: one message that is edited, and what a person's word and a late article make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from bot.demo.feed_server import FeedServer, Reply
from storage import open_store
from tests.conftest import CHAT
from tests.delivery.delivering import poll_and_deliver
from tests.world import TOKEN, BotApi, Folder, rss

OLD = {"guid": "0", "title": "A quiet day"}
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=5)
REPORTS = {
    "a": ("Tesla opens a data center in Reno beside the old copper mine", "Hundreds of servers, the county says."),
    "b": ("Copper mine in Reno gets a neighbour: a Tesla data center opens", "The county says hundreds of servers."),
    "c": ("Reno: Tesla data center opens at the copper mine, county confirms", "There are hundreds of servers."),
}


class Papers:
    """Three papers that a working folder watches, and its chat."""

    def __init__(self, folder: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
        self.folder, self.feeds, self.bot_api = folder, feeds, bot_api
        folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
        self.edit_gap("0s")
        for key in REPORTS:
            feeds.publish(f"/{key}.xml", Reply(body=rss(OLD).encode()))
        poll_and_deliver(folder, seconds=1)

    def edit_gap(self, gap: str) -> None:
        names = {"a": "Alpha", "b": "Beta", "c": "Gamma"}
        self.folder.configure(
            sources=[
                {"key": key, "url": self.feeds.url(f"/{key}.xml"), "language": "en", "publisher": name}
                for key, name in names.items()
            ],
            telegram={"base_url": self.bot_api.server.base_url, "timeout": "2s"},
            chats={"team": {"id": str(CHAT)}},
            alerts={"edit_gap": gap},
        )

    def print(self, key: str, *, hours: float) -> None:
        """This paper's report is in its feed now, dated so many hours after all began."""
        title, text = REPORTS[key]
        date = format_datetime(BEGAN + timedelta(hours=hours))
        item = {"guid": key, "title": title, "text": text, "date": date}
        self.feeds.publish(f"/{key}.xml", Reply(body=rss(item, OLD).encode()))

    def poll(self, *, seconds: float = 8) -> None:
        poll_and_deliver(self.folder, seconds=seconds)

    def entry(self, key: str) -> int:
        """The number of this paper's report."""
        entries = self.folder.json("archive", "search", "Reno")
        return next(int(entry["id"]) for entry in entries if entry["title"] == REPORTS[key][0])

    def sent(self, method: str) -> list[dict[str, Any]]:
        return [line for line in self.bot_api.ledger() if line["method"] == method]


@pytest.fixture
def papers(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Papers:
    return Papers(folder, feeds, bot_api)


def test_a_late_report_that_was_earlier_corrects_who_was_first(papers: Papers) -> None:
    papers.print("a", hours=3)
    papers.poll()
    papers.print("b", hours=4)
    papers.poll()
    (message,) = [one for one in papers.bot_api.messages() if "Why:" in one["text"]]
    assert "First: Alpha, 1 h earlier · 2 publishers" in message["text"]
    papers.print("c", hours=1)
    papers.poll()
    (message,) = [one for one in papers.bot_api.messages() if "Why:" in one["text"]]
    assert "First: Gamma, 2 h earlier · 3 publishers" in message["text"]
    assert len(papers.sent("editMessageText")) == 2
    assert [line["params"].get("reply_parameters") is not None for line in papers.sent("sendMessage")] == [False, True]


def test_what_left_a_story_has_a_message_without_a_bell(papers: Papers) -> None:
    papers.print("a", hours=3)
    papers.poll()
    papers.print("b", hours=4)
    papers.poll()
    papers.folder.run("stories", "split", "1", str(papers.entry("b")))
    papers.poll()
    first, *_, last = papers.sent("sendMessage")
    assert first["params"]["disable_notification"] == "false"
    assert last["params"]["disable_notification"] == "true"
    assert "told in A1 before" in last["text"]
    (edit,) = papers.sent("editMessageText")[-1:]
    assert int(edit["params"]["message_id"]) == first["result_message_id"]
    assert "another story since: A2" in edit["text"]
    assert REPORTS["b"][0] not in edit["text"]


def test_message_and_edits_have_buttons_and_an_answer_has_none(papers: Papers) -> None:
    papers.print("a", hours=3)
    papers.poll()
    with open_store(f"sqlite:///{papers.folder.path / 'rackwatch.db'}") as store:
        store.votes.cast(1, 7, +1, now=BEGAN)
    papers.print("b", hours=4)
    papers.poll()
    buttons = {message["message_id"]: message["reply_markup"] for message in papers.bot_api.messages()}
    alert, answer = buttons.values()
    assert [[key["text"] for key in row] for row in alert["inline_keyboard"]] == [
        ["👍 1", "👎", "Why?"],
        ["Mute story", "More"],
    ]
    assert alert["inline_keyboard"][0][0]["callback_data"] == "up:A1"
    assert answer is None
