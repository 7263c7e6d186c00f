"""What `sources try` is asked to look at: an address or a source, and how to read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from bot.cli.sources.addresses import looks_like_address, template_of, whole_address
from bot.cli.sources.configured import named, origin_in
from bot.documents.entries import Kind
from bot.errors import Refused
from bot.settings import Settings, Source
from bot.sources.kinds import JsonApi, Page, Sitemap
from bot.sources.origins import origin_of

_MODELS: Mapping[Kind, type[Page | JsonApi | Sitemap]] = {
    Kind.PAGE: Page,
    Kind.JSON: JsonApi,
    Kind.SITEMAP: Sitemap,
}
_NEEDED: Mapping[Kind, Mapping[str, str]] = {Kind.PAGE: {"item": "a"}, Kind.JSON: {"items": "@", "title": "a"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`key` names it in what is pasted; it is empty where nothing has one yet. `kind` None: it is to be recognised.

    `pasted` says whether the options are worth pasting: those of a template are made by it.
    """

    url: str
    kind: Kind | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    key: str = ""
    pasted: bool = True


def wanted(settings: Settings, what: str, kind: Kind | None, given: Mapping[str, str], body: str | None) -> Wanted:
    """`given` are selectors and expressions, which stand above those of a source.

    Raises Refused for an unknown key, for options that do not go together, and for selectors that cannot be used.
    """
    if not looks_like_address(what) or any(source.key == what for source in settings.config.sources):
        found = _of_source(settings, named(settings, what), kind, given, body)
    else:
        found = _of_address(settings, whole_address(what), kind, given, body)
    _check(found)
    return found


def _of_source(
    settings: Settings, source: Source, kind: Kind | None, given: Mapping[str, str], body: str | None
) -> Wanted:
    origin = origin_in(settings, source)
    own = dict(origin.options)
    own_body = own.pop("body", None)
    return Wanted(
        url=origin.url,
        kind=kind or origin.kind,
        options={**(own if kind in {None, origin.kind} else {}), **given},
        body=body or own_body,
        key=source.key,
        pasted=not origin.via,
    )


def _of_address(settings: Settings, url: str, kind: Kind | None, given: Mapping[str, str], body: str | None) -> Wanted:
    template = template_of(url) if kind is None and not given and body is None else None
    if template is None:
        return Wanted(url=url, kind=kind or _implied(given, body), options=given, body=body)
    origin = origin_of(Source.model_validate({"key": "a"} | template), settings.config.services)
    return Wanted(url=origin.url, kind=origin.kind, options=origin.options, pasted=False)


def _implied(given: Mapping[str, str], body: str | None) -> Kind | None:
    """The kind that these options are for."""
    if "item" in given:
        return Kind.PAGE
    if "items" in given or body is not None:
        return Kind.JSON
    if "match" in given:
        return Kind.SITEMAP
    if given:
        raise Refused(f"--{next(iter(given))} needs --item (a page) or --items (JSON) beside it")
    return None


def _check(found: Wanted) -> None:
    """The same checks as for rackwatch.yaml."""
    values = {**found.options, **({"body": found.body} if found.body is not None else {})}
    kind = found.kind or Kind.FEED
    model = _MODELS.get(kind)
    if model is None:
        if values:
            raise Refused(f"--{next(iter(values))} says nothing about a feed")
        return
    try:
        model.model_validate({"url": found.url, **_NEEDED.get(kind, {}), **values})
    except ValidationError as invalid:
        error = invalid.errors()[0]
        name = str(error["loc"][0])
        if error["type"] == "extra_forbidden":
            raise Refused(f"--{name} says nothing about kind '{kind}'") from invalid
        raise Refused(f"--{name}: {str(error['msg']).removeprefix('Value error, ')}") from invalid
