"""Parameters of an address that say how a reader came, not what the article is.

The names are facts that the vendors document; which of them are seen everywhere was checked against the global rules
of ClearURLs (LGPL-3.0) and of AdGuard's tracking filter (GPL-3.0), of which no text is taken over. Left out of those
lists: what is an article's number or a list's place on some sites (`ref`, `mc`, `click_id`, `var`, `z`).

`courlan`, which comes with the article reader, is offline, but no door for this. It drops every parameter in whose name
a word begins with `cid`, `uid`, `ref`, `source`, `session`, `keyword` or `ga`, which are numbers of articles (so
`gallery`, `reference`). Of `tests/data/urls/pairs.tsv` it merged 10 of 129 different pairs, found 68 of 195 same ones,
and took twice the time.
"""

from __future__ import annotations

import re

# Google, Meta, Microsoft, Yandex, Adobe, Matomo, Piano (AT Internet), Mapp, comScore, HubSpot, Mailchimp, Marketo,
# Parse.ly, Branch, adjust, Impact, Klaviyo, Vero, Olytics, Blueshift, Cxense, Alibaba, Condé Nast, CBS; the session
# numbers of Java and PHP.
_EVERYWHERE = re.compile(
    r"utm_[\w-]+|_g[al]|ga_[a-z_]+|gs_l|gclid|gclsrc|dclid|gbraid|wbraid|gad_(source|campaignid)|srsltid|usqp|"
    r"amp_(js_v|gsa|r|markup)|fbclid|fb_(action_(ids|types)|ref|source|comment_id)|action_(object|type|ref)_map|"
    r"igsh(id)?|msclkid|ocid|y(s)?clid|_openstat|twclid|ttclid|ref_(src|url)|__twitter_impression|li_fat_id|epik|"
    r"s_(cid|kwcid)|ef_id|mtm_\w+|pk_(campaign|kwd|keyword|source|medium|vid)|xtor|"
    r"at_(medium|campaign|custom\d+|ptr_name|bbc_team|link_(id|type|origin)|format)|wt_?(z?mc|ref)|wtrid|"
    r"ns_(campaign|mchannel|source|linkname|fee)|hsa_\w+|_hs(enc|mi)|__hs(fp|sc|tc)|hsctatracking|mc_(cid|eid|tc)|"
    r"mkt_tok|itm_(source|medium|campaign|content|term)|_branch_(match_id|referrer)|adjust_\w+|ir(clickid|gwc)|"
    r"ir_(campaignid|adid|partnerid)|_kx|vero_(conv|id)|oly_(anon|enc)_id|rb_clickid|ml_subscriber(_hash)?|wickedid|"
    r"bsft_\w+|cx_(click|recs\w+)|cxrecs_s|cm_(me|cr|mmc\w*)|sc_(src|lid|llid|uid|eh)|dpg_(source|campaign|medium|content)|"
    r"spm|echobox|os_ehash|tduid|sscid|ncid|smid|taid|mbid|ftag|cmpid|guccounter|guce_\w+|postshare|"
    r"jsessionid|phpsessid",
    re.IGNORECASE,
)
# What is a number elsewhere and a mark of the way here; by host without `www.`, its subdomains meant too. As seen in
# the hosts' own feeds and share links.
_AT_HOST = {
    host: frozenset(names.split())
    for host, names in {
        "bloomberg.com": "srnd sref leadsource embedded-checkout",
        "dailymail.co.uk": "ito",
        "forbes.com": "sh ss",
        "ft.com": "ftcamp",
        "medium.com": "sk",
        "msn.com": "li srcref cvid ei pc",
        "news.google.com": "oc hl gl ceid",
        "nytimes.com": "_r mwrsm emc partner unlocked_article_code",
        "reuters.com": "feedtype feedname",
        "spiegel.de": "sara_ref sara_ecid",
        "theatlantic.com": "gift",
        "theguardian.com": "cmp",
        "twitter.com": "s t",
        "washingtonpost.com": "pwapi_token",
        "welt.de": "icid",
        "wsj.com": "mod st reflink",
        "x.com": "s t",
        "youtube.com": "feature si pp ab_channel t",
    }.items()
}
# Only with these values: the same names carry identity with others. `feed=rss` and `format=rss` name another document.
_VALUES = frozenset(
    {
        *((name, "rss") for name in ("source", "src", "srcref", "ref", "from", "partner", "emc")),
        *((name, value) for name in ("amp", "print") for value in ("", "1", "true", "yes")),
        *((name, value) for name in ("output", "outputtype", "view") for value in ("amp", "print")),
        *((name, "all") for name in ("pagewanted", "currentpage")),
    }
)


def carries_no_identity(host: str, path: str, name: str, value: str) -> bool:
    """Whether the article is the same without this parameter. `host` is in lower case and without `www.`."""
    name = name.lower()
    if _EVERYWHERE.fullmatch(name) is not None or (name, value.lower()) in _VALUES:
        return True
    if name == "source" and value.startswith("rss-"):
        return True  # Medium, also under its authors' own hosts: `source=rss-b4981c59ffa5------2`
    if name == "rss" and value == "1":
        # HighWire's journals mark their feeds' links so; elsewhere it is the feed itself.
        return "/content/" in path
    names = _AT_HOST.get(host) or _AT_HOST.get(host.partition(".")[2])
    return names is not None and name in names
