"""The phrases by which articles name their source, by language: data, no code.

`before` stands before a name ("according to …"), `after` behind it ("… reported"); the `…_first` ones say too that it
was the first. `skipped` may stand between phrase and name. `outlets` are words for outlets: where one of them stands
before a name, the table of owners need not know it ("the blog Foo"). `firsts` behind a name say that it was the first
("…, der zuerst darauf aufmerksam machte").
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language; each field is a list, separated by '|', in lower case."""

    before: str
    before_first: str
    after: str
    after_first: str
    skipped: str
    outlets: str
    firsts: str


ENGLISH = Phrases(
    before="according to|reported by|report by|report from|report in|reports in|story in|story by|"
    "article in|article by|"
    "reporting by|reporting from|published by|published in|as per|per|told|interview with|speaking to|statement to|"
    "seen by|reviewed by|obtained by|viewed by|citing|cites|cited by|quoting|via|source:|sources:|"
    "h/t|hat tip to|hat tip:|"
    "noted by|spotted by|noticed by|confirmed to|revealed by|uncovered by|picked up by|reports|writes",
    before_first="first reported by|first published by|first published in|originally reported by|"
    "originally published by|"
    "originally published in|first spotted by|first noticed by|first noted by|first revealed by|initially reported by|"
    "exclusively reported by|broken by|first reported in|scoop by|scoop from|exclusive by|exclusive from|"
    "first covered by|first reported on by",
    after="reports|reported|has reported|writes|wrote|noted|notes|has learned|learned|revealed|"
    "reveals|'s report|'s reporting|"
    "report|reporting|said in a report|claims|report said|report says",
    after_first="first reported|was first to report|was the first to report|were first to report|broke the story|"
    "broke the news|first broke|exclusively reported|originally reported|first spotted|first noticed|first noted|"
    "had the scoop|exclusively reports|initially reported|first wrote|exclusive",
    skipped="a|an|the|new|recent|earlier|exclusive|fresh|latest|report|reports|reporting|story|"
    "article|piece|post|by|from|"
    "in|on|of|at|with|published|has|had|have|also|first|exclusively|previously|originally|later|us|"
    "u.s|american|british|"
    "german|french|chinese|japanese|local|tech|technology|business|financial|electric|vehicle|car|"
    "ev|trade|industry|news|"
    "tesla-focused|analysis|investigation|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|"
    "reporters|journalists|which|that|was|were",
    outlets="blog|newspaper|magazine|outlet|broadcaster|newsletter|publication|journal|tabloid|daily|weekly|agency|"
    "podcast|newswire|news site|website|site",
    firsts="first|exclusively|broke the|originally reported",
)

GERMAN = Phrases(
    before="laut|nach angaben|nach informationen|nach einem bericht|nach berichten|nach recherchen|unter berufung auf|"
    "beruft sich auf|berufen sich auf|mit bezug auf|unter verweis auf|mit verweis auf|berichtet|berichtete|berichten|"
    "berichteten|schreibt|schrieb|meldet|meldete|sagte|sagte er|sagte sie|gegenüber|im gespräch mit|im interview mit|"
    "quelle:|quellen:|via|bericht|bericht von|bericht der|bericht des|so der|so die|so das|heißt es bei|heißt es in|"
    "zitiert|informationen von|informationen der|informationen des|vermeldet|erfuhr",
    before_first="zuerst berichtet hatte|zuerst berichtet hat|zuerst berichtet hatten|zuerst berichtete|"
    "zuerst berichteten|als erstes berichtete|als erste berichtete|als erster berichtete|zuerst hatte|zuerst hatten|"
    "zuerst hat|zuerst gemeldet von|zuerst entdeckt von|zuvor hatte|zuvor hatten|zuerst bei",
    after="zufolge|berichtet|berichtete|berichten|berichteten|schreibt|schrieb|meldet|meldete|vermeldet|erfuhr|"
    "erfahren hat|hatte berichtet|hat erfahren",
    after_first="berichtete zuerst|berichteten zuerst|berichtet zuerst|zuerst berichtet|hatte zuerst|hat zuerst|"
    "hatten zuerst|als erstes berichtet|als erster berichtet|als erste berichtet|zuerst darauf aufmerksam|"
    "machte zuerst|meldete zuerst|berichtet exklusiv|berichtete exklusiv|exklusiv",
    skipped="der|die|das|dem|den|des|ein|eine|einem|einer|eines|bericht|berichts|berichte|berichten|berichtes|artikel|"
    "beitrag|informationen|angaben|recherchen|aktuellen|aktueller|neuen|neuer|exklusiven|von|vom|in|im|bei|am|an|us|"
    "us-amerikanische|us-amerikanischen|amerikanische|amerikanischen|deutsche|deutschen|britische|britischen|"
    "japanische|japanischen|chinesische|chinesischen|französische|französischen|montag|dienstag|mittwoch|donnerstag|"
    "freitag|samstag|sonntag|hat|haben|hatte|hatten|habe|unter|anderem|auch|zuerst|inzwischen|jetzt|nun|zudem|weiter|"
    "heute|gestern|bereits|zuvor|es|er|sie|renommierte|renommierten|wie|übereinstimmend|exklusiv|online",
    outlets="blog|blogs|magazin|magazins|nachrichtenmagazin|zeitung|blatt|blatts|blattes|portal|"
    "portals|webseite|website|"
    "nachrichtenagentur|agentur|sender|senders|dienst|branchendienst|medium|newsletter|podcast|zeitschrift",
    firsts="zuerst|als erstes|als erster|als erste|exklusiv",
)

FRENCH = Phrases(
    before="selon|d'après|rapporte|rapportent|rapporté par|rapportée par|rapportées par|révèle|"
    "révélé par|indique|relaie|"
    "écrit|explique à|déclaré à|a déclaré à|confié à|citant|cité par|source :|source:|via|repéré par|relayé par|"
    "publié par|affirme|relate|informations de|informations du|précise|détaille|annonce",
    before_first="révélé en premier par|d'abord rapporté par|rapporté en premier par|révélée par|révélées par|"
    "repéré en premier par|initialement rapporté par|dévoilé par",
    after="rapporte|rapportait|a rapporté|révèle|a révélé|révélait|écrit|indique|relate|affirme|explique",
    after_first="a révélé en premier|a été le premier à|a été la première à|révèle en exclusivité|"
    "a rapporté en premier|"
    "en exclusivité|le premier à",
    skipped="le|la|les|l'|un|une|des|du|de|d'|nos|confrères|consœurs|par|dans|à|au|article|rapport|"
    "enquête|informations|"
    "révélations|américain|américaine|britannique|allemand|allemande|français|française|économique|spécialisé|"
    "spécialisée|presse|information|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ce|que|comme|notamment|web",
    outlets="site|blog|journal|quotidien|magazine|média|chaîne|agence|hebdomadaire|revue|portail",
    firsts="en premier|le premier|la première|en exclusivité|d'abord",
)

SPANISH = Phrases(
    before="según|de acuerdo con|informa|informó|informado por|reporta|reportó|publica|publicó|publicado por|declaró a|"
    "dijo a|citando a|citado por|recoge|fuente:|a través de|vía|revela|reveló|adelanta|asegura|señala|cuenta|informan|"
    "reportado por|revelado por",
    before_first="adelantado por|adelantó|reportado por primera vez por|revelado primero por|informó primero|"
    "en exclusiva por|reportó primero",
    after="informa|informó|reporta|reportó|publicó|publica|reveló|revela|ha publicado|ha informado|ha revelado|asegura",
    after_first="fue el primero en|fue la primera en|informó primero|reportó primero|en exclusiva|adelantó",
    skipped="el|la|los|las|lo|un|una|de|del|al|a|en|por|informe|reporte|artículo|información|"
    "noticia|publicado|publicada|"
    "estadounidense|alemán|alemana|británico|español|especializado|noticias|web|que|ha|han|como|hoy|"
    "ayer|este|lunes|martes|"
    "miércoles|jueves|viernes|sábado|domingo",
    outlets="diario|medio|portal|blog|revista|periódico|agencia|sitio|cadena|semanario",
    firsts="primero|primera vez|el primero|la primera|en exclusiva",
)

ITALIAN = Phrases(
    before="secondo|stando a|stando al|stando alla|riferisce|riporta|riportato da|riportato dal|"
    "scrive|rivela|rivelato da|"
    "citando|fonte:|ha dichiarato a|ha detto a|via|riferito da|pubblicato da|pubblicato dal|racconta|spiega",
    before_first="riportato per primo da|riportato per primo dal|riportato per la prima volta da|rivelato per primo da|"
    "anticipato da|anticipato dal|svelato da",
    after="riporta|riferisce|scrive|ha riferito|ha riportato|ha rivelato|rivela|racconta",
    after_first="è stato il primo|è stata la prima|per primo|per prima|in esclusiva",
    skipped="il|lo|la|i|gli|le|l'|un|uno|una|quanto|riportato|riferito|scritto|da|dal|dalla|dallo|"
    "dall'|di|del|della|dello|"
    "dell'|dai|a|al|alla|in|su|report|rapporto|articolo|indiscrezioni|americano|americana|statunitense|tedesco|"
    "britannico|francese|stampa|notizie|informazioni|ha|oggi|ieri|lunedì|martedì|mercoledì|giovedì|"
    "venerdì|come|specializzato",
    outlets="sito|blog|quotidiano|giornale|rivista|agenzia|testata|portale|emittente|magazine",
    firsts="per primo|per prima|in esclusiva|la prima volta",
)

DUTCH = Phrases(
    before="volgens|aldus|meldt|meldde|melden|bericht|schrijft|schreef|zegt tegen|zei tegen|tegen|bron:|via|"
    "op basis van|gemeld door|onthuld door|tegenover|bericht van|aan|berichtte",
    before_first="als eerste gemeld door|als eerst gemeld door|eerst gemeld door|als eerste onthuld door",
    after="meldt|meldde|schrijft|schreef|bericht|berichtte|onthulde",
    after_first="meldde als eerste|berichtte als eerste|schreef als eerste|als eerste",
    skipped="de|het|een|artikel|rapport|bericht|van|in|door|amerikaanse|duitse|britse|franse|"
    "zakenkrant|heeft|ook|eerder|"
    "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|onderzoek|berichtgeving|gespecialiseerde",
    outlets="krant|site|website|blog|persbureau|tijdschrift|zender|omroep|nieuwssite|techsite|dagblad|weekblad",
    firsts="als eerste|exclusief",
)

POLISH = Phrases(
    before="według|jak podaje|jak informuje|jak donosi|podaje|informuje|donosi|pisze|podał|podała|podało|poinformował|"
    "poinformowała|powołując się na|cytowany przez|cytowana przez|za|źródło:|w rozmowie z|powiedział|zdaniem|"
    "ujawnił|ujawniła|opisuje|z ustaleń|relacjonuje",
    before_first="jako pierwszy poinformował|jako pierwszy podał|jako pierwsza podała|jako pierwszy doniósł|"
    "jako pierwsza poinformowała|jako pierwsze podało|jako pierwszy opisał|jako pierwszy napisał",
    after="podaje|informuje|donosi|pisze|podał|podała|poinformował|poinformowała|opisuje",
    after_first="jako pierwszy|jako pierwsza|jako pierwsze",
    skipped="agencji|informacji|ustaleń|doniesień|raportu|amerykański|amerykańska|amerykańskiego|"
    "amerykańskiej|niemiecki|"
    "niemiecka|brytyjski|brytyjska|prasowa|prasowej|branżowy|internetowy|o|tym|się|w|we|na|z|ze|przez|dziennikarzy|też|"
    "również|dziś|wczoraj",
    outlets="agencja|agencji|serwis|serwisu|portal|portalu|dziennik|dziennika|gazeta|gazety|blog|"
    "bloga|magazyn|magazynu|"
    "stacja|stacji|tygodnik",
    firsts="jako pierwszy|jako pierwsza|jako pierwsze",
)

PORTUGUESE = Phrases(
    before="segundo|de acordo com|conforme|informa|informou|noticiou|noticia|noticiado por|"
    "noticiado pelo|noticiado pela|"
    "publicou|disse à|disse ao|citando|fonte:|via|publicado por|publicado pelo|revelou|afirma|escreve|reportado por",
    before_first="noticiado primeiro por|noticiado primeiro pelo|noticiado primeiro pela|revelado primeiro por|"
    "avançado por|avançada por|avançado pelo|avançada pelo|noticiado em primeira mão por|"
    "noticiado em primeira mão pelo",
    after="informou|informa|noticiou|noticia|revelou|publicou|reporta|escreve|reportou",
    after_first="foi o primeiro a|foi a primeira a|em primeira mão|noticiou primeiro|avançou",
    skipped="o|a|os|as|um|uma|de|do|da|dos|das|pelo|pela|ao|à|no|na|reportagem|relatório|informações|artigo|americano|"
    "americana|norte-americano|alemão|britânico|especializado|notícias|que|hoje|ontem|também|já",
    outlets="jornal|site|portal|revista|agência|blog|emissora|veículo|diário|canal",
    firsts="primeiro|primeira mão|a primeira",
)

RUSSIAN = Phrases(
    before="по данным|по информации|по сообщению|по сообщениям|как сообщает|как пишет|как передает|"
    "сообщает|сообщают|сообщил|"
    "сообщила|сообщило|сообщили|пишет|пишут|передает|передаёт|со ссылкой на|ссылаясь на|источник:|рассказал|"
    "в интервью|цитирует|написала|написал|узнал|узнало|узнали|заявил",
    before_first="первым сообщил|первым сообщило|первой сообщила|первыми сообщили|первым об этом сообщил|"
    "первым об этом сообщило|первой об этом сообщила|первыми об этом сообщили|впервые сообщил|впервые сообщило|"
    "первым написал|первой написала",
    after="сообщает|сообщил|сообщила|сообщило|пишет|передает|передаёт|написала|написал|узнал|выяснил",
    after_first="первым сообщил|первым сообщило|первой сообщила|первыми сообщили|сообщил первым|сообщила первой|"
    "первым обратил внимание",
    skipped="об|этом|в|с|американское|американская|американский|американской|американского|немецкое|немецкая|немецкий|"
    "британское|британская|сегодня|вчера|источники|источника|деловая|деловое|расследование|новостное|информационное|"
    "публикацию|сообщение|материал|данные|статью|а|также",
    outlets="агентство|агентства|агентству|агентством|газета|газеты|газете|газету|издание|издания|"
    "изданию|журнал|журнала|"
    "журналу|портал|портала|сайт|сайта|телеканал|телеканала|телеканалу|блог|блога|телеграм-канал|интернет-издание",
    firsts="первым|первой|первыми|впервые|эксклюзивно",
)

CHINESE = Phrases(
    before="据|據|根据|根據|引述|援引|引用|来源：|来源:|來源：|来源于|转自|告诉|接受",
    before_first="最早由|最先由|首先由|率先由|最初由",
    after="报道|報導|报导|報道|消息|称|指出|透露|获悉|爆料|披露",
    after_first="率先报道|首先报道|最先报道|最早报道|独家报道|率先報導|首先報導|獨家報導|率先披露|首先披露|独家获悉|率先曝光",
    skipped="美国|美國|英国|英國|德国|德國|日本|外媒|外电|外電|美媒|当地|新闻|新聞|科技|汽车|汽車|电动|知名|财经|的|了|今日|"
    "昨日|周一|周二|周三|周四|周五|周六|周日|今天|昨天|日前|此前|月|日|率先|首先|独家|等|也|在|等媒体",
    outlets="媒体|媒體|博客|部落格|网站|網站|杂志|雜誌|报纸|通讯社|通訊社|电视台",
    firsts="率先|首先报道|最先|最早|独家|首度",
)

JAPANESE = Phrases(
    before="出典：|出典:|ソース：|情報元：|引用元：",
    before_first="最初に報じた|初めて報じた",
    after="によると|によれば|が報じ|は報じ|が伝え|は伝え|の報道|が明らかに|が報道|は報道|の取材|が掲載",
    after_first="が最初に報じ|が初めて報じ|が最初に伝え|がスクープ|が独自に報じ|が先に報じ",
    skipped="米|英|独|メディア|通信|の|電子版|新聞|などが|など|は|日|月|紙|誌",
    outlets="米メディア|メディア|ブログ|サイト|雑誌|ニュースサイト",
    firsts="最初に|初めて|スクープ",
)

PHRASES = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "nl": DUTCH,
    "pl": POLISH,
    "pt": PORTUGUESE,
    "ru": RUSSIAN,
    "zh": CHINESE,
    "ja": JAPANESE,
}

OUTLET_ENDINGS = frozenset(
    "Times Post News Journal Herald Tribune Gazette Daily Magazine Chronicle Courier Observer Standard Weekly Inquirer "
    "Register Dispatch Bulletin Examiner Zeitung Nachrichten Kurier Anzeiger Rundschau Presse Tagblatt Tageblatt Blatt "
    "Allgemeine Echo Bote".split()
)
"""A name of several words that ends so is an outlet's ("The Foo Times")."""

NO_OUTLETS = frozenset(
    "downdetector netblocks wikipedia reddit linkedin glassdoor github facebook instagram telegram "
    "weibo youtube tiktok "
    "twitter x google meta amazon apple microsoft openai tesla spacex nvidia threads mastodon bluesky statista indeed "
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag "
    "freitag samstag sonntag "
    "elon musk i he she they it the a an der die das er sie es".split()
)
"""Services, companies, days: what stands behind "the website …" and is no outlet."""
