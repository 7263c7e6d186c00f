"""A file that a person edits, too, is changed: one program at a time, in one step, and only as was meant.

The lock is on the folder, so that it leaves nothing behind and outlives the file, which is replaced.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.edits.splice import Edit, in_raw_text, spliced
from bot.errors import Refused
from rules.yaml_document import YamlDocument
from rules.yaml_source import parse_yaml

LOCK_WAIT = 10.0
"""Seconds to wait for another program's edit, which takes some milliseconds."""
_MARK = "\ufeff"
_ATTEMPTS = 5  # an editor that saves the file between our reading and writing does so once

Change = Callable[[YamlDocument], Edit | None]
"""Says what to change in a parsed file; None where nothing has to be."""


def edit_file(file: Path, change: Change) -> bool:
    """Change a YAML file. Returns False when there was nothing to change.

    Raises Refused when the file has mistakes, cannot be read or written, or would change in another way than was
    meant; it is then as it was.
    """
    file = file.resolve()  # a symlink stays one: what it points to is replaced
    with _alone(file):
        for _ in range(_ATTEMPTS):
            before = _read(file)
            after = _changed(file, before, change)
            if after is None:
                return False
            if write_atomically(file, after, instead_of=before):
                return True
    raise Refused(f"{file} is being changed by something else all the time; try again")


def write_atomically(file: Path, content: bytes, *, instead_of: bytes) -> bool:
    """Replace a file in one step, its mode and owner kept, the old content beside it as `.bak`.

    Returns False when the file holds something else than `instead_of`. Who calls holds the lock, because the names
    of the new files are fixed: a kill leaves no more than one, and the next edit overwrites it. Raises Refused when
    the disk or the permissions do not allow it; the file is then untouched.
    """
    new, copy = file.with_name(f".{file.name}.new"), file.with_name(f".{file.name}.old")
    try:
        try:
            _write_like(new, content, file)
            _write_like(copy, instead_of, file)
            if file.read_bytes() != instead_of:
                return False
            copy.replace(file.with_name(f"{file.name}.bak"))
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
            copy.unlink(missing_ok=True)
        _sync(file.parent)
    except OSError as error:
        raise Refused(f"cannot write {file}: {error.strerror}; it is unchanged") from error
    return True


def _changed(file: Path, before: bytes, change: Change) -> bytes | None:
    try:
        text = before.decode()
    except UnicodeDecodeError as error:
        line = before.count(b"\n", 0, error.start) + 1
        raise Refused(f"{file}:{line}: a character that is not UTF-8; save the file as UTF-8") from error
    raw = text.lstrip(_MARK)
    mark = text[: len(text) - len(raw)]
    document = parse_yaml(raw, str(file))
    if document.problems:
        raise Refused(f"{document.problems[0]}; correct it first")
    edit = change(document)
    if edit is None:
        return None
    result = spliced(raw, in_raw_text(raw, edit.splices))
    parsed = parse_yaml(result, str(file))
    if parsed.problems or parsed.data != edit.data:
        raise Refused(f"{file} is written in a way that cannot be edited safely; make the change by hand")
    return (mark + result).encode()


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"cannot read {file}: {error.strerror}") from error


def _write_like(path: Path, content: bytes, model: Path) -> None:
    """Write a file and wait until it is on the disk; mode, owner and group are those of `model`."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        like = model.stat()
        mine = os.fstat(handle)
        if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid) and os.geteuid() == 0:
            os.fchown(handle, like.st_uid, like.st_gid)  # an edit by root must not lock the service out
        os.fchmod(handle, like.st_mode & 0o777)
        stream.write(content)
        stream.flush()
        os.fsync(handle)


def _sync(folder: Path) -> None:
    """The new name is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Only one edit in this folder at a time, whichever thread or process it comes from."""
    try:
        handle = os.open(file.parent, os.O_RDONLY)
    except OSError as error:
        raise Refused(f"cannot open the folder {file.parent}: {error.strerror}") from error
    try:
        deadline = time.monotonic() + LOCK_WAIT
        while not _locked(handle):
            if time.monotonic() >= deadline:
                raise Refused(f"another program has been changing {file} for {LOCK_WAIT:g} s; try again")
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)  # which gives the lock back


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
