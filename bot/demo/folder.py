"""The demo's working folder: made anew each time, and only where nothing of the reader's stands."""

from __future__ import annotations

from pathlib import Path

from bot.demo.feed_server import FeedServer
from bot.demo.sources import SOURCES, DemoSource
from bot.errors import AlreadyThere
from bot.settings import CONFIG_NAME
from bot.workfolder import remove_folder, write_missing
from rules import shipped_watches

DEFAULT_FOLDER = "rackwatch-demo"
MARK = ".rackwatch-demo"
"""A file that says that the folder was made by the demo, and may be made anew."""

_HEAD = """\
# Made by 'rackwatch demo'. Its sources were served on loopback while the demo ran and are gone now;
# the archive beside this file is yours to query. For a watch of your own: rackwatch init DIR

fetch:
  allow_hosts: [127.0.0.1]   # the demo's own server
  host_gap: 0s

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
    return _HEAD + "".join(_written(source, server.url(source.path)) for source in SOURCES)


def _written(source: DemoSource, url: str) -> str:
    """The source as a person would write it."""
    lines = [f"- key: {source.key}"]
    if source.form.options:
        lines += [f"  {source.form.origin}:", f"    url: {url}"]
        lines += [f"    {name}: {value}" for name, value in source.form.options.items()]
    else:
        lines.append(f"  {source.form.origin}: {url}")
    lines += [f"  title: {source.title}", f"  publisher: {source.publisher}", f"  language: {source.language}"]
    if source.tags:
        lines.append(f"  tags: [{', '.join(source.tags)}]")
    if not source.pages:
        lines.append("  full_text: never   # its articles are invented, and stand on no page")
    return "".join(f"  {line}\n" for line in lines)
