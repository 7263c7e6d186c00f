"""Fetching a file that a person sent: getFile says where it is, then its bytes come from the same server.

Not through the library, which keeps a whole answer in memory whatever its size: here reading stops at the limit.
"""

from __future__ import annotations

import asyncio

import httpx
import structlog
from telegram.error import BadRequest, TelegramError

from bot.chat.incoming import NoFile
from bot.telegram_door.notifier import TelegramNotifier

log = structlog.get_logger(__name__)

FETCHED_WITHIN = 15.0
"""Seconds for all of it: an update has 60, and the file is yet to be looked at."""


async def download(notifier: TelegramNotifier, file_id: str, *, most: int) -> bytes | NoFile:
    """The file's bytes, at most `most` of them; or why there are none."""
    try:
        async with asyncio.timeout(FETCHED_WITHIN):
            return await _fetch(notifier, file_id, most)
    except BadRequest as error:
        # Telegram hands out 20 MB at most (core.telegram.org/bots/api#getfile) and says so in these words.
        if "too big" in error.message.lower():
            return NoFile.TOO_LARGE
        return _not_fetched(error.message)
    except TelegramError as error:
        return _not_fetched(error.message)
    except (httpx.HTTPError, httpx.InvalidURL) as error:  # whose text has the address, token and all
        return _not_fetched(type(error).__name__)
    except TimeoutError:
        return _not_fetched(f"took more than {FETCHED_WITHIN:g} s")


async def _fetch(notifier: TelegramNotifier, file_id: str, most: int) -> bytes | NoFile:
    try:
        found = await notifier.bot.get_file(file_id)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return _not_fetched(f"unreadable answer ({type(error).__name__})")
    if isinstance(found.file_size, int) and found.file_size > most:
        return NoFile.TOO_LARGE
    address = found.file_path
    # A Bot API server of one's own may name a path on its disk instead, which is not ours to read.
    if not isinstance(address, str) or not address.startswith(f"{notifier.bot.base_file_url}/"):
        return _not_fetched("the server names no address to fetch it from")
    async with (
        httpx.AsyncClient(trust_env=False, timeout=FETCHED_WITHIN, follow_redirects=False) as client,
        client.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            return _not_fetched(f"the server answered {answer.status_code}")
        content = bytearray()
        async for piece in answer.aiter_raw():
            content += piece
            if len(content) > most:
                return NoFile.TOO_LARGE
        return bytes(content)


def _not_fetched(detail: str) -> NoFile:
    log.warning("a file that was sent could not be fetched", detail=detail)
    return NoFile.NOT_FETCHED
