"""What can be typed or set is written down; what the project promises of itself holds."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator

import pytest
import typer.main
from pydantic import BaseModel

from bot.cli.commands import app
from bot.settings import Configuration
from tests.servers.process import CHECKOUT

DOCS = CHECKOUT / "docs"
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def commands() -> Iterator[str]:
    """Every command as it is typed."""
    root = typer.main.get_command(app)
    stack = [("rackwatch", root)]
    while stack:
        name, command = stack.pop()
        children = getattr(command, "commands", None)
        if children is None:
            yield name
        else:
            stack += [(f"{name} {child}", inner) for child, inner in children.items()]


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_documented(command: str) -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert f"`{command}" in text, f"docs/operations.md does not tell of {command!r}"


def options() -> Iterator[tuple[str, str]]:
    root = typer.main.get_command(app)
    stack = [("rackwatch", root)]
    while stack:
        name, command = stack.pop()
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option not in {"--help", "--install-completion", "--show-completion"}:
                    yield name, option
        stack += [(f"{name} {child}", inner) for child, inner in getattr(command, "commands", {}).items()]


@pytest.mark.parametrize(("command", "option"), sorted(set(options())))
def test_every_option_is_documented(command: str, option: str) -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert f"`{option}" in text or f" {option}" in text, f"docs/operations.md does not tell of {command} {option}"


def settings(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every setting with its path, e.g. `fetch.host_gap` or `chats.NAME.id`."""
    for attribute, field in model.model_fields.items():
        name = field.alias or attribute
        inner = _inner_model(field.annotation)
        place = {"chats": "chats.NAME.", "sources": "sources[]."}.get(name, f"{name}.")
        if inner is None:
            yield prefix + name
        else:
            yield from settings(inner, prefix + place)


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize("setting", sorted(settings(Configuration)))
def test_every_setting_is_documented(setting: str) -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert f"`{setting}`" in text, f"docs/configuration.md does not tell of {setting}"


def test_every_dependency_is_named_with_its_reason() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    text = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for requirement in wanted:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert f"| {name} |" in text, f"docs/dependencies.md does not name {name}"


def test_every_dependency_is_pinned_without_an_address() -> None:
    text = (CHECKOUT / "constraints.txt").read_text()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in text.splitlines() if "==" in line}
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        assert re.split(r"[<>=\[]", requirement)[0].lower() in pinned, requirement
    assert "://" not in text
    assert all("==" in line or not line for line in text.splitlines())


def test_no_registry_address_is_recorded() -> None:
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "deb.deb" + "ian"]
    files = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    for name in files.stdout.split("\0"):
        path = CHECKOUT / name
        if name and path.is_file():
            content = path.read_bytes()
            assert not any(host.encode() in content for host in hosts), name


def test_the_readme_begins_with_the_two_commands_and_ci_calls_the_second() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    main, tests = blocks[0].strip(), blocks[1].strip()
    assert "\n" not in main
    assert main.endswith("rackwatch demo")
    assert "\n" not in tests
    assert tests in (CHECKOUT / ".ci" / "run").read_text()
    assert "-c constraints.txt" in main
    assert "-c constraints.txt" in tests


def test_alembic_is_no_package() -> None:
    """With an __init__.py there, 'from alembic import command' would find our folder instead of the library."""
    assert not (CHECKOUT / "alembic" / "__init__.py").exists()


def test_alembic_knows_only_storage() -> None:
    for file in (CHECKOUT / "alembic").rglob("*.py"):
        imported = re.findall(r"^(?:from|import) (\w+)", file.read_text(), flags=re.MULTILINE)
        assert not {"bot", "rules", "tests"} & set(imported), file


def test_rich_markup_in_foreign_text_is_never_interpreted() -> None:
    """Every print of text that others wrote passes markup=False or a Text."""
    from bot.cli.output import table  # noqa: PLC0415 - the subject

    made = table("a", rows=[("[red]not red[/red]",)])
    assert [str(cell) for cell in made.columns[0].cells] == ["[red]not red[/red]"]


def test_the_house_is_shown_in_the_design() -> None:
    """docs/design.md names every folder of code and no other."""
    text = (DOCS / "design.md").read_text(encoding="utf-8")
    for package in ("bot", "storage", "rules"):
        for folder in sorted((CHECKOUT / package).iterdir()):
            if folder.is_dir() and folder.name != "__pycache__":
                assert f"{folder.name}/" in text, f"docs/design.md does not show {package}/{folder.name}/"
