"""`rackwatch check`: every mistake at once, located, with what to type instead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.check import check_folder
from bot.demo.feed_server import FeedServer
from tests.shell import NearFolder, Shell
from tests.world import RULES, TOKEN, Folder

GOOD = """\
timezone: Europe/Berlin
sources:
  - key: heise
    url: https://www.heise.de/rss/heise-atom.xml
    language: de
"""


@pytest.fixture
def near(folder: Folder, shell: Shell) -> NearFolder:
    """The working folder, checked in this process: a hundred starts would take minutes."""
    return NearFolder(path=folder.path, shell=shell)


NOW = datetime(2026, 11, 23, tzinfo=UTC)
CONSOLE = "chats: {me: {kind: console}}\n"

# What is wrong, the file, and the lines that must be reported (line:column: beginning of the message).
MISTAKES = [
    ("unknown key", GOOD + "    intervall: 5m\n", ["6:5: unknown key 'intervall' (did you mean 'interval'?)"]),
    ("duplicate key", GOOD + "timezone: UTC\n", ["6:1: "]),
    ("bad duration", GOOD + "    interval: 5 parsecs\n", ["6:15: '5 parsecs' is not a duration"]),
    ("unknown time zone", GOOD.replace("Berlin", "Berlni"), ["1:11: unknown time zone 'Europe/Berlni' (did you mean"]),
    ("no web address", GOOD.replace("https://www.heise.de", "heise.de"), ["4:10: "]),
    ("missing key", GOOD.replace("    url: https://www.heise.de/rss/heise-atom.xml\n", ""), ["3:5: "]),
    ("key used twice", GOOD + "  - key: heise\n    url: https://x.org/\n", ["6:10: source key 'heise' is already"]),
    ("a chat without a token", GOOD + "chats:\n  me:\n    id: 5\n", ["'me' is a Telegram chat, but there is no token"]),
    ("a chat without an id", GOOD + "chats:\n  me: {kind: telegram}\n", ["chat 'me' has no id"]),
    ("an unknown operator", GOOD + CONSOLE + "operator_chat: mee\n", ["unknown chat 'mee' (did you mean 'me'?)"]),
    (
        "an unknown watch",
        GOOD + "chats: {me: {kind: console, watches: [data-centres]}}\n",
        ["unknown watch 'data-centres' (did you mean 'data-centers'?)"],
    ),
    ("not YAML", GOOD + "chats: [\n", ["rackwatch.yaml:"]),
    ("tabs", "sources:\n\t- key: x\n", ["rackwatch.yaml:2:"]),
    ("an empty file", "", ["rackwatch.yaml:1:1: the file is empty"]),
    ("a list instead of a mapping", "- a\n", ["rackwatch.yaml:1:1: "]),
    ("a bad size", GOOD + "fetch: {max_size: huge}\n", ["'huge' is not a size"]),
    ("a bad network", GOOD + "fetch: {allow_hosts: [10.0.0.0/99]}\n", ["'10.0.0.0/99' is neither"]),
    ("another database", GOOD + "storage: {url: 'mysql://x'}\n", ["is not supported yet"]),
    ("a bad number", GOOD + "fetch: {concurrency: many}\n", ["6:22: "]),
    ("a bad listen address", GOOD + "metrics: {listen: here}\n", ["'here' is not host:port"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), MISTAKES, ids=[name for name, _, _ in MISTAKES])
def test_each_mistake_is_located_and_explained(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, name: str, text: str, expected: list[str]
) -> None:
    folder.write("rackwatch.yaml", text)
    for variable in ("RACKWATCH_TELEGRAM_TOKEN", "RACKWATCH_TELEGRAM_TOKEN_FILE"):
        monkeypatch.delenv(variable, raising=False)
    lines = [str(problem).removeprefix(f"{folder.path}/") for problem in check_folder(folder.path, now=NOW).problems]
    for part in expected:
        assert part in "\n".join(lines), name
    assert all(line.startswith("rackwatch.yaml:") for line in lines)


def test_a_rule_that_asks_for_an_unknown_source_or_tag_is_warned_about(folder: Folder) -> None:
    folder.write("rackwatch.yaml", GOOD)
    folder.write("rules/more.yaml", "watch: more\nrules:\n  - name: r\n    when: '\"x-ray\" and source:heize'\n")
    warnings = [str(warning).removeprefix(f"{folder.path}/") for warning in check_folder(folder.path, now=NOW).warnings]
    said = "warning: the rule 'more/r' asks for source:heize, which no source has (did you mean 'heise'?)"
    assert f"rules/more.yaml:3:5: {said}" in warnings


def test_a_rule_whose_time_is_over_is_warned_about(folder: Folder) -> None:
    folder.write("rackwatch.yaml", GOOD)
    folder.write("rules/more.yaml", "watch: more\nrules:\n  - name: r\n    when: '\"x-ray\"'\n    until: 2026-11-22\n")
    assert any("its 'until' is over" in str(warning) for warning in check_folder(folder.path, now=NOW).warnings)


def test_all_mistakes_of_all_files_are_reported_at_once(near: NearFolder) -> None:
    near.write("rackwatch.yaml", GOOD + "    intervall: 5m\n    language: deutsch!\ntimezoone: x\n")
    bad = RULES.replace("firm near place", "firm near plaice").replace("[Tesla]", "[/Tes(la/]")
    near.write("rules/data-centers.yaml", bad)
    done = near.run("check", check=1)
    lines = done.stderr.strip().splitlines()
    assert [line.split(":")[0] for line in lines] == ["rackwatch.yaml"] * 3 + ["rules/data-centers.yaml"] * 2
    assert "rules/data-centers.yaml:4:16:" in done.stderr
    assert "rules/data-centers.yaml:8:21: unknown term group 'plaice' (did you mean 'place'?)" in done.stderr
    found = near.run("check", "--json", check=1)
    assert '"ok": false' in found.stdout


def test_mistakes_of_publishers_yaml_are_reported_with_the_others(near: NearFolder) -> None:
    near.write("rackwatch.yaml", GOOD + "    intervall: 5m\n")
    near.write("publishers.yaml", "owners:\n  one:\n    nmae: One\n    outlets:\n      www.one.example: []\n")
    lines = near.run("check", check=1).stderr.strip().splitlines()
    assert [line.rsplit(": ", 1)[0].split(": ")[0] for line in lines] == [
        "publishers.yaml:3:5",
        "publishers.yaml:5:7",
        "rackwatch.yaml:6:5",
    ]
    assert "did you mean 'name'" in lines[0]
    assert "write 'one.example'" in lines[1]


def test_a_failing_test_of_a_rule_is_a_mistake(near: NearFolder) -> None:
    near.write("rackwatch.yaml", GOOD)
    near.write("rules/data-centers.yaml", RULES.replace("opens a data center", "opens a shop"))
    assert "rules/data-centers.yaml:11:" in near.run("check", check=1).stderr


def test_a_section_whose_lines_are_all_commented_out_is_not_set(near: NearFolder) -> None:
    near.write("rackwatch.yaml", GOOD + "chats:\n#  me:\n#    id: 5\nfetch:\noperator_chat:\n")
    near.run("check")


def test_a_good_folder_is_said_to_be_good(near: NearFolder) -> None:
    near.write("rackwatch.yaml", GOOD)
    assert "all right: 1 sources, 1 rules" in near.run("check").stdout


def test_the_token_may_come_from_dotenv_or_a_file_and_is_never_shown(near: NearFolder) -> None:
    chat = GOOD + "chats:\n  me:\n    id: 5\n"
    near.write("rackwatch.yaml", chat)
    near.write(".env", f"RACKWATCH_TELEGRAM_TOKEN={TOKEN}\n")
    near.run("check")
    near.write(".env", "")
    near.write("secret.txt", TOKEN + "\n")
    near.environment["RACKWATCH_TELEGRAM_TOKEN_FILE"] = "secret.txt"
    near.run("check")
    near.environment["RACKWATCH_TELEGRAM_TOKEN_FILE"] = "gone.txt"
    assert "gone.txt, which cannot be read" in near.run("check", check=1).stderr
    near.environment = {"RACKWATCH_TELEGRAM_TOKEN": "not a token but secret"}
    done = near.run("check", check=1)
    assert "does not look like a token" in done.stderr
    assert "but secret" not in done.stderr


def test_outside_a_working_folder_the_message_says_what_to_do(near: NearFolder) -> None:
    assert "rackwatch init DIR" in near.run("check", check=1).stderr


def test_run_and_poll_refuse_a_bad_file_with_the_same_lines(
    folder: Folder, near: NearFolder, feeds: FeedServer
) -> None:
    folder.write("rackwatch.yaml", GOOD + "    intervall: 5m\n")
    assert "6:5: unknown key 'intervall'" in folder.run("run", check=1).stderr
    for command in ("poll", "status"):
        assert "6:5: unknown key 'intervall'" in near.run(command, check=1).stderr
    assert feeds.requests == []
