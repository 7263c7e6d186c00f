"""What element names mean to feedparser, as far as the scan of items must know (feedparser 6.0.14)."""

from __future__ import annotations

from enum import Enum, auto

_ATOM_AND_RSS = frozenset(
    [
        "",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://purl.org/atom/ns#",
        "http://www.w3.org/2005/atom",
    ]
)
"""Namespaces, in lower case, whose elements feedparser reads like those without one; userland's have many spellings."""

_USERLAND = "backend.userland.com/rss"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XHTML = "http://www.w3.org/1999/xhtml"
_DRAWINGS = frozenset(["http://www.w3.org/2000/svg", "http://www.w3.org/1998/math/mathml"])


class Kind(Enum):
    """Kinds of elements."""

    PLAIN = auto()
    ROOT = auto()
    CHANNEL = auto()
    ITEM = auto()
    STRANGE = auto()  # perhaps one of those above, perhaps not; or with a state of its own in feedparser (SVG)
    CONTENT = auto()  # keeps markup; feedparser stops reading elements inside
    UNEVEN = auto()  # CONTENT that, before the items, changes how the first item's summary is read
    XHTML = auto()
    TEXT_MARKUP = auto()  # HTML without a namespace of its own, of names that feedparser has no handler for
    IMAGE = auto()  # the feed's own takes in what stands in items' images
    TEXT_INPUT = auto()  # feedparser fails on it inside an item, unless the feed has one
    LANGUAGE = auto()
    TTL = auto()
    PERIOD = auto()
    FREQUENCY = auto()


_STRUCTURE = {
    "rss": Kind.ROOT,
    "feed": Kind.ROOT,
    "rdf": Kind.ROOT,
    "channel": Kind.CHANNEL,
    "item": Kind.ITEM,
    "entry": Kind.ITEM,
}
_LEAVES = {
    **dict.fromkeys(
        "title description subtitle tagline rights copyright abstract info browserfriendly".split(), Kind.CONTENT
    ),
    **dict.fromkeys("summary content encoded body fullitem".split(), Kind.UNEVEN),
    "image": Kind.IMAGE,
    "textinput": Kind.TEXT_INPUT,
    "language": Kind.LANGUAGE,
    "ttl": Kind.TTL,
    "updateperiod": Kind.PERIOD,
    "updatefrequency": Kind.FREQUENCY,
}
TEXT_MARKUP = frozenset(
    "a b blockquote br center code em figcaption figure font h1 h2 h3 h4 h5 h6 hr i iframe img li ol p pre s small "
    "span strong sub sup table tbody td th thead tr u ul".split()
)
"""Not `div`: feedparser overlooks the end of one that opens a text."""

_YAHOO_MEDIA = ("http://search.yahoo.com/mrss", "http://search.yahoo.com/mrss/")
_BOARD_MEDIA = "http://www.rssboard.org/media-rss"
"""Media RSS by an address that feedparser does not know: there it goes by the prefix, which must be `media`."""

_MEDIA = frozenset([*_YAHOO_MEDIA, _BOARD_MEDIA])

_USUAL_PREFIXES = {
    "cc": ("http://creativecommons.org/ns#license", "http://web.resource.org/cc/"),
    "content": ("http://purl.org/rss/1.0/modules/content/",),
    "creativeCommons": (
        "http://backend.userland.com/creativeCommonsRssModule",
        "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html",
    ),
    "dc": ("http://purl.org/dc/elements/1.1/",),
    "dcterms": ("http://purl.org/dc/terms/",),
    "feedburner": ("http://rssnamespace.org/feedburner/ext/1.0",),
    "geo": ("http://www.w3.org/2003/01/geo/wgs84_pos#",),
    "georss": ("http://www.georss.org/georss",),
    "gml": ("http://www.opengis.net/gml",),
    "itunes": ("http://www.itunes.com/dtds/podcast-1.0.dtd", "http://www.itunes.com/DTDs/PodCast-1.0.dtd"),
    "media": _YAHOO_MEDIA,
    "slash": ("http://purl.org/rss/1.0/modules/slash/",),
    "sy": ("http://purl.org/rss/1.0/modules/syndication/",),
    "thr": ("http://purl.org/rss/1.0/modules/threading/",),
    "wfw": ("http://wellformedweb.org/commentAPI/",),
    "xhtml": ("http://www.w3.org/1999/xhtml",),
    "xlink": ("http://www.w3.org/1999/xlink",),
}


def misleading_prefix(prefix: str, uri: str) -> bool:
    """Whether this declaration makes feedparser take elements for others than their names tell."""
    if uri == _BOARD_MEDIA:
        return prefix != "media"
    return (prefix == "xhtml" and uri != _XHTML) or (prefix == "media" and _is_atom_or_rss(uri.lower()))


def usual_prefix(prefix: str, uri: str) -> bool:
    """Whether feedparser's own name for the namespace is this prefix: declaring it again changes nothing."""
    return uri in _USUAL_PREFIXES.get(prefix, ())


class Kinds(dict[str, Kind]):
    """Name as expat gives it ("namespace local", separated by one space) → kind; grows with the document's names."""

    def __missing__(self, name: str) -> Kind:
        kind = self[name] = _kind(name)
        return kind


def _is_atom_or_rss(namespace: str) -> bool:
    return namespace in _ATOM_AND_RSS or _USERLAND in namespace


def _kind(name: str) -> Kind:
    namespace, _, local = name.lower().rpartition(" ")
    if namespace == _XHTML and local != "body":
        return Kind.XHTML
    if namespace in _DRAWINGS:
        return Kind.STRANGE
    if local in _STRUCTURE:
        ours = namespace == _RDF if local == "rdf" else _is_atom_or_rss(namespace)
        return _STRUCTURE[local] if ours else Kind.STRANGE
    if local in TEXT_MARKUP and namespace in _ATOM_AND_RSS:
        return Kind.TEXT_MARKUP
    if local == "content" and namespace in _MEDIA:
        return Kind.PLAIN
    # feedparser joins prefix and name by an underscore and finds <content_encoded> as well as <content:encoded>.
    return _LEAVES.get(local.rpartition("_")[2], Kind.PLAIN)
