"""What can go wrong in the database, said in the reader's words.

StorageError
├── DatabaseLocked        another process holds the write lock for longer than `busy_timeout`
├── DatabaseFull          the disk, a quota or a file size limit is reached
├── DatabaseNotWritable   no permission, or a read-only file system
├── DatabaseMissing       there is no database yet where one is needed
├── DatabaseTooNew        written by a newer rackwatch
├── DatabaseDamaged       SQLite says that the file is not a (whole) database
├── ServiceRunning        another rackwatch service holds this database
└── NotFound              no such alert, source or entry

Driver errors are wrapped where they enter (`database.translated`); bugs are never wrapped.
"""

from __future__ import annotations


class StorageError(Exception):
    """Base of everything that storage raises on purpose. The text is fit for the reader's screen."""


class DatabaseLocked(StorageError):
    pass


class DatabaseFull(StorageError):
    pass


class DatabaseNotWritable(StorageError):
    pass


class DatabaseMissing(StorageError):
    pass


class DatabaseTooNew(StorageError):
    pass


class DatabaseDamaged(StorageError):
    pass


class ServiceRunning(StorageError):
    pass


class NotFound(StorageError):
    pass
