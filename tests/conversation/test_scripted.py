"""A conversation from pairing to a restored rule file, by a client of its own, with a kill in the middle of each step.

For whoever wants to watch: `pytest -s -n 0`. Measured on two busy cores: `news` 7 kills, 2 answers repeated, 32 s;
`desk` 5 kills, none repeated, 26 s. With a kill in everything that is done, 35 of them in 79 to 157 s, 14 answers are
repeated where the kill falls between an answer and its note, and none where it falls elsewhere.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Self

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.conversation.outside import asked
from tests.servers.process import CHECKOUT
from tests.world import TOKEN, BotApi, Folder, Service, rss

BATTERIES = """\
watch: batteries
title: Batteries
rules:
  - name: plants
    when: '"Tesla" near "battery plant"'
"""
LONG_AGO = [{"guid": f"old-{number}", "title": f"Harvest number {number}"} for number in range(12)]
PAPERS = ("daily", "weekly")


class World:
    """What stands around the client: two papers, and a service that is killed and started."""

    def __init__(self, folder: Folder, feeds: FeedServer) -> None:
        self._folder = folder
        self._feeds = feeds
        self._papers: Mapping[str, list[dict[str, str]]] = {paper: [*LONG_AGO] for paper in PAPERS}
        self._running = contextlib.ExitStack()
        for paper in PAPERS:
            self._show(paper)
        self.service = self._started()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def do(self, wish: Mapping[str, str]) -> Any:
        match wish["do"]:
            case "start":
                self.service = self._started()
            case "kill":
                self.service.kill()
            case "publish":
                items = self._papers[wish["paper"]]
                items.insert(0, {"guid": f"{wish['paper']}-{len(items)}", "title": wish["title"]})
                self._show(wish["paper"])
            case "pair":
                return self._folder.run("chats", "pair", wish["code"], "--operator").stdout
            case _:
                raise AssertionError(f"the client asks for {wish}")
        return None

    def _started(self) -> Service:
        return self._running.enter_context(self._folder.service())

    def _show(self, paper: str) -> None:
        self._feeds.publish(f"/{paper}.xml", Reply(body=rss(*self._papers[paper], title=paper.title()).encode()))


@pytest.fixture
def talking(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    """A working folder with a token and no chat."""
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.write("rules/batteries.yaml", BATTERIES)
    folder.configure(
        sources=[
            {"key": one, "url": feeds.url(f"/{one}.xml"), "language": "en", "publisher": one.title()} for one in PAPERS
        ],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
    )
    return folder


def play(world: World, bot_api: BotApi, *arguments: str) -> list[str]:
    """Let the client talk; its lines. Fails with all that the chats show where it fails."""
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.conversation.client", bot_api.server.base_url, *arguments],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    lines = []
    assert client.stdin is not None
    assert client.stdout is not None
    try:
        for line in client.stdout:
            wish = asked(line)
            if wish is None:
                sys.stdout.write(line)
                lines.append(line.rstrip("\n"))
                continue
            client.stdin.write(json.dumps(world.do(wish)) + "\n")
            client.stdin.flush()
    finally:
        client.stdin.close()
        client.stdout.close()
        client.kill()
        client.wait(10)
    assert lines[-1].endswith(" seconds"), "\n".join([*lines, "", transcript(bot_api)])
    return lines


def transcript(bot_api: BotApi) -> str:
    """What the chats show, in the order in which it came."""
    said = sorted(bot_api.messages(), key=lambda one: int(one["message_id"]))
    return "\n".join(f"{one['chat_id']} #{one['message_id']} (edits: {one['edits']}): {one['text']}" for one in said)


@pytest.mark.parametrize("scenes", ["news", pytest.param("desk", marks=pytest.mark.slow)])
def test_people_talk_with_a_service_that_is_killed_in_the_middle_of_each_step(
    talking: Folder, feeds: FeedServer, bot_api: BotApi, scenes: str
) -> None:
    talk(talking, feeds, bot_api, scenes)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["written", "meanwhile", "answered", "done"])
def test_people_talk_with_a_service_that_is_killed_in_everything_that_they_do(
    talking: Folder, feeds: FeedServer, bot_api: BotApi, moment: str
) -> None:
    talk(talking, feeds, bot_api, "all", moment)


def talk(folder: Folder, feeds: FeedServer, bot_api: BotApi, *arguments: str) -> None:
    with World(folder, feeds) as world:
        service = world.service
        service.wait_for(lambda: service.log.count("polled") >= len(PAPERS), "the first look at both papers")
        play(world, bot_api, *arguments)
        assert TOKEN not in service.log
        assert "Traceback" not in service.log
