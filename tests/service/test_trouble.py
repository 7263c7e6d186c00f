"""Locks, full disks, missing permissions, secrets: one clear message, nothing lost, no traceback."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from bot.demo.feed_server import FeedServer, Reply
from tests.conftest import CHAT
from tests.world import COMMAND, TOKEN, BotApi, Folder, rss

OLD = {"guid": "0", "title": "A quiet day"}
NEWS = {"guid": "1", "title": "Tesla opens a data center in Sacramento", "text": "It was empty before. " * 200}


@pytest.fixture
def watching(folder: Folder, feeds: FeedServer) -> Folder:
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.configure(sources=[{"key": "a", "url": feeds.url("/a.xml")}])
    return folder


def run_limited(folder: Folder, *arguments: str, file_size: int) -> subprocess.CompletedProcess[str]:
    """The command under a file size limit: the disk "fills up" while it writes."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return subprocess.run(
        [*COMMAND, "-C", str(folder.path), *arguments],
        env=folder.env(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.slow
def test_a_full_disk_while_polling_is_said_and_nothing_is_lost(watching: Folder, feeds: FeedServer) -> None:
    watching.run("poll")
    big = [{"guid": f"x{n}", "title": f"Filler {n}", "text": f"{n} " * 3000} for n in range(40)]
    feeds.publish("/a.xml", Reply(body=rss(NEWS, *big, OLD).encode()))
    size = (watching.path / "rackwatch.db").stat().st_size
    done = run_limited(watching, "poll", file_size=size)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("rackwatch:")]) == 1
    assert "full" in done.stderr
    assert watching.json("alerts", "list") == []
    assert watching.json("poll")[0]["new"] == 41
    assert len(watching.json("alerts", "list")) == 1
    assert "sound" in watching.run("db", "check").stdout


def test_a_full_disk_at_the_very_first_start(watching: Folder) -> None:
    done = run_limited(watching, "poll", file_size=8192)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "full" in done.stderr
    assert watching.json("poll")[0]["outcome"] == "new entries"


@pytest.mark.slow
def test_the_service_survives_a_full_disk(watching: Folder, feeds: FeedServer, bot_api: BotApi) -> None:
    """A service under a limit logs the trouble and keeps running; started again without it, nothing is missing."""
    watching.run("poll")
    big = [{"guid": f"x{n}", "title": f"Filler {n}", "text": f"{n} " * 3000} for n in range(40)]
    feeds.publish("/a.xml", Reply(body=rss(NEWS, *big, OLD).encode()))
    size = (watching.path / "rackwatch.db").stat().st_size + 4096

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with (watching.path / "limited.log").open("wb") as log:
        process = subprocess.Popen(
            [*COMMAND, "-C", str(watching.path), "run"],
            env=watching.env(),
            stdout=log,
            stderr=log,
            preexec_fn=limit,  # noqa: PLW1509 - the child sets its own limit; no threads of ours run in it
        )
        deadline = time.monotonic() + 20
        while "poll not stored" not in (watching.path / "limited.log").read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert process.poll() is None
        process.terminate()
        assert process.wait(10) == 0
    said = (watching.path / "limited.log").read_text()
    assert "poll not stored" in said
    assert "Traceback" not in said
    watching.run("poll")
    assert len(watching.json("alerts", "list")) == 1
    assert bot_api.ledger() == []


@pytest.mark.slow
def test_a_database_locked_by_a_stranger_is_said(watching: Folder) -> None:
    watching.run("poll")
    stranger = sqlite3.connect(watching.path / "rackwatch.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    try:
        done = watching.run("poll", check=1)
    finally:
        stranger.execute("ROLLBACK")
        stranger.close()
    assert "locked by another process" in done.stderr
    watching.run("poll")


@pytest.mark.skipif(os.geteuid() != 0, reason="root drops to another user to try this; others: see the next test")
def test_no_write_permission_is_said_as_another_user(watching: Folder) -> None:
    watching.run("poll")
    for path in (watching.path, *watching.path.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for parent in watching.path.parents:
        if parent.stat().st_mode & 0o005 != 0o005 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o005)
    readable = os.access(COMMAND[0], os.X_OK) and Path(COMMAND[0]).resolve().stat().st_mode & 0o005 == 0o005
    if not readable or any(p.stat().st_mode & 0o001 == 0 for p in Path(COMMAND[0]).resolve().parents):
        pytest.skip("the interpreter lies where only root may read")
    for command in ("poll", "run"):
        done = subprocess.run(
            [*COMMAND, "-C", str(watching.path), command],
            env=watching.env(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            user=65534,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "ermission" in done.stderr


def test_a_folder_where_the_database_cannot_be_made(watching: Folder) -> None:
    watching.configure(storage={"url": "sqlite:////proc/nowhere/rackwatch.db"}, sources=[])
    done = watching.run("poll", check=1)
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_database(watching: Folder) -> None:
    (watching.path / "rackwatch.db").write_bytes(b"this is not a database" * 500)
    for command in (["poll"], ["status"], ["archive", "search", "x"], ["db", "check"]):
        done = watching.run(*command, check=1)
        assert "not a whole SQLite database" in done.stderr
    assert (watching.path / "rackwatch.db").read_bytes().startswith(b"this is not")


@pytest.mark.slow
def test_a_newer_database_is_refused_with_what_to_do(watching: Folder) -> None:
    watching.run("poll")
    with contextlib.closing(sqlite3.connect(watching.path / "rackwatch.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (watching.path / "rackwatch.db").read_bytes()
    for command in (["poll"], ["run"], ["status"], ["db", "upgrade"]):
        done = watching.run(*command, check=1)
        assert "written by a newer rackwatch (revision 9999" in done.stderr
        assert "Upgrade rackwatch, or put back a backup" in done.stderr
    assert (watching.path / "rackwatch.db").read_bytes() == before


@pytest.mark.slow
def test_the_token_is_nowhere(folder: Folder, feeds: FeedServer, bot_api: BotApi, tmp_path: Path) -> None:
    """Not in a log at DEBUG, not in an error, not in the database or a backup."""
    feeds.publish("/a.xml", Reply(body=rss(OLD).encode()))
    folder.environment["RACKWATCH_TELEGRAM_TOKEN"] = TOKEN
    folder.configure(
        sources=[{"key": "a", "url": feeds.url("/a.xml")}],
        telegram={"base_url": bot_api.server.base_url, "timeout": "1s"},
        chats={"team": {"id": str(CHAT)}},
    )
    said = [folder.run("--debug", "poll")]
    feeds.publish("/a.xml", Reply(body=rss(NEWS, OLD).encode()))
    kinds = ("drop_before", "broken_json", "502_html")
    bot_api.faults(*({"chat": None, "method": None, "times": 1, "kind": kind} for kind in kinds))
    said.append(folder.run("--debug", "poll"))
    assert "api" in said[-1].stderr.lower(), "the libraries' own debug lines are there to be searched"
    bot_api.faults({"chat": None, "method": None, "times": -1, "kind": "401"})
    said.append(folder.run("--debug", "telegram", "test", check=1))
    bot_api.server.stop()
    said.append(folder.run("--debug", "telegram", "test", check=1))
    said += [folder.run("--debug", *line.split()) for line in ("check", "status --json", "alerts show A1 --json")]
    folder.run("db", "backup", "--to", str(tmp_path / "backups"))
    secret = TOKEN.split(":")[1]
    for done in said:
        assert secret not in done.stdout + done.stderr, done.args
    files = [*folder.path.rglob("*"), *(tmp_path / "backups").rglob("*")]
    assert not [file for file in files if file.is_file() and secret.encode() in file.read_bytes()]
