"""Commands as a person types them."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.conftest import CHAT
from tests.shell import NearFolder, Shell
from tests.world import COMMAND, RULES, TOKEN, BotApi, Folder, rss

NEWS = [
    {"guid": "1", "title": "Tesla opens a data center", "text": "In Sacramento, Twitter's former building."},
    {"guid": "2", "title": "Daten-Zentren in Grünheide", "text": "Tesla baut ein Rechenzentrum."},
    {"guid": "3", "title": "特斯拉收购数据中心", "text": "推特的数据中心。"},
]


def test_init_writes_a_folder_that_passes_its_own_check_and_never_overwrites(shell: Shell, tmp_path: Path) -> None:
    folder = NearFolder(path=tmp_path, shell=shell)
    target = tmp_path / "mine"
    folder.run("init", str(target))
    config = (target / "rackwatch.yaml").read_text(encoding="utf-8")
    for key in ("electrek", "teslamag", "datacenterdynamics", "the-register", "heise", "golem", "ars-technica"):
        assert f"key: {key}\n" in config
    assert "#RACKWATCH" not in (target / ".env.example").read_text()
    mine = NearFolder(path=target, shell=shell)
    mine.run("check")
    publishers = (target / "publishers.yaml").read_text(encoding="utf-8")
    assert publishers.startswith("# yaml-language-server: $schema=./publishers.schema.json\n")
    schema = json.loads((target / "publishers.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"].keys() == {"owners", "platforms"}
    (target / "rackwatch.yaml").write_text(config + "# mine\n", encoding="utf-8")
    (target / "rules" / "tesla-data-centers.yaml").unlink()
    done = folder.run("init", str(target))
    assert "kept" in done.stdout
    assert (target / "rackwatch.yaml").read_text(encoding="utf-8").endswith("# mine\n")
    assert (target / "rules" / "tesla-data-centers.yaml").exists()


def test_init_where_a_file_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("a file")
    done = Folder(path=tmp_path).run("init", str(tmp_path / "mine"), check=1)
    assert "mine" in done.stderr


def test_the_editor_schema_accepts_the_template_and_knows_every_setting(shell: Shell, tmp_path: Path) -> None:
    NearFolder(path=tmp_path, shell=shell).run("init", str(tmp_path))
    schema = json.loads((tmp_path / "rackwatch.schema.json").read_text())
    assert {"sources", "chats", "fetch", "timezone"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.fixture(scope="module")
def polled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """A working folder after its first poll; its feed's server runs as long as the module does."""
    made = Folder(path=tmp_path_factory.mktemp("polled"))
    made.write("rules/data-centers.yaml", RULES)
    with FeedServer() as server:
        server.publish("/a.xml", Reply(body=rss(*NEWS).encode()))
        made.configure(sources=[{"key": "a", "title": "Alpha", "url": server.url("/a.xml")}])
        made.run("poll")
        yield made


@pytest.fixture
def collected(polled: Folder, shell: Shell, tmp_path: Path) -> NearFolder:
    """A copy of it for each test: another poll would take seconds."""
    shutil.copytree(polled.path, tmp_path / "watch")
    return NearFolder(path=tmp_path / "watch", shell=shell)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["Sacramento"], ["1"]),
        (["sacramento", "twitter"], ["1"]),
        (["data-center"], ["1"]),
        (["data center"], ["1"]),
        (['"data center"'], ["1"]),
        (["center data"], ["1"]),
        (["rechenz*"], ["2"]),
        (["grunheide"], ["2"]),
        (["Grünheide"], ["2"]),
        (["Daten-Zentren"], ["2"]),
        (["数据中心"], ["3"]),
        (["数据", "特斯拉"], ["3"]),
        (["tesla", "-sacramento"], ["2"]),
        (["nothing"], []),
    ],
)
def test_archive_search(collected: NearFolder, words: list[str], found: list[str]) -> None:
    rows = json.loads(collected.run("archive", "search", "--json", "--", *words).stdout)
    assert [NEWS[int(number) - 1]["title"] for number in found] == [row["title"] for row in rows]


def test_archive_search_refuses_what_finds_nothing_by_itself(collected: NearFolder) -> None:
    for words in (["-x"], ["..."], ['""']):
        assert "nothing to search for" in collected.run("archive", "search", "--", *words, check=1).stderr
    assert "is not a duration" in collected.run("archive", "search", "x", "--since", "soon", check=1).stderr


def test_the_public_views_answer_sql(collected: NearFolder) -> None:
    with contextlib.closing(sqlite3.connect(collected.path / "rackwatch.db")) as connection:
        for view in ("entries", "stories", "matches", "alerts", "sources", "polls_daily"):
            connection.execute(f"SELECT * FROM archive_{view}").fetchall()
        rows = connection.execute(
            "SELECT source, publisher, title, first_seen_at FROM archive_entries ORDER BY id"
        ).fetchall()
    assert [row[:3] for row in rows] == [("a", "Alpha", news["title"]) for news in NEWS]
    assert all(row[3].endswith("Z") for row in rows)


@pytest.mark.slow
def test_sources_pause_and_resume_touch_one_line_only(collected: NearFolder, feeds: FeedServer) -> None:
    text = (
        "# my sources\nfetch: {allow_hosts: [127.0.0.1]}   # loopback\nsources:\n"
        f"  - key: a        # the first\n    url: {feeds.url('/a.xml')}\n\n"
        f"  - {{key: b, url: {feeds.url('/b.xml')}}}\n"
    )
    config = collected.write("rackwatch.yaml", text)
    collected.run("sources", "pause", "a")
    assert config.read_text() == text.replace("# the first\n", "# the first\n    paused: true\n")
    assert (collected.path / "rackwatch.yaml.bak").read_text() == text
    assert [row["paused"] for row in collected.json("sources", "list")] == [True, False]
    collected.run("sources", "pause", "b")
    assert "{paused: true, key: b" in config.read_text()
    assert "every source" in collected.run("poll", check=1).stderr
    collected.run("sources", "resume", "a")
    assert "paused: false" in config.read_text()
    assert "was active already" in collected.run("sources", "resume", "a").stdout
    assert "did you mean" not in collected.run("sources", "pause", "zzz", check=1).stderr


def test_sources_show_and_list(collected: NearFolder) -> None:
    shown = collected.run("sources", "show", "a").stdout
    assert "new entries" in shown
    assert "next check" in shown
    assert "Alpha" in collected.run("sources", "show", "a", "--json").stdout
    assert "a " in collected.run("sources", "list").stdout
    assert "no source named b" in collected.run("sources", "show", "b", check=1).stderr


@pytest.mark.slow
def test_alerts_show_retry_and_drop_of_what_is_not_there(collected: NearFolder) -> None:
    assert "no alerts yet" in collected.run("alerts", "list").stdout
    for command in ("show", "retry", "drop"):
        assert "no alert A9" in collected.run("alerts", command, "A9", check=1).stderr
        assert "looks like A17" in collected.run("alerts", command, "nine", check=1).stderr


def test_db_commands(collected: NearFolder, tmp_path: Path) -> None:
    assert "up to date" in collected.run("db", "upgrade").stdout
    assert "sound" in collected.run("db", "check").stdout
    collected.run("db", "backup", "--to", str(tmp_path / "backups"))
    (copy,) = (tmp_path / "backups").iterdir()
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (3,)
    assert "3 entries indexed" in collected.run("db", "reindex").stdout
    assert len(collected.json("archive", "search", "Sacramento")) == 1


def test_telegram_test_says_the_exact_reason(folder: Folder, shell: Shell, bot_api: BotApi) -> None:
    folder = NearFolder(path=folder.path, shell=shell)
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(telegram={"base_url": bot_api.server.base_url}, chats={"me": {"id": str(CHAT)}, "x": {"id": "7"}})
    assert "me: sent" in folder.run("telegram", "test", "me").stdout
    assert "chat not found" in folder.run("telegram", "test", check=1).stdout.lower()
    bot_api.faults({"chat": CHAT, "method": "sendMessage", "times": 1, "kind": "401"})
    assert "token" in folder.run("telegram", "test", "me", check=1).stdout
    assert "did you mean 'me'" in folder.run("telegram", "test", "mee", check=1).stderr


def test_usage_errors_exit_with_two(folder: Folder, shell: Shell) -> None:
    folder = NearFolder(path=folder.path, shell=shell)
    folder.configure()
    for arguments in (
        ["nonsense"],
        ["poll", "--nonsense"],
        ["alerts", "list", "--state", "odd"],
        ["archive", "search"],
    ):
        assert folder.run(*arguments, check=2).stderr


def test_output_into_a_closed_pipe_is_no_error(collected: NearFolder) -> None:
    command = f"{' '.join(map(repr, COMMAND[:-1]))} {COMMAND[-1]!r} -C {collected.path} sources list --json | sleep 0"
    for _ in range(3):  # whether the reader goes before the writer writes is a race
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        assert done.stderr == ""


def test_packages_of_the_same_name_elsewhere_are_refused(tmp_path: Path) -> None:
    """The three packages have generic names; another `rules` that stands first must not be used by mistake."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "__init__.py").write_text("")
    checkout = Path(__file__).resolve().parents[2]
    code = f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(checkout)!r}]; import bot.cli.main as m; m.main()"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "must stand in one folder" in done.stderr
    assert str(tmp_path) in done.stderr


def test_a_working_folder_named_like_our_packages_does_no_harm(collected: NearFolder) -> None:
    """A working folder has a folder `rules`; the program must not take it for its own package."""
    done = subprocess.run(
        [*COMMAND, "poll"], cwd=collected.path, env=collected.env(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [file.name for file in (collected.path / "rules").iterdir()] == ["data-centers.yaml"]
