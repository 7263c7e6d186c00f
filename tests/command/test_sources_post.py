"""`json.body`: boards that answer to POST only, from the file to the entries."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bot.errors import ConfigInvalid
from tests.command.watching import folder, settings
from tests.shell import Shell

BODY = '{"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": "data center"}'


@dataclass(slots=True)
class Board:
    """A job board in the manner of Workday; it remembers what it was sent."""

    url: str
    asked: list[tuple[dict[str, str], Any]] = field(default_factory=list)


@pytest.fixture
def board() -> Iterator[Board]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append(({name.lower(): value for name, value in self.headers.items()}, sent))
            jobs = [{"title": f"Manager, {sent['searchText']}", "externalPath": "/job/Sacramento/M_R1"}]
            status = 412 if "If-None-Match" in self.headers else 200
            self._answer(status, json.dumps({"total": 1, "jobPostings": jobs}).encode())

        def do_GET(self) -> None:
            self._answer(422, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"1"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Board(url=f"http://127.0.0.1:{server.server_port}/wday/cxs/acme/careers/jobs")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_board_that_wants_a_post_is_polled_and_never_asked_conditionally(shell: Shell, board: Board) -> None:
    origin = f"url: '{board.url}', body: '{BODY}', items: jobPostings, title: title, link: externalPath"
    folder(shell, f"  - {{key: board, json: {{{origin}}}}}\n")
    for outcome in ("new entries", "same content"):
        assert json.loads(shell("poll", "--json").out)[0]["outcome"] == outcome
    assert [sent for _, sent in board.asked] == [json.loads(BODY)] * 2
    assert all(headers["content-type"] == "application/json" for headers, _ in board.asked)
    assert not any("if-none-match" in headers for headers, _ in board.asked)
    assert "Manager, data center" in shell("archive", "search", "manager").out


@pytest.mark.slow
def test_a_post_is_tried_and_proposed_with_its_body(shell: Shell, board: Board) -> None:
    folder(shell, "  - {key: a, reddit: tesla}\n")
    shown = shell("sources", "try", board.url, "--body", BODY).out
    host = board.url.split("/wday")[0]
    assert f"      link: {host}/en-US/careers{{externalPath}}\n" in shown
    assert f"      body: '{BODY}'\n" in shown
    assert f"    {host}/en-US/careers/job/Sacramento/M_R1\n" in shown
    assert "HTTP 422" in shell("sources", "try", board.url, code=1).err


@pytest.mark.parametrize("body", ["{limit: 20}", "{'limit': 20}", "[1", "''"])
def test_a_body_that_is_no_json_is_a_mistake_of_the_file(shell: Shell, body: str) -> None:
    origin = f"url: https://a.example/\n      items: a\n      title: b\n      body: {body}"
    folder(shell, f"  - key: board\n    json:\n      {origin}\n")
    with pytest.raises(ConfigInvalid) as invalid:
        settings(shell)
    assert [(problem.line, problem.column) for problem in invalid.value.problems] == [(9, 13)]
