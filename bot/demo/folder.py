"""The demo's working folder: made anew each time, and only where nothing of the reader's stands."""

from __future__ import annotations

from pathlib import Path

from bot.demo.feed_server import FeedServer
from bot.demo.rounds import SOURCES
from bot.errors import AlreadyThere
from bot.settings import CONFIG_NAME
from bot.workfolder import remove_folder, write_missing
from rules import shipped_watches

DEFAULT_FOLDER = "rackwatch-demo"
MARK = ".rackwatch-demo"
"""A file that says that the folder was made by the demo, and may be made anew."""

_HEAD = """\
# Made by 'rackwatch demo'. Its feeds were served on loopback while the demo ran and are gone now;
# the archive beside this file is yours to query. For a watch of your own: rackwatch init DIR

fetch:
  allow_hosts: [127.0.0.1]   # the demo's own feed server
  host_gap: 20ms

alerts:
  edit_gap: 0s

sources:
"""


def prepare_folder(folder: Path, server: FeedServer) -> None:
    """Write rackwatch.yaml and the shipped rules.

    Raises AlreadyThere when the folder holds anything that the demo did not make.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARK).is_file():
            raise AlreadyThere(f"{folder} exists and was not made by the demo; name another: rackwatch demo DIR")
        remove_folder(folder)
    contents = {folder / MARK: "", folder / CONFIG_NAME: _config(server)}
    for path in sorted(shipped_watches().iterdir()):
        if path.suffix not in {".yaml", ".json"}:
            continue
        contents[folder / "rules" / path.name] = path.read_text(encoding="utf-8")
    write_missing(contents)


def _config(server: FeedServer) -> str:
    sources = []
    for source in SOURCES:
        tags = f"\n    tags: [{', '.join(source.tags)}]" if source.tags else ""
        sources.append(
            f"  - key: {source.key}\n    url: {server.url(source.path)}\n    title: {source.title}\n"
            f"    publisher: {source.publisher}\n    language: {source.language}{tags}\n"
        )
    return _HEAD + "".join(sources)
