"""A changed publishers.yaml comes into force while the service works; one with mistakes does not, and that is said."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
from rich.console import Console

from bot.alerts.content import NoticeContent
from bot.app import App
from bot.reload import Reloader
from bot.settings import load_settings
from tests.world import Folder

OURS = "owners:\n  ours:\n    outlets:\n      wired.com: [Our Wired]\n"
BROKEN = OURS + "    nmae: Ours\n"


def owner_of_wired(app: App) -> str | None:
    owner = app.judging.owners.of_host("wired.com")
    return owner.key if owner else None


def notices(app: App) -> list[str]:
    found = [NoticeContent.from_json(item.content) for item in app.store.outbox.notices()]
    return ["\n".join((notice.headline, *notice.lines)) for notice in reversed(found)]


def serve(folder: Folder, scenario: Callable[[App, Reloader], Awaitable[None]]) -> None:
    """A service without its loop, whose looks are made by hand."""

    async def main() -> None:
        app = App(load_settings(folder.path, environment={}), console=Console(file=io.StringIO()), role="run")
        async with app:
            await scenario(app, Reloader(app))

    asyncio.run(main())


@pytest.mark.parametrize("mode", ["on_change", "on_apply"])
def test_the_last_good_table_stays_until_the_next_good_one(folder: Folder, mode: str) -> None:
    folder.configure(rules={"reload": mode})

    async def scenario(app: App, reloader: Reloader) -> None:
        async def look() -> None:
            for _ in range(5):  # it is seen, it is still, it is taken; and nothing is said twice
                await reloader.look()

        assert owner_of_wired(app) == "conde-nast"
        folder.write("publishers.yaml", OURS)
        await look()
        assert owner_of_wired(app) == "ours"
        assert notices(app) == []

        folder.write("publishers.yaml", BROKEN)
        await look()
        assert owner_of_wired(app) == "ours"
        (notice,) = notices(app)
        assert "the last good version stays in force\npublishers.yaml:5:5: unknown key 'nmae'" in notice

        folder.configure(rules={"reload": mode}, timezone="Asia/Tokyo")
        await look()
        assert app.settings.config.timezone == "Asia/Tokyo", "what is good of the change is taken"
        assert owner_of_wired(app) == "ours"
        assert len(notices(app)) == 1, "and the same mistakes are not told again"

        folder.write("publishers.yaml", "# none\n")
        await look()
        assert owner_of_wired(app) == "conde-nast"
        (folder.path / "publishers.yaml").write_text(OURS)
        reloader.request()
        await reloader.look()
        assert owner_of_wired(app) == "ours", "SIGHUP waits for nothing"
        (folder.path / "publishers.yaml").unlink()
        await look()
        assert owner_of_wired(app) == "conde-nast"

    serve(folder, scenario)


def test_a_start_with_mistakes_says_where_they_are(folder: Folder) -> None:
    folder.configure()
    folder.write("publishers.yaml", BROKEN)
    assert "publishers.yaml:5:5: " in folder.run("poll", check=1).stderr
