"""Chats of kind `apprise` in rackwatch.yaml: where their URL is looked for, and every mistake that can be made."""

from __future__ import annotations

import subprocess
import sys

import jsonschema
import pytest

from bot.errors import ConfigInvalid
from bot.settings import Configuration, Settings, load_settings
from tests.servers.process import CHECKOUT
from tests.world import Folder

URL = "json://127.0.0.1/hook/sentinel-key"
CHAT = "chats:\n  phone:\n    kind: apprise\n    url_env: RACKWATCH_APPRISE_PHONE\n"


def read(folder: Folder, text: str = CHAT, **environment: str) -> Settings:
    folder.write("rackwatch.yaml", text)
    return load_settings(folder.path, environment=environment)


def url_of(settings: Settings) -> str:
    return settings.urls["phone"].get_secret_value()


def test_the_url_comes_from_its_variable_from_a_file_or_from_dotenv(folder: Folder) -> None:
    assert url_of(read(folder, RACKWATCH_APPRISE_PHONE=URL)) == URL
    folder.write("secret", f"{URL}\n")
    assert url_of(read(folder, RACKWATCH_APPRISE_PHONE_FILE="secret")) == URL
    folder.write(".env", f"RACKWATCH_APPRISE_PHONE={URL}/dotenv\n")
    assert url_of(read(folder)) == f"{URL}/dotenv"
    assert url_of(read(folder, RACKWATCH_APPRISE_PHONE=URL)) == URL


@pytest.mark.parametrize(
    ("text", "environment", "expected"),
    [
        (CHAT, {}, "3:5: chat 'phone' has no URL: set RACKWATCH_APPRISE_PHONE in the environment or in .env"),
        (CHAT, {"RACKWATCH_APPRISE_PHONE": "not one, sentinel-key"}, "does not hold one URL of Apprise"),
        (CHAT, {"RACKWATCH_APPRISE_PHONE": f"{URL} {URL}"}, "does not hold one URL of Apprise"),
        (CHAT, {"RACKWATCH_APPRISE_PHONE_FILE": "gone"}, "_FILE names gone, which cannot be read: No such file"),
        ("chats: {phone: {kind: apprise}}\n", {}, "chat 'phone' has no url_env; name the environment variable"),
        (CHAT.replace("RACKWATCH_APPRISE_PHONE", URL), {}, "4:14: name an environment variable, such as"),
        (CHAT + "    id: 5\n    preview: true\n", {}, "chat 'phone' is of kind apprise, which has no id, preview"),
        (CHAT.replace("apprise", "console"), {}, "chat 'phone' has a url_env; write kind: apprise beside it"),
    ],
)
def test_every_mistake_is_located_and_shows_no_secret(
    folder: Folder, text: str, environment: dict[str, str], expected: str
) -> None:
    with pytest.raises(ConfigInvalid) as error:
        read(folder, text, **environment)
    said = "\n".join(map(str, error.value.problems))
    assert expected in said
    assert "sentinel-key" not in said


def test_check_says_that_apprise_does_not_understand_a_url(folder: Folder) -> None:
    folder.write("rackwatch.yaml", CHAT)
    folder.environment["RACKWATCH_APPRISE_PHONE"] = "nonsense://sentinel-key"
    done = folder.run("check", check=1)
    said = done.stdout + done.stderr
    assert "4:14: Apprise does not understand the URL that RACKWATCH_APPRISE_PHONE holds" in said
    assert "sentinel-key" not in said
    folder.environment["RACKWATCH_APPRISE_PHONE"] = URL
    folder.run("check")


def test_without_the_extra_the_message_says_what_to_install(folder: Folder) -> None:
    folder.write("rackwatch.yaml", CHAT)
    program = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "apprise":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Hidden())
from bot.cli.main import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, "-C", str(folder.path), "check"],
        cwd=CHECKOUT, env=folder.env() | {"RACKWATCH_APPRISE_PHONE": URL, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "chat 'phone' needs the extra 'apprise', which is not installed; see README.md, 'Installing'" in said


def test_a_program_without_such_a_chat_does_not_load_apprise(folder: Folder) -> None:
    folder.configure(chats={"me": {"kind": "console"}})
    program = f"""
import asyncio, sys
from pathlib import Path
from rich.console import Console
from bot.app import App
from bot.settings import load_settings
async def main():
    async with App(load_settings(Path({str(folder.path)!r}), environment={{}}), console=Console(), role="run"):
        print("loaded" if "apprise" in sys.modules or "matplotlib" in sys.modules else "not loaded")
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "not loaded"


def test_the_schema_for_editors_knows_such_chats() -> None:
    schema = Configuration.model_json_schema()
    good = {"chats": {"phone": {"kind": "apprise", "url_env": "RACKWATCH_APPRISE_PHONE"}}}
    jsonschema.validate(good, schema)
    for bad in ({"kind": "apprise", "url_env": URL}, {"kind": "apprize"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"chats": {"phone": bad}}, schema)


def test_chats_test_says_which_chats_there_are(folder: Folder) -> None:
    folder.write("rackwatch.yaml", CHAT)
    folder.environment["RACKWATCH_APPRISE_PHONE"] = URL
    assert (
        "no chat to test named 'phnoe' (did you mean 'phone'?)" in folder.run("chats", "test", "phnoe", check=1).stderr
    )
    folder.configure(chats={"me": {"kind": "console"}})
    assert "there is no chat to test, and no token" in folder.run("chats", "test", check=1).stderr
    assert "there is no Telegram chat, and no token" in folder.run("telegram", "test", check=1).stderr
