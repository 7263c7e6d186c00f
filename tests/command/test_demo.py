"""`rackwatch demo`: what its reader sees."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest

from tests.world import Folder

PANEL = re.compile(r"^╭─ (alert|edit of|reply to) (A\d+)", re.MULTILINE)


@pytest.mark.slow
def test_the_demo_tells_a_story_in_one_message_its_edits_and_one_reply_and_two_stories_more(tmp_path: Path) -> None:
    demo = Folder(path=tmp_path / "demo")
    shown = Folder(path=tmp_path).run("demo", str(demo.path)).stdout
    alerts = {row["alert"]: row["content"] for row in demo.json("alerts", "list")}

    panels = PANEL.findall(shown)
    assert [kind for kind, alert in panels if alert == "A1"] == ["alert", "edit of", "edit of", "edit of", "reply to"]
    assert [alert for kind, alert in panels if kind == "alert"] == ["A1", "A2", "A3"]
    message, *edits, reply = [part for part in shown.split("╭─ ")[1:] if "A1" in part.splitlines()[0]]
    assert "First: Electrek (cited by others)" in message, "known by citation, before its own report came"
    assert all("First: Electrek, 2 h earlier · " in edit for edit in edits)
    assert "Denied or corrected · Data Center Dynamics" in reply
    told = [[one["publisher"] for one in content["reports"]] for content in alerts.values()]
    assert sorted(told, key=len, reverse=True) == [
        ["Electrek", "teslamag", "科技早报", "dpa", "Data Center Dynamics", "Tesla"],
        ["Data Center Dynamics", "X"],
        ["The Register"],
    ]
    assert alerts["A1"]["voices"] == 5, "two papers that print one dispatch are one voice; who denies confirms nothing"

    assert "register   an article's page: read" in shown
    assert "sources answer 304" in shown
    with contextlib.closing(sqlite3.connect(demo.path / "rackwatch.db")) as connection:
        kinds = connection.execute("SELECT kind, count(*) FROM archive_sources GROUP BY kind ORDER BY kind").fetchall()
        pages = connection.execute("SELECT count(*) FROM archive_entries WHERE full_text").fetchone()
    assert kinds == [("feed", 7), ("json", 1), ("page", 1)]
    assert pages == (1,), "the other pages say what their feed said"
