"""The service is killed while it talks: no update is lost, and at most what was under way is done twice."""

from __future__ import annotations

import pytest

from tests.chat.shapes import message, pressed
from tests.conftest import CHAT, OTHER_CHAT
from tests.world import TOKEN, BotApi, Folder, Service


@pytest.fixture
def talking(folder: Folder, bot_api: BotApi) -> Folder:
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        telegram={"base_url": bot_api.server.base_url, "timeout": "3s"},
        chats={"me": {"id": str(OTHER_CHAT)}, "team": {"id": str(CHAT)}},
    )
    return folder


def ask(bot_api: BotApi, *stories: int) -> None:
    """Questions that each have an answer of their own."""
    updates = [{"message": message(f"/story {number}", where=OTHER_CHAT)} for number in stories]
    bot_api.server.post("/control/updates", updates)


def answered(bot_api: BotApi) -> list[int]:
    """The questions in the order of their answers."""
    begin = "There is no story "
    texts = [str(one["text"]) for one in bot_api.messages()]
    return [int(text.removeprefix(begin).rstrip(".")) for text in texts if text.startswith(begin)]


def held(service: Service, bot_api: BotApi) -> None:
    service.wait_for(lambda: bot_api.server.get("/control/held")["held"], "the held answer")


def test_killed_before_it_is_known_whether_the_answer_arrived_it_is_said_twice_at_most(
    talking: Folder, bot_api: BotApi
) -> None:
    bot_api.faults({"method": "sendMessage", "kind": "hold", "times": 1})
    with talking.service() as service:
        ask(bot_api, 1001, 1002)
        held(service, bot_api)
        service.kill()
    bot_api.server.post("/control/release")
    with talking.service() as service:
        service.wait_for(lambda: 1002 in answered(bot_api), "the second answer")
        service.stop()
    assert answered(bot_api) == [1001, 1001, 1002]


@pytest.mark.slow
def test_killed_before_the_work_of_a_pressed_button_it_is_done_once(talking: Folder, bot_api: BotApi) -> None:
    bot_api.faults({"method": "answerCallbackQuery", "kind": "hold", "times": 1})
    press = pressed("page:s99.0", where=OTHER_CHAT)["callback_query"]
    with talking.service() as service:
        bot_api.server.post("/control/updates", [{"callback_query": press}])
        ask(bot_api, 1001)
        held(service, bot_api)
        service.kill()
    bot_api.server.post("/control/release")
    with talking.service() as service:
        service.wait_for(lambda: 1001 in answered(bot_api), "the answer behind it")
        service.stop()
    gone = "This search is not known any more; please search again."
    assert [one["text"] for one in bot_api.messages()].count(gone) == 1


def test_killed_after_the_answer_and_before_telegram_knows_it_is_not_said_again(
    talking: Folder, bot_api: BotApi
) -> None:
    with talking.service() as service:
        ask(bot_api, 1001)
        service.wait_for(lambda: answered(bot_api), "the first answer")
        waits = {"reading": 1, "unconfirmed": 0}
        service.wait_for(lambda: bot_api.server.get("/control/reading") == waits, "the request that waits")
        bot_api.faults({"method": "getUpdates", "kind": "drop_before", "times": -1})
        ask(bot_api, 1002)  # the request that waits brings it; the next one, which would confirm it, is dropped
        service.wait_for_log("commands cannot be read")
        service.wait_for(lambda: 1002 in answered(bot_api), "the second answer")
        service.kill()
    assert [one["message"]["text"] for one in bot_api.server.get("/control/updates")] == ["/story 1002"]
    bot_api.faults()
    with talking.service() as service:
        ask(bot_api, 1003)
        service.wait_for(lambda: 1003 in answered(bot_api), "the third answer")
        service.stop()
    assert answered(bot_api) == [1001, 1002, 1003]


@pytest.mark.slow
def test_killed_five_times_among_twenty_questions_none_is_lost(talking: Folder, bot_api: BotApi) -> None:
    questions = list(range(1001, 1021))
    ask(bot_api, *questions)
    kills = 0
    for many in (1, 4, 8, 12, 16):
        with talking.service() as service:
            service.wait_for(lambda many=many: len(set(answered(bot_api))) >= many, f"{many} answers")  # type: ignore[misc]
            service.kill()
            kills += 1
    with talking.service() as service:
        service.wait_for(lambda: questions[-1] in answered(bot_api), "the last answer", deadline=40)
        service.stop()
    assert list(dict.fromkeys(answered(bot_api))) == questions, "in their order"
    assert len(answered(bot_api)) <= len(questions) + kills


@pytest.mark.slow
def test_answers_that_mean_nothing_are_said_once_and_read_over(talking: Folder, bot_api: BotApi) -> None:
    bot_api.faults(*({"method": "getUpdates", "kind": kind, "times": 1} for kind in ("broken_json", "502_html")))
    with talking.service() as service:
        bot_api.server.post("/control/updates", [5, "x", None, [], {"update_id": "seven"}])
        ask(bot_api, 1001)
        service.wait_for(lambda: answered(bot_api), "the answer")
        assert service.log.count("commands cannot be read") == 1
        assert "commands are read again" in service.log
        service.stop()
    assert answered(bot_api) == [1001]
    assert "Traceback" not in service.log
