"""A server that sends exactly the bytes that a script says, and a listener that must never be reached."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import Self

Script = bytes | Callable[[socket.socket], None]
"""What a path answers: these bytes and the end of the connection, or whatever the function does with the socket."""

ALLOWED = "127.0.0.2"
"""The one address that these tests allow; the canaries sit on 127.0.0.1 and ::1, which stay forbidden."""


class RawServer:
    """Plays `scripts` (path → script), each connection in a thread of its own; other paths are answered by 404."""

    def __init__(
        self, scripts: Mapping[str, Script], *, host: str = ALLOWED, tls: ssl.SSLContext | None = None
    ) -> None:
        self.scripts = dict(scripts)
        self.asked: list[str] = []
        self.heads: list[bytes] = []
        self._tls = tls
        self._listening = socket.create_server((host, 0), backlog=256)
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._host = host
        self._ending = False
        self.port: int = self._listening.getsockname()[1]

    def url(self, path: str) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{self.port}{path}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending = True
        for one in (self._listening, *list(self._open)):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listening.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ending:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._open.add(client)
            self._start(lambda client=client: self._answer(client))  # type: ignore[misc] # bound now, not later

    def _answer(self, client: socket.socket) -> None:
        try:
            with contextlib.suppress(OSError):  # the client left, or the TLS handshake is what fails
                if self._tls is not None:
                    self._open.discard(client)
                    client = self._tls.wrap_socket(client, server_side=True)
                    self._open.add(client)
                head = b""
                # A TLS greeting is answered like a request, as servers of plain HTTP do.
                while b"\r\n\r\n" not in head and not head.startswith(b"\x16") and (piece := client.recv(65536)):
                    head += piece
                path = head.split(b" ")[1].decode("latin-1") if b" " in head else ""
                self.asked.append(path)
                self.heads.append(head)
                script = self.scripts.get(path.partition("?")[0], NOT_FOUND)
                if callable(script):
                    script(client)
                else:
                    client.sendall(script)
                    client.shutdown(socket.SHUT_WR)
                    client.recv(1)
        finally:
            self._open.discard(client)
            client.close()


def answer(body: bytes, *headers: str, status: str = "200 OK", content_type: str = "application/rss+xml") -> bytes:
    """A complete answer; its length is stated unless a header does."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def redirect(to: str, status: int = 302) -> bytes:
    return answer(b"", f"Location: {to}", status=f"{status} Elsewhere")


NOT_FOUND = answer(b"", status="404 Not Found")


class Canary:
    """Listens on one port of 127.0.0.1 and, where the machine has it, of ::1; counts who connects."""

    def __init__(self) -> None:
        self.reached = 0
        self._sockets = [socket.create_server(("127.0.0.1", 0), backlog=64)]
        self.port: int = self._sockets[0].getsockname()[1]
        with contextlib.suppress(OSError):
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6, backlog=64))

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._count, args=(one,), daemon=True) for one in self._sockets]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        for one in self._sockets:
            one.close()

    def _count(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            self.reached += 1
            client.close()
