"""`rackwatch run`: polls by its own schedule, reloads, stops in time, shares the database with commands."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.conftest import CHAT
from tests.world import RULES, TOKEN, BotApi, Folder, rss

OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Tesla opens a data center in Sacramento", "text": "It was empty before."}


@pytest.fixture
def watching(folder: Folder, feeds: FeedServer, bot_api: BotApi) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml"), "language": "en"}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"team": {"id": str(CHAT)}},
    )
    return folder


def texts(bot_api: BotApi) -> list[str]:
    return [str(message["text"]) for message in bot_api.messages()]


def test_the_service_alerts_and_stops_within_ten_seconds(watching: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
    with watching.service() as service:
        service.wait_for(lambda: feeds.requests, "the first poll")
        service.wait_for_log("polled")
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        service.wait_for(lambda: texts(bot_api), "the alert")
        assert service.stop() < 10
    assert "Sacramento" in texts(bot_api)[0]
    assert len(texts(bot_api)) == 1
    assert TOKEN not in service.log


def test_a_stop_while_an_answer_is_held_loses_nothing_and_marks_the_repeat(
    watching: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "hold", "seconds": 30})
    with watching.service() as service:
        service.wait_for_log("polled")
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        service.wait_for(lambda: bot_api.server.get("/control/held")["held"], "the held answer")
        service.kill()
    bot_api.server.post("/control/release")
    with watching.service() as service:
        service.wait_for(lambda: len(texts(bot_api)) == 2, "the repeat")
        service.stop()
    assert [text.startswith("↻ possible repeat") for text in texts(bot_api)] == [False, True]


@pytest.mark.slow
def test_a_second_service_on_the_same_database_is_refused(watching: Folder) -> None:
    with watching.service() as service:
        service.wait_for_log("watching")
        refused = watching.run("run", check=1)
        assert f"'rackwatch run' (process {service.process.pid}) is already working" in refused.stderr
        assert service.process.poll() is None
        assert watching.json("status")["service"] == {"running": True, "process": service.process.pid}
        service.stop()
    assert watching.json("status")["service"]["running"] is False


def test_poll_beside_a_service_asks_it_and_follows(watching: Folder, feeds: FeedServer) -> None:
    config = json.loads((watching.path / "rackwatch.yaml").read_text())
    config["schedule"] = {"interval": "1h"}
    watching.write("rackwatch.yaml", json.dumps(config))
    with watching.service() as service:
        service.wait_for_log("polled")
        seen = len(feeds.requests)
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        done = watching.run("poll")
        assert "a service is running" in done.stderr
        assert "new entries" in done.stdout
        assert len(feeds.requests) == seen + 1
        service.stop()


def test_a_changed_rule_file_comes_into_force_and_the_operator_hears_what_it_changes(
    watching: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    with watching.service() as service:
        service.wait_for_log("polled")
        watching.write(
            "rules/quiet.yaml",
            "watch: quiet\nterms:\n  quiet: {any: [quiet]}\nrules:\n  - name: day\n    when: quiet\n",
        )
        service.wait_for_log("reloaded")
        (notice,) = service.wait_for(lambda: texts(bot_api), "the notice")
        assert "new rules are in force" in notice
        assert "+0 −0 alerts in 30 days (and +1 −0 stories that were there at the first look)" in notice
        feeds.publish("/a.xml", Reply(body=rss({"guid": "2", "title": "Another quiet day"}, OLD).encode()))
        service.wait_for(lambda: len(texts(bot_api)) == 2, "an alert by the new rule")
        service.stop()


def test_a_bad_rule_file_keeps_the_last_good_rules_and_says_so_once(
    watching: Folder, feeds: FeedServer, bot_api: BotApi
) -> None:
    with watching.service() as service:
        service.wait_for_log("polled")
        watching.write("rules/data-centers.yaml", RULES.replace("firm near place", "firm near plaice"))
        (notice,) = service.wait_for(lambda: texts(bot_api), "the notice")
        assert "rules/data-centers.yaml:8:" in notice
        assert "the last good version stays in force" in notice
        feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
        service.wait_for(lambda: len(texts(bot_api)) == 2, "an alert by the last good rules")
        service.stop()
    # A restart must not blind the watch either.
    with watching.service() as service:
        service.wait_for_log("the last good rules stay in force")
        service.wait_for(lambda: service.log.count("watching") == 2, "the second start")
        service.stop()
    assert len(texts(bot_api)) == 2


def test_a_failing_test_of_a_rule_keeps_it_out_of_force(watching: Folder, bot_api: BotApi) -> None:
    with watching.service() as service:
        service.wait_for_log("watching")
        watching.write(
            "rules/data-centers.yaml", RULES.replace('silent: ["Tesla opens a shop"]', 'silent: ["Tesla data center"]')
        )
        (notice,) = service.wait_for(lambda: texts(bot_api), "the notice")
        assert "Tesla data center" in notice
        service.stop()


def test_sighup_and_a_changed_source_list_reload_at_once(watching: Folder, feeds: FeedServer) -> None:
    feeds.publish("/b.xml", Reply(body=rss(OLD).encode()))
    with watching.service() as service:
        service.wait_for_log("polled")
        config = json.loads((watching.path / "rackwatch.yaml").read_text())
        config["sources"].append({"key": "b", "url": feeds.url("/b.xml")})
        watching.write("rackwatch.yaml", json.dumps(config))
        service.process.send_signal(signal.SIGHUP)
        service.wait_for(
            lambda: any(request.path == "/b.xml" for request in feeds.requests), "a poll of the new source"
        )
        watching.write("rackwatch.yaml", json.dumps(config).replace('"key"', '"kee"'))
        service.wait_for_log("unknown key 'kee'")
        assert service.process.poll() is None
        service.stop()


@pytest.mark.slow
def test_a_pause_from_the_command_line_reaches_the_running_service(watching: Folder, feeds: FeedServer) -> None:
    with watching.service() as service:
        service.wait_for_log("polled")
        watching.run("sources", "pause", "a")
        service.wait_for_log("reloaded")
        service.wait_for(lambda: watching.json("sources", "list")[0]["status"]["paused"], "the pause in the database")
        seen = len(feeds.requests)
        with pytest.raises(AssertionError):
            service.wait_for(lambda: len(feeds.requests) > seen + 1, "another poll", deadline=1.5)
        service.stop()


def test_two_interrupts_end_it_at_once(watching: Folder) -> None:
    with watching.service() as service:
        service.wait_for_log("watching")
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(10) == 0


def test_metrics_are_served_and_a_taken_port_is_refused(watching: Folder, tmp_path: Path, feeds: FeedServer) -> None:
    port = feeds.base_url.rsplit(":", 1)[1]
    config = json.loads((watching.path / "rackwatch.yaml").read_text())
    watching.write("rackwatch.yaml", json.dumps(config | {"metrics": {"listen": f"127.0.0.1:{port}"}}))
    refused = watching.run("run", check=1)
    assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr
    assert tmp_path.exists()
