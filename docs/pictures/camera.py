"""Takes the picture of a page with a Chromium that has no window."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from docs.pictures.bubble import WIDTH

NARROWEST = 500
"""Pixels: Chromium makes no window narrower, so the page is enlarged to it and the picture taken smaller."""

SHARPNESS = 1.5
"""Pixels of the picture for each of the phone's: sharp enough on a good screen, below 150 KB."""

PATIENCE = 60.0
"""Seconds that the browser may take, its start included."""


class NoBrowser(Exception):
    """The browser did not do what it was asked."""


def photograph(html: str, *, browser: str) -> bytes:
    """The page as a PNG, as high as it is long."""
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder) / "page.html", Path(folder) / "page.png"
        page.write_text(html.replace("<html", f'<html style="zoom:{NARROWEST / WIDTH:.5f}"', 1), encoding="utf-8")
        found = re.search(r'data-height="(\d+)"', _run(browser, folder, "--dump-dom", str(page), height=800))
        if found is None:
            raise NoBrowser("the browser does not say how long the page is")
        _run(browser, folder, f"--screenshot={picture}", str(page), height=int(found[1]))
        if not picture.exists():
            raise NoBrowser("the browser took no picture")
        return picture.read_bytes()


def _run(browser: str, folder: str, *arguments: str, height: int) -> str:
    command = [
        browser, "--headless", "--disable-gpu", "--no-sandbox", "--hide-scrollbars", "--no-first-run",
        f"--user-data-dir={folder}/profile", f"--window-size={NARROWEST},{height}",
        f"--force-device-scale-factor={SHARPNESS * WIDTH / NARROWEST:.5f}", *arguments,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as wrong:
        raise NoBrowser(f"the browser failed: {wrong}") from wrong
    if done.returncode:
        raise NoBrowser(f"the browser failed: {done.stderr.strip()[-300:]}")
    return done.stdout
