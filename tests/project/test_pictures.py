"""The documents' pictures of messages are made of what the program says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pictures.make import FOLDER, pictures
from docs.pictures.stamp import mark_of, stamp_of, stamped
from tests.servers.process import CHECKOUT

MOST = 150_000
"""Bytes of a picture, for everybody who clones the repository."""

COMMAND = [sys.executable, "-m", "docs.pictures.make"]


def test_every_picture_shows_what_its_name_says() -> None:
    shown = {
        name: re.sub(r"<style>.*?</style>|<[^>]+>", "", page, flags=re.DOTALL) for name, page in pictures().items()
    }
    assert "Why: Tesla near Daten-Zentren" in shown["alert"]
    assert "Grund: Tesla nahe Daten-Zentren" in shown["alert-german"]
    assert "First: Electrek, 2 h earlier · 4 publishers · denied or corrected" in shown["edited"]
    assert "Denied or corrected" in shown["reply"]
    assert "and 11 more: rackwatch stories list --passed-over" in shown["digest"]
    assert "Tesla data centers\n• " in shown["digest-page"]
    assert "Unmute story" in shown["buttons"]
    assert "Warum?" in shown["alert-german"]
    assert "12 alerts in this chat" in shown["stats"]


def test_no_picture_is_stale() -> None:
    """Each carries the mark of the page that it was taken of; what a browser makes of the page is not compared."""
    stale = [
        name for name, page in pictures().items() if stamp_of((FOLDER / f"{name}.png").read_bytes()) != mark_of(page)
    ]
    assert not stale, "make them again: .venv/bin/python -m docs.pictures.make"


def test_a_mark_is_found_again_and_a_picture_without_one_has_none() -> None:
    picture = (FOLDER / "alert.png").read_bytes()
    again = stamped(picture[:33] + picture[33 + 12 + len(b"rackwatch-page") + 1 + 64 :], "another page")
    assert stamp_of(again) == mark_of("another page")
    assert stamp_of(again[:33]) is None


def test_every_picture_is_there_is_small_and_stands_in_a_document() -> None:
    text = "".join((CHECKOUT / "docs" / name).read_text(encoding="utf-8") for name in ("telegram.md", "chat.md"))
    assert {path.stem for path in FOLDER.glob("*.png")} == pictures().keys()
    for path in FOLDER.glob("*.png"):
        assert path.stat().st_size < MOST, path.name
        assert f"](pictures/{path.name})" in text


def test_without_a_browser_it_says_what_to_install_and_changes_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--into", str(tmp_path / "new")],
        cwd=CHECKOUT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "install 'chromium'" in done.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="no Chromium on this machine")
def test_the_pictures_can_be_taken(tmp_path: Path) -> None:
    subprocess.run([*COMMAND, "--into", str(tmp_path)], cwd=CHECKOUT, capture_output=True, timeout=300, check=True)
    taken = {path.stem: path.read_bytes() for path in tmp_path.glob("*.png")}
    assert taken.keys() == pictures().keys()
    assert all(picture.startswith(b"\x89PNG") for picture in taken.values())
