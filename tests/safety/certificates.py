"""Certificates for the TLS servers of tests, made by the `openssl` command and signed by an authority of our own."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path


class Authority:
    """Keys and certificates in a folder; `file` is what a client must trust to trust its servers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "authority.pem"
        self._make("authority", "basicConstraints=critical,CA:TRUE")

    def server(self, name: str, alternative: str, *, days: int = 2, signed: bool = True) -> ssl.SSLContext:
        """A server's side of TLS; `alternative` is what its certificate is for, in openssl's words: "IP:127.0.0.2"."""
        self._make(name, f"subjectAltName={alternative}", days=days, signed=signed)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        return context

    def _make(self, name: str, extension: str, *, days: int = 2, signed: bool = False) -> None:
        key, request, extensions = (self._folder / f"{name}.{ending}" for ending in ("key", "request", "extensions"))
        extensions.write_text(extension, encoding="ascii")
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        _openssl("req", "-new", *curve, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        by = (
            ("-CA", self.file, "-CAkey", self._folder / "authority.key", "-CAcreateserial") if signed else ("-key", key)
        )
        end = ("-days", str(days), "-extfile", extensions, "-out", self._folder / f"{name}.pem")
        _openssl("x509", "-req", "-in", request, *by, *end)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=30)
