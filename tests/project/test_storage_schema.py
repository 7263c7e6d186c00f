"""The schema: migrations make what the models say, in a checkout and from a wheel, and a failure leaves nothing."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import migrate, open_store
from storage.errors import DatabaseTooNew
from storage.records import RulesCause
from storage.tables import metadata
from tests.servers.process import CHECKOUT

NOW = datetime(2026, 8, 14, 12, tzinfo=UTC)


def test_the_migrations_make_what_the_models_say(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        with store.database.read() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": _ours, "compare_type": True})
            assert compare_metadata(context, metadata) == []


def _ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """FTS5 keeps its index in tables of its own; the views are no tables."""
    return not (kind == "table" and name is not None and name.startswith("entries_fts"))


def test_file_names_say_what_alembic_says() -> None:
    scripts = ScriptDirectory.from_config(migrate.configuration())
    assert [script.revision for script in scripts.walk_revisions()][::-1] == migrate.known_revisions()
    assert scripts.get_current_head() == migrate.newest_revision()


def test_every_past_revision_upgrades_after_a_backup(tmp_path: Path) -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()]
    for revision in revisions:
        with open_store(f"sqlite:///{tmp_path / revision}.db") as store:
            migrate._run(store.database, revision)  # noqa: SLF001 - the only way to an older revision
            done = migrate.upgrade(store.database, now=NOW)
            assert done.after == migrate.newest_revision()
            assert (done.backup is not None) == (revision != done.after)
            assert migrate.check(store.database) == []


def test_rule_sets_of_the_first_schema_become_the_history(tmp_path: Path) -> None:
    database = tmp_path / "a.db"
    with open_store(f"sqlite:///{database}") as store:
        migrate._run(store.database, "0001")  # noqa: SLF001 - the only way to an older revision
        with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.executemany(
                "INSERT INTO rule_sets (version, files, in_force_at) VALUES (?, ?, ?)",
                [
                    ("new", '{"b.yaml": "b"}', "2026-08-02T00:00:00.000000Z"),
                    ("old", "{}", "2026-08-01T00:00:00.000000Z"),
                ],
            )
        migrate.upgrade(store.database, now=NOW)
        history = store.rule_sets.history(limit=9)
        assert [(change.version, change.in_force_at.day, change.cause) for change in history] == [
            ("new", 2, RulesCause.UNKNOWN),
            ("old", 1, RulesCause.UNKNOWN),
        ]
        stored = store.rule_sets.in_force()
        assert stored is not None
        assert (stored.version, stored.files, stored.mark.in_folder) == ("new", {"b.yaml": "b"}, True)


def test_an_upgrade_from_an_older_database_keeps_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a second revision of the test's own: the backup is made, and a failing migration changes nothing."""
    scripts = tmp_path / "scripts"
    (scripts / "versions").mkdir(parents=True)
    for file in ("env.py", "versions/0001_first_schema.py"):
        (scripts / file).write_text((CHECKOUT / "alembic" / file).read_text())
    database = tmp_path / "a.db"
    monkeypatch.setattr(migrate, "scripts_folder", lambda: scripts)
    with open_store(f"sqlite:///{database}") as store:
        migrate.upgrade(store.database, now=NOW)
        head = "revision = '0002'\ndown_revision = '0001'\nfrom alembic import op\ndef upgrade() -> None:\n"
        second = scripts / "versions" / "0002_second.py"
        second.write_text(head + "    op.execute('CREATE TABLE extra (a)')\n    op.execute('CREATE TABLE meta (a)')\n")
        with pytest.raises(sa.exc.OperationalError):
            migrate.upgrade(store.database, now=NOW)
        assert migrate.revision(store.database) == "0001"
        with store.database.read() as connection:
            assert "extra" not in sa.inspect(connection).get_table_names()
        second.write_text(head + "    op.execute('CREATE TABLE extra (a)')\n")
        done = migrate.upgrade(store.database, now=NOW)
    assert done.backup == tmp_path / "a.db.20260814T120000Z-0001.backup"
    with contextlib.closing(sqlite3.connect(done.backup)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_database_that_is_up_to_date_runs_no_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it load Alembic, which takes longer than the rest of a short command."""
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        monkeypatch.setitem(sys.modules, "alembic", None)
        assert migrate.upgrade(store.database, now=NOW).before == migrate.newest_revision()
        with store.database.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(DatabaseTooNew, match="9999"):
            migrate.upgrade(store.database, now=NOW)


def test_the_public_views_keep_their_columns(tmp_path: Path) -> None:
    """docs/archive.md names every view and column; this is the list that must not shrink."""
    documented = (CHECKOUT / "docs" / "archive.md").read_text(encoding="utf-8")
    with open_store(f"sqlite:///{tmp_path / 'a.db'}") as store:
        migrate.upgrade(store.database, now=NOW)
        with store.database.read() as connection:
            inspector = sa.inspect(connection)
            views = inspector.get_view_names()
            assert sorted(views) == [
                "archive_alerts",
                "archive_entries",
                "archive_matches",
                "archive_polls_daily",
                "archive_sources",
                "archive_stories",
                "archive_votes",
            ]
            for view in views:
                section = documented.split(f"`{view}`", 1)[1].split("\n### ", 1)[0]
                for column in inspector.get_columns(view):
                    assert f"`{column['name']}`" in section, f"{view}.{column['name']} is undocumented"


@pytest.mark.slow
def test_a_wheel_installed_elsewhere_can_upgrade_a_database(tmp_path: Path) -> None:
    """The wheel is built, unpacked into an empty folder and used from there, without the checkout."""
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, CHECKOUT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(site)
    assert "storage/migrations/versions/0001_first_schema.py" in names
    assert "rules/watches/tesla-data-centers.yaml" in names
    assert "bot/template/rackwatch.yaml" in names
    assert not any(name.startswith(("tests/", "alembic/")) for name in names)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import storage.migrate as m; "
        f"assert str(m.scripts_folder()).startswith({str(site)!r}), m.scripts_folder(); "
        "sys.argv = ['rackwatch', 'demo', 'd']; from bot.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "d" / "rackwatch.db").exists()
