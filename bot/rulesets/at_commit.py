"""The rules folder as of a branch, tag or commit, read from git without touching the working tree."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePosixPath

from bot.errors import ConfigInvalid, Refused
from rules import Problem

PATIENCE = 60
"""Seconds that git may take; it takes milliseconds, unless the repository lies on a disk that sleeps."""


def files_at(reference: str, folder: Path) -> dict[str, str]:
    """The rule files (name → text) that `folder` had at a commit.

    Raises Refused where there is no git, no repository, no such commit or no rule file, and ConfigInvalid for a file
    that is no text.
    """
    place = folder if folder.is_dir() else folder.parent
    path = os.path.relpath(folder, place)
    if _git(place, "rev-parse", "--is-inside-work-tree") is None:
        raise Refused(f"{folder} lies in no git repository, so there is no '{reference}' to read")
    commit = _git(place, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if commit is None:
        raise Refused(f"git knows no branch, tag or commit '{reference}' in the repository of {folder}")
    listing = _git(place, "ls-tree", "-r", "-z", commit.decode().strip(), "--", path) or b""
    blobs = dict(_rule_blobs(listing, path))
    if not blobs:
        raise Refused(f"'{reference}' has no rule file (*.yaml) in {folder.name}/")
    contents = _contents(place, list(blobs.values()))
    files = {}
    for name, content in zip(blobs, contents, strict=True):
        try:
            files[name] = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            problem = Problem(file=f"{reference}:{name}", line=1, column=1, message="not UTF-8; save it as UTF-8")
            raise ConfigInvalid([problem]) from error
    return files


def _rule_blobs(listing: bytes, path: str) -> list[tuple[str, str]]:
    """Name and object of each rule file; what is hidden is left out, as in a folder."""
    found = []
    for line in listing.split(b"\0"):
        head, _, raw = line.partition(b"\t")
        words = head.decode().split()
        if len(words) != 3 or words[1] != "blob" or words[0] == "120000":
            continue
        full = PurePosixPath(os.fsdecode(raw))
        name = full if path == "." else full.relative_to(path)
        if name.suffix in {".yaml", ".yml"} and not any(part.startswith(".") for part in name.parts):
            found.append((str(name), words[2]))
    return found


def _contents(place: Path, objects: list[str]) -> list[bytes]:
    """The blobs, in order, from one `git cat-file`."""
    said = _git(place, "cat-file", "--batch", given="\n".join(objects).encode() + b"\n") or b""
    found, at = [], 0
    for _ in objects:
        end = said.index(b"\n", at)
        size = int(said[at:end].rsplit(b" ", 1)[1])
        found.append(said[end + 1 : end + 1 + size])
        at = end + size + 2
    return found


def _git(place: Path, *arguments: str, given: bytes | None = None) -> bytes | None:
    """What git prints; None where it fails. Raises Refused where there is no git, or none that ends."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; what a person typed stands behind --end-of-options
            ["git", "-C", str(place), *arguments],  # noqa: S607 - git is where the person has it
            input=given,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise Refused("git is not installed, or not on the PATH") from error
    except subprocess.TimeoutExpired as error:
        raise Refused(f"git has not answered within {PATIENCE} s") from error
    return done.stdout if done.returncode == 0 else None
