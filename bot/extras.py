"""Which optional libraries are here, without loading them."""

from __future__ import annotations

import importlib.util


def installed(library: str) -> bool:
    try:
        return importlib.util.find_spec(library) is not None
    except ImportError:
        return False
