"""The canonical form of an article's address: one article, one form; two articles, never the same.

What carries no identity goes: scheme, `www.`/`m.`/`amp.`, default port, fragment, trailing slash, AMP and tracking
parameters, parameter order. Every other parameter stays, since it may be the article's number.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

# Campaign and click identifiers as the vendors document them (Google, Meta, Microsoft, Matomo, HubSpot, Mailchimp).
_TRACKING = re.compile(
    r"(utm_\w+|at_(medium|campaign|custom\d+)|wt_?(mc|zmc|ref)|mtm_\w+|pk_(campaign|kwd|source|medium)|hsa_\w+|"
    r"fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|twclid|ttclid|mc_(cid|eid)|_hs(enc|mi)|"
    r"ocid|cmpid|guccounter|guce_\w+|ref_src|ref_url|cxrecs_s|taid|xtor|ncid|smid)",
    re.IGNORECASE,
)
# `id`, `p`, `sh`, `ref` are article numbers on some sites: only names that carry identity nowhere stand above.
_FRONT = re.compile(r"^(www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_FOLDER = re.compile(r"(?<=.)/(amp|amp\.html)/?$")
_AMP_FILE = re.compile(r"\.amp(\.html)?$")
_AMP = {("amp", ""), ("amp", "1"), ("outputtype", "amp"), ("output", "amp"), ("view", "amp")}
_REDIRECTORS = {("google.com", "/url"): ("q", "url"), ("news.google.com", "/news/url"): ("url",)}


def canonical_url(url: str) -> str:
    """`https://www.example.org/a/?utm_source=x#top` → `example.org/a`. Other text comes back."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return url.strip()
    host = _FRONT.sub("", parts.hostname.lower().rstrip("."))
    pairs = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
    for name in _REDIRECTORS.get((host, parts.path), ()):
        for key, target in pairs:
            if key == name and urlsplit(target).scheme in {"http", "https"}:
                return canonical_url(target)
    path = parts.path or "/"
    if "amp" in path:
        path = _AMP_FILE.sub(r"\1", _AMP_FOLDER.sub("", path) or "/")
    path = path.rstrip("/") if len(path) > 1 else ""
    kept = sorted(pair for pair in pairs if not _is_noise(*pair))
    query = f"?{urlencode(kept)}" if kept else ""
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    return f"{place}{_decoded(path)}{query}"


def _decoded(path: str) -> str:
    """Percent-encoded letters as letters; anything that would change the path's structure stays encoded."""
    if "%" not in path:
        return path
    text = unquote(path)
    return path if "%2" in path.lower() or "\ufffd" in text or any(sign in text for sign in "?#%") else text


def _is_noise(name: str, value: str) -> bool:
    if (name.lower(), value.lower()) in _AMP:
        return True
    return _TRACKING.fullmatch(name) is not None


def host_of(url: str) -> str:
    """Host and port, lower-case: what one connection at a time is counted by."""
    try:
        parts = urlsplit(url)
        return f"{(parts.hostname or '').lower()}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    except ValueError:
        return url
