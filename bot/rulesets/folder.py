"""The rules folder gets other files: prepared beside the old ones first, then put in place one by one.

Each file changes in one step, and what it was stands beside it as `.bak`; a file that is not wanted becomes one.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Refused
from rules.loader import rule_files

NEW_FILE = 0o644

TEMPORARY = ".rackwatch-"
"""What names of temporary files begin with: hidden, so no rule file, and known for ours when a kill leaves some."""


@dataclass(slots=True)
class Staged:
    """What will change: new contents as temporary files by their targets, and the files that go."""

    folder: Path
    written: dict[Path, Path] = field(default_factory=dict)
    removed: list[Path] = field(default_factory=list)
    _done: list[tuple[Path, bool]] = field(default_factory=list)  # with whether there was an old file

    @property
    def changes(self) -> int:
        return len(self.written) + len(self.removed)

    def put(self) -> None:
        """Put everything in place. Raises OSError; what was done until then is undone by `undo`."""
        for target, temporary in self.written.items():
            existed = target.exists()
            if existed:
                backup = _backup(target)
                backup.unlink(missing_ok=True)
                os.link(target, backup)
            temporary.replace(target)
            self._done.append((target, existed))
        for target in self.removed:
            target.replace(_backup(target))
            self._done.append((target, True))

    def undo(self) -> None:
        """Bring back what `put` has replaced or removed."""
        for target, existed in reversed(self._done):
            if existed:
                _backup(target).replace(target)
            else:
                target.unlink(missing_ok=True)
        self._done.clear()

    def drop(self) -> None:
        """Remove the temporary files that were not used."""
        for temporary in self.written.values():
            temporary.unlink(missing_ok=True)


def stage(folder: Path, files: Mapping[str, str]) -> Staged:
    """Prepare the folder to hold exactly these rule files (name → text); what is the same already stays untouched.

    Raises Refused when something cannot be written; nothing has changed then.
    """
    staged = Staged(folder=folder)
    try:
        sweep(folder)
        for name, text in files.items():
            target = folder / name
            if target.is_symlink():
                target = target.resolve()  # it stays a link: what it points to is replaced
            if _text(target) != text:
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.written[target] = _temporary(target, text)
        staged.removed += [path for path in rule_files(folder) if path.relative_to(folder).as_posix() not in files]
    except OSError as error:
        staged.drop()
        raise Refused(f"cannot write {error.filename or folder}: {error.strerror}; nothing was changed") from error
    return staged


def sweep(folder: Path) -> None:
    """Remove temporary files that a killed command left. Raises OSError."""
    for left in leftovers(folder):
        left.unlink(missing_ok=True)


def leftovers(folder: Path) -> list[Path]:
    """Temporary files of a command that works here right now, or that was killed."""
    return list(folder.rglob(f"{TEMPORARY}*"))


def text_of_folder(folder: Path) -> dict[str, str | None]:
    """The folder's rule files as they would be loaded; None where one cannot be read."""
    return {path.relative_to(folder).as_posix(): _text(path) for path in rule_files(folder)}


def _text(path: Path) -> str | None:
    """The text as the loader reads it; None where there is no such file, or none that can be read."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def _temporary(target: Path, text: str) -> Path:
    """The new content beside its target, on disk; mode and line ends as the old file has them."""
    windows, mode = False, NEW_FILE
    if target.exists():
        windows = b"\r\n" in target.read_bytes()
        mode = target.stat().st_mode & 0o777
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{TEMPORARY}{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\r\n" if windows else "\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _backup(target: Path) -> Path:
    return target.with_name(target.name + ".bak")
