"""A checked rule set comes into force, and the rules folder follows it: all of it, or nothing.

The order makes a kill at any instant harmless: the new files are prepared beside the old ones, then one transaction
puts the set in force and notes that the folder must follow, then the files are put in place, then the note is cleared.
Before the transaction nothing has changed; after it `finish_folder` (the service, at its start or when it sees the
note and nobody at work) completes what a killed command left.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import Refused
from bot.rulesets.changes import tally
from bot.rulesets.folder import Staged, leftovers, stage, sweep, text_of_folder
from rules import RuleSet
from storage import Store
from storage.errors import StorageError
from storage.records import RulesCause, RulesMark

SHORTEST_VERSION = 4
"""Letters of a version: `restore 1` is meant as "one back", and must not be some version that begins with 1."""

FOLDER_CHANGED = "the rule files have changed meanwhile; nothing was changed"
MEANWHILE = "other rules came into force meanwhile; nothing was changed. Look at 'rackwatch rules plan' again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A rule set that comes into force in place of another: `before`, as of the change `after` (None: there is none).

    `before` may also be None where this program cannot read it.
    """

    rules: RuleSet
    before: RuleSet | None
    after: RulesMark | None
    cause: RulesCause


def put_in_force(store: Store, change: Change, *, now: datetime, in_folder: bool = True) -> RulesMark | None:
    """One transaction; None where the rules in force are no longer those of `change.after`: nothing was written."""
    return store.rule_sets.put_in_force(
        change.rules.version,
        change.rules.files,
        now=now,
        cause=change.cause,
        tally=tally(change.before, change.rules),
        after=change.after,
        in_folder=in_folder,
    )


def put_with_folder(
    store: Store,
    change: Change,
    folder: Path,
    *,
    now: datetime,
    instead_of: Mapping[str, str | None] | None = None,
) -> int:
    """Put the set in force and make the folder hold exactly its files. Returns how many files changed.

    With `instead_of`, only where the folder holds just that. Raises Refused and StorageError; then folder and database
    are as they were.
    """
    with store.rule_sets.changing_folder():
        if instead_of is not None and text_of_folder(folder) != instead_of:
            raise Refused(FOLDER_CHANGED)
        staged = stage(folder, change.rules.files)
        try:
            mark = put_in_force(store, change, now=now, in_folder=not staged.changes)
            if mark is None:
                raise Refused(MEANWHILE)
            _put_files(store, staged, mark, change.after)
        finally:
            staged.drop()
    return staged.changes


def _put_files(store: Store, staged: Staged, mark: RulesMark, before: RulesMark | None) -> None:
    try:
        staged.put()
    except OSError as error:
        staged.undo()
        why = f"cannot write {error.filename or staged.folder}: {error.strerror}"
        try:
            store.rule_sets.take_back(mark, before=before)
        except StorageError as second:
            raise Refused(
                f"{why}, and the database cannot take the change back ({second}): "
                "the rules are in force, and the next start writes their files"
            ) from error
        raise Refused(f"{why}; nothing was changed") from error
    with contextlib.suppress(StorageError):  # all is done but the note; the next start finds that and clears it
        store.rule_sets.note_folder(mark)


def finish_folder(store: Store, folder: Path) -> bool:
    """Write the files of the rules in force where a killed command has not. Returns whether there was anything to do.

    Raises Refused and StorageError.
    """
    mark = store.rule_sets.mark()
    if (mark is None or mark.in_folder) and not leftovers(folder):
        return False
    with store.rule_sets.changing_folder():
        stored = store.rule_sets.in_force()
        if stored is None or stored.mark.in_folder:
            with contextlib.suppress(OSError):
                sweep(folder)
            return False
        staged = stage(folder, stored.files)
        try:
            staged.put()
        except OSError as error:
            raise Refused(f"cannot write {error.filename or folder}: {error.strerror}") from error
        finally:
            staged.drop()
        store.rule_sets.note_folder(stored.mark)
    return True
