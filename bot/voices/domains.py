"""The domain that its owner registered: the one file that imports tld.

tld carries the Public Suffix List (publicsuffix.org), read once from the package, never from the network. Its private
part counts: on `blogspot.com` or `github.io` everyone has a domain of their own.
"""

from __future__ import annotations

from functools import lru_cache

from tld import get_fld

__all__ = ["bare_host", "registered_domain"]


@lru_cache(maxsize=1 << 12)
def registered_domain(host: str) -> str:
    """`news.example.co.uk` → `example.co.uk`; what has no such domain (an IP address, `localhost`) comes back."""
    host = bare_host(host)
    try:
        found = get_fld(f"https://{host}/", fail_silently=True, search_private=True)
    except ValueError:  # what no address can hold, such as "[", fails in spite of fail_silently
        return host
    return found or host


def bare_host(host: str) -> str:
    """Lower case, without port, `www.` and the dot at the end."""
    host = host.strip().lower().rstrip(".")
    if host.count(":") == 1:
        host = host.partition(":")[0]
    return host.removeprefix("www.")
