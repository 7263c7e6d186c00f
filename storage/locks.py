"""Advisory file locks beside a SQLite database.

Two locks, two questions:

- `<db>.service.lock`: is a service (or a `poll`) already working on this database? Held for a process's life.
- `<db>.writer.lock`: who writes or checkpoints right now? Held per transaction, by service and commands alike.
  SQLite before 3.51.3 can corrupt a WAL database when two connections write and checkpoint at the same instant
  (sqlite.org/wal.html, "The WAL-reset bug"), and `busy_timeout` alone does not keep them apart.

`flock` belongs to the open file description: Python opens files close-on-exec, and the parser children are started
by exec, so a child never holds a lock of the service that started it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from storage.errors import DatabaseLocked, DatabaseNotWritable


class FileLock:
    """An exclusive `flock` on a file of its own, usable from several threads of one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None
        self._thread_lock = threading.Lock()

    def try_acquire(self) -> bool:
        """Take the lock if nobody has it."""
        try:
            fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DatabaseNotWritable(f"cannot create the lock file {self.path}: {error.strerror}") from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        self._fd = fd
        return True

    def write_owner(self, role: str) -> None:
        """Note our process id and role in the lock file; a full disk must not keep anyone from starting."""
        if self._fd is not None:
            try:
                os.ftruncate(self._fd, 0)
                os.pwrite(self._fd, f"{os.getpid()} {role}".encode(), 0)
            except OSError:
                return

    def owner(self) -> str | None:
        """Process id and role noted by the holder, None where nobody noted any."""
        try:
            return self.path.read_text(encoding="utf-8").strip() or None
        except (OSError, ValueError):
            return None

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    @contextmanager
    def held(self, *, timeout: float) -> Iterator[Self]:
        """Hold the lock for a block; wait up to `timeout` seconds.

        Raises DatabaseLocked when another process keeps it for longer.
        """
        deadline = time.monotonic() + timeout
        if not self._thread_lock.acquire(timeout=timeout):
            raise DatabaseLocked(f"another thread has been writing for more than {timeout:g} s")
        try:
            pause = 0.001
            while not self.try_acquire():
                if time.monotonic() >= deadline:
                    raise DatabaseLocked(
                        f"another process has been writing to the database for more than {timeout:g} s "
                        f"(lock file {self.path}); try again, or look for a command that hangs"
                    )
                time.sleep(pause)
                pause = min(pause * 2, 0.05)
            try:
                yield self
            finally:
                self.release()
        finally:
            self._thread_lock.release()
