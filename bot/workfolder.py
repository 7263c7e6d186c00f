"""A working folder: what `rackwatch init` writes, which never overwrites, and where its rules are."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import publishers_file
from bot.errors import Refused
from bot.publishers_file import PUBLISHERS_NAME
from bot.settings import CONFIG_NAME, Configuration
from rules import shipped_watches
from rules.yaml_source import read_yaml

TEMPLATE = Path(__file__).resolve().parent / "template"
SCHEMA_NAME = "rackwatch.schema.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What `init` did with one file."""

    path: Path
    kept: bool


def write_folder(folder: Path) -> list[Written]:
    """Write the files that are missing; what stands there already is kept as it is.

    Raises Refused when the folder cannot be written.
    """
    contents: dict[Path, str] = {
        folder / CONFIG_NAME: (TEMPLATE / CONFIG_NAME).read_text(encoding="utf-8"),
        folder / ".env.example": (TEMPLATE / "env.example").read_text(encoding="utf-8"),
        folder / SCHEMA_NAME: schema(),
        folder / PUBLISHERS_NAME: (TEMPLATE / PUBLISHERS_NAME).read_text(encoding="utf-8"),
        folder / publishers_file.SCHEMA_NAME: publishers_file.schema(),
    }
    for path in sorted(shipped_watches().iterdir()):
        if path.suffix in {".yaml", ".json"}:
            contents[folder / "rules" / path.name] = path.read_text(encoding="utf-8")
    return write_missing(contents)


def write_missing(contents: Mapping[Path, str]) -> list[Written]:
    """Write each file that does not exist yet, exclusively: a file that appears meanwhile is kept too."""
    done = []
    for path, text in contents.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            done.append(Written(path=path, kept=False))
        except FileExistsError as error:
            if not path.is_file():
                raise Refused(
                    f"{error.filename or path} is in the way: it is not a folder or file of rackwatch"
                ) from error
            done.append(Written(path=path, kept=True))
        except OSError as error:
            raise Refused(f"cannot write {path}: {error.strerror}") from error
    return done


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step, so that nobody reads half of it; folders are made.

    What is no regular file (`/dev/stdout`, a pipe) is written to. Raises Refused.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        path = path.resolve()  # a symlink stays one: what it points to is replaced
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.chmod(mode)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(f"cannot write {path}: {error.strerror}") from error


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def rules_folder(folder: Path) -> Path:
    """Where the rule files of a working folder are, whatever else its rackwatch.yaml says or lacks.

    Trying a rule must not need the secrets that `load_settings` asks for.
    """
    path = read_yaml(folder / CONFIG_NAME).value(("rules", "path"))
    return folder / (path if isinstance(path, str) and path else "rules")


def schema() -> str:
    """JSON Schema of rackwatch.yaml, for editors."""
    return json.dumps(Configuration.model_json_schema(), indent=1, ensure_ascii=False) + "\n"


def remove_folder(folder: Path) -> None:
    """Remove a folder that rackwatch made."""
    shutil.rmtree(folder)
