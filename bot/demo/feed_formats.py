"""Feeds written as their publishers write them: RSS 2.0, Atom, RSS 1.0 (RDF). Pure: items in, bytes out."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed's own description; `home` is the address of the site's first page."""

    title: str
    home: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article in a feed; paragraphs are HTML, times are UTC."""

    guid: str
    link: str
    title: str
    paragraphs: tuple[str, ...]
    author: str
    published: datetime
    updated: datetime

    @property
    def html(self) -> str:
        return "\n".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)


def rss2(channel: Channel, items: tuple[Item, ...]) -> bytes:
    """RSS 2.0 as a blog writes it: a teaser in `description`, the article in `content:encoded`."""
    entries = "".join(
        f"""
  <item>
    <title>{escape(item.title)}</title>
    <link>{escape(item.link)}</link>
    <guid isPermaLink="false">{escape(item.guid)}</guid>
    <dc:creator><![CDATA[{item.author}]]></dc:creator>
    <pubDate>{format_datetime(item.published, usegmt=True)}</pubDate>
    <description><![CDATA[{item.paragraphs[0]}]]></description>
    <content:encoded><![CDATA[{item.html}]]></content:encoded>
  </item>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
  <title>{escape(channel.title)}</title>
  <link>{escape(channel.home)}</link>
  <description>{escape(channel.title)}</description>
  <language>{channel.language}</language>{entries}
</channel>
</rss>
""".encode()


def rss2_latin1(channel: Channel, items: tuple[Item, ...]) -> bytes:
    """RSS 2.0 in ISO-8859-1, everything escaped; what the encoding lacks becomes a numeric reference."""
    entries = "".join(
        f"""
  <item>
    <title>{escape(item.title)}</title>
    <link>{escape(item.link)}</link>
    <guid>{escape(item.guid)}</guid>
    <pubDate>{format_datetime(item.published, usegmt=True)}</pubDate>
    <description>{escape(item.html)}</description>
  </item>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0">
<channel>
  <title>{escape(channel.title)}</title>
  <link>{escape(channel.home)}</link>
  <description>{escape(channel.title)}</description>
  <language>{channel.language}</language>{entries}
</channel>
</rss>
""".encode("iso-8859-1", "xmlcharrefreplace")


def atom(channel: Channel, items: tuple[Item, ...]) -> bytes:
    """Atom with a summary and the article as HTML content."""
    entries = "".join(
        f"""
  <entry>
    <id>{escape(item.guid)}</id>
    <title>{escape(item.title)}</title>
    <link rel="alternate" type="text/html" href="{escape(item.link)}"/>
    <author><name>{escape(item.author)}</name></author>
    <published>{item.published.isoformat()}</published>
    <updated>{item.updated.isoformat()}</updated>
    <summary type="html">{escape(item.paragraphs[0])}</summary>
    <content type="html">{escape(item.html)}</content>
  </entry>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{channel.language}">
  <id>{escape(channel.home)}</id>
  <title>{escape(channel.title)}</title>
  <link rel="alternate" href="{escape(channel.home)}"/>
  <updated>{max(item.updated for item in items).isoformat()}</updated>{entries}
</feed>
""".encode()


def rdf(channel: Channel, items: tuple[Item, ...]) -> bytes:
    """RSS 1.0 with teasers: items stand beside the channel, their address is their identity."""
    order = "".join(f"""\n      <rdf:li rdf:resource="{escape(item.guid)}"/>""" for item in items)
    entries = "".join(
        f"""
  <item rdf:about="{escape(item.guid)}">
    <title>{escape(item.title)}</title>
    <link>{escape(item.link)}</link>
    <description>{escape(item.paragraphs[0])}</description>
    <dc:creator>{escape(item.author)}</dc:creator>
    <dc:date>{item.published.isoformat()}</dc:date>
  </item>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="{escape(channel.home)}">
    <title>{escape(channel.title)}</title>
    <link>{escape(channel.home)}</link>
    <description>{escape(channel.title)}</description>
    <dc:language>{channel.language}</dc:language>
    <items><rdf:Seq>{order}
    </rdf:Seq></items>
  </channel>{entries}
</rdf:RDF>
""".encode()
