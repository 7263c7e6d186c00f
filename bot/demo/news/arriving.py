"""What arrives while the demo runs: a story in three languages and its denial, another, and what only looks like it."""

from bot.demo.news.baseline import HOUR
from bot.demo.news.without_feed import TESLA_JOB
from bot.demo.news.written import Article

ELECTREK_LINK = "https://electrek.example/2023/08/14/tesla-first-of-its-kind-data-centers/"

ELECTREK_STORY = Article(
    link=ELECTREK_LINK,
    title="Tesla wants to build 'first of its kind' data centers, takes over an old Twitter one",
    author="Milo Ferrand",
    minutes_ago=2 * HOUR + 24,
    text="""
    Tesla is looking for a manager to build data centers that it calls the "first of its kind", and in the
    meantime it has moved into a data center in Sacramento that Twitter left behind.

    The job advertisement, for a senior engineering program manager, appeared on Tesla's careers page over the
    weekend. Whoever gets the job will lead a team that designs and builds the sites from the ground up,
    beginning with power and cooling. The advertisement uses the plural throughout, so one building will
    hardly be the end of it.

    People who know the matter told Electrek that Tesla took over the lease of a hall at NTT Global Data
    Centers in Sacramento, California, after Twitter had stopped paying for it at the end of last year.
    Talks about a second former Twitter site, run by Prime Data Centers, are said to be under way.

    Elon Musk leads both companies; Twitter has been called X since July. Neither Tesla nor X answered
    questions from Electrek.
    """,
)

ELECTREK_STORY_EDITED = Article(
    link=ELECTREK_LINK,
    title="Tesla wants to build 'first of its kind' data centers, takes over old Twitter site [Update]",
    author="Milo Ferrand",
    minutes_ago=2 * HOUR + 24,
    edition=2,
    text="""
    Tesla is looking for a manager to build data centers that it calls the "first of its kind", and in the
    meantime it has moved into a data center in Sacramento that Twitter left behind.

    Update: the advertisement has since been changed and now names a salary of up to 210,000 dollars.

    The job advertisement, for a senior engineering program manager, appeared on Tesla's careers page over the
    weekend. Whoever gets the job will lead a team that designs and builds the sites from the ground up,
    beginning with power and cooling. The advertisement uses the plural throughout, so one building will
    hardly be the end of it.

    People who know the matter told Electrek that Tesla took over the lease of a hall at NTT Global Data
    Centers in Sacramento, California, after Twitter had stopped paying for it late in 2022. Talks about a
    second former Twitter site, run by Prime Data Centers, are said to be under way.

    Elon Musk leads both companies; Twitter has been called X since July. Neither Tesla nor X answered
    questions from Electrek.
    """,
)

TESLAMAG_STORY = Article(
    link="https://teslamag.example/news/tesla-daten-zentren-twitter-sacramento-1204",
    title="Tesla sucht Führung für eigene Daten-Zentren und übernimmt eines von Twitter",
    author="Redaktion",
    minutes_ago=21,
    text=f"""
    Tesla will Daten-Zentren bauen, wie es sie noch nicht gab, und hat nebenbei mindestens ein früheres
    Daten-Zentrum von Twitter in Sacramento bezogen. Das berichtet der Blog
    <a href="{ELECTREK_LINK}">Electrek</a>, dem die passende
    <a href="{TESLA_JOB.link}">Stellenanzeige 210417</a> zuerst aufgefallen war.

    Gesucht wird darin eine Person, die ein Team für Entwurf und Bau aufstellt und führt. „First of its kind“
    nennt Tesla die Anlagen auf Englisch, was genau neu daran sein soll, verrät das Unternehmen nicht. Auf
    die Anzeige machte am Morgen auch <a href="https://twitter.example/tesla_watcher/status/1691001">ein
    Tweet</a> aufmerksam, der schnell tausendfach geteilt wurde.

    In China gilt ohnehin eine eigene Regel: Daten von dort verkauften Autos bleiben im Land, wie Tesla am
    Montag auf <a href="https://weibo.example/tesla/NeRq7">Weibo</a> bekräftigte.

    Das Gebäude in Sacramento gehört laut Electrek zu NTT. Über ein zweites, von Prime Data Centers
    betriebenes, werde verhandelt. Twitter, das inzwischen X heißt und wie Tesla von Elon Musk geführt wird,
    hatte Ende 2022 aufgehört, die Miete zu zahlen.
    """,
)

KEJI_STORY = Article(
    link="https://keji.example/a/20230814-1142",
    title="特斯拉招聘数据中心负责人，接手推特在萨克拉门托的旧数据中心",
    author="周敏",
    minutes_ago=19,
    text=f"""
    据美国媒体<a href="{ELECTREK_LINK}">Electrek</a>报道，特斯拉正在招聘一名经理，负责建设被称为“同类首创”的数据中心，并已接手推特（Twitter，现名X）在加州萨克拉门托的一处旧数据中心。

    招聘启事显示，这名经理将组建团队，从供电和冷却开始设计新的数据中心。

    知情人士称，该机房属于NTT，推特去年底停止支付租金。特斯拉还在与Prime Data Centers商谈第二处地点。两家公司均由埃隆·马斯克领导。
    """,  # noqa: E501 — a break inside a Chinese sentence would become a space
)

BOTE_COPY = Article(
    link="https://bote.example/wirtschaft/tesla-twitter-rechenzentrum-132.html",
    title="Tesla zieht in früheres Rechenzentrum von Twitter",
    minutes_ago=14,
    text="""
    Sacramento (dpa) - Der Elektroauto-Hersteller Tesla hat im kalifornischen Sacramento ein Rechenzentrum
    übernommen, das zuvor der Kurznachrichtendienst Twitter genutzt hatte. Das berichtete das Branchenblog
    Electrek am Montag unter Berufung auf informierte Personen. Twitter, das seit Juli X heißt, habe für die
    Räume beim Betreiber NTT seit Ende vergangenen Jahres keine Miete mehr bezahlt.

    Zugleich sucht Tesla per Stellenanzeige eine Führungskraft für den Bau weiterer Rechenzentren. Das
    Unternehmen spricht darin von Anlagen, die „die ersten ihrer Art“ sein sollen. Über ein zweites Gebäude
    verhandelt Tesla dem Bericht zufolge mit der Firma Prime Data Centers.

    Beide Unternehmen werden von Elon Musk geführt. Tesla und X ließen Anfragen zunächst unbeantwortet.
    """,
)

HEISE_COPY = Article(
    link="https://heise.example/news/Tesla-uebernimmt-Rechenzentrum-von-Twitter-9241007.html",
    title="Elon Musk tauscht Mieter: Tesla übernimmt Twitter-Rechenzentrum in Kalifornien",
    minutes_ago=12,
    text="""
    Der Elektroautohersteller Tesla hat im kalifornischen Sacramento ein Rechenzentrum übernommen, das zuvor
    der Kurznachrichtendienst Twitter genutzt hatte. Das berichtete das Branchenblog Electrek am Montag unter
    Berufung auf informierte Personen. Twitter, das seit Juli X heißt, habe für die Räume beim Betreiber NTT
    seit Ende vergangenen Jahres keine Miete mehr bezahlt.

    Zugleich sucht Tesla per Stellenanzeige eine Führungskraft für den Bau weiterer Rechenzentren. Das
    Unternehmen spricht darin von Anlagen, die „die ersten ihrer Art“ sein sollen. Über ein zweites Gebäude
    verhandelt Tesla dem Bericht zufolge mit der Firma Prime Data Centers.

    Beide Unternehmen werden von Elon Musk geführt. Tesla und X ließen Anfragen zunächst unbeantwortet. (dpa)
    """,
)

DCD_DENIAL = Article(
    link="https://dcd.example/news/landlord-denies-tesla-takeover-sacramento/",
    title="Landlord denies that Tesla took over Twitter's data center in Sacramento",
    author="Priya Nandakumar",
    minutes_ago=10,
    text=f"""
    Tesla has not taken over the former Twitter data center in Sacramento, California, says NTT Global Data Centers,
    which owns the building. The lease still runs in Twitter's name; Tesla "uses some cabinets as a guest".

    <a href="{ELECTREK_LINK}">Electrek</a> had reported that Tesla moved into the hall after Twitter stopped paying
    for it. The company did not say who pays now.
    """,
)

REGISTER_POLICY = Article(
    link="https://register.example/2023/08/14/twitter_blocking_rules/",
    title="Twitter boss wants to take away the block button, app stores may object",
    author="Jonas Pell",
    minutes_ago=9,
    text="""
    Elon Musk has said that users of Twitter, or X as it now prefers, will soon be unable to block each other
    except in private messages. Muting will remain. The rules of both large app stores ask for a way to block
    abusive people, so the plan may not live long.
    """,
)

TESLAMAG_CARS = Article(
    link="https://teslamag.example/news/model-s-farbe-brandenburg-1206",
    title="Tesla bietet Model Y aus Brandenburg in zwei neuen Farben an",
    author="Redaktion",
    minutes_ago=8,
    text="""
    Wer ein Model Y aus Brandenburg bestellt, kann nun auch ein dunkles Rot und ein helles Silber wählen. Der
    Aufpreis liegt bei 1.600 Euro, die Lieferzeit verlängert sich nach Angaben von Tesla um zwei Wochen.
    """,
)

HEISE_GPU = Article(
    link="https://heise.example/news/Uni-kauft-NVIDIA-Tesla-V100-9241188.html",
    title="Uni kauft NVIDIA Tesla V100 für ihr Rechenzentrum",
    minutes_ago=6,
    text="""
    Die Universität hat 64 gebrauchte Beschleuniger vom Typ NVIDIA Tesla V100 gekauft. Sie sollen im
    Rechenzentrum am Südcampus vor allem Wettermodelle rechnen. Die Karten stammen aus einem aufgelösten
    Großrechner in den Niederlanden und kosteten weniger als ein Zehntel ihres früheren Preises.
    """,
)

REGISTER_GPU = Article(
    link="https://register.example/2023/08/14/nvidia_tesla_p100_second_life/",
    title="NVIDIA Tesla P100 cards find a second life in a data center for weather forecasts",
    author="Hattie Brook",
    minutes_ago=5,
    text="""
    A weather service has filled its data center with second-hand NVIDIA Tesla P100 cards at eighty dollars
    apiece. Each Tesla P100 is slower than anything on sale today, admits the person in charge, but the
    electricity comes from the dam next door.
    """,
)

BOTE_MUSEUM = Article(
    link="https://bote.example/kultur/nikola-tesla-museum-140.html",
    title="Nikola Tesla Museum lagert sein Archiv in ein Rechenzentrum aus",
    minutes_ago=4,
    text="""
    Belgrad (dpa) - Das Nikola Tesla Museum in Belgrad lässt 160 000 Blätter aus dem Nachlass des Erfinders
    einscannen. Die Bilder sollen in einem Rechenzentrum der Universität aufbewahrt werden. Nikola Tesla war
    1943 in New York gestorben.
    """,
)

DCD_STORY = Article(
    link="https://dcd.example/news/x-servers-overheat-portland/",
    title="X outage traced to overheated servers in a Portland data center",
    author="Owen Castellano",
    minutes_ago=2,
    text="""
    X, the social network formerly called Twitter, was unreachable for three hours on Sunday because servers
    overheated in its data center in Portland, Oregon. Two of five chillers had been switched off for
    maintenance when the outdoor temperature reached 41 degrees.

    Technicians opened the doors and carried in fans from a hardware store, according to a person who was
    there. Posts and pictures came back step by step from 9 p.m. local time.

    A spokeswoman for the utility said that the power supply had been stable all day. X did not comment.
    """,
)

KEJI_LATER = Article(
    link="https://keji.example/a/20230814-1158",
    title="多地公园开放夜间露营，需提前网上预约",
    author="林晓",
    minutes_ago=1,
    text="本周起，多地公园开放夜间露营区域。市民需提前三天在网上预约，每个营位最多四人。",
)

REGISTER_RENT = Article(
    link="https://register.example/2023/08/14/tenant_stops_paying/",
    title="Tenant stops paying, landlord threatens to pull the plug",
    author="Hattie Brook",
    minutes_ago=1,
    text="""
    A landlord in Atlanta has had enough and goes to court. At the centre of it: rooms that nobody enters, and a
    tenant who has renamed himself.

    Twitter, or X as it now prefers, has not paid the rent for its data center in Atlanta since April, says a
    complaint that was filed on Monday. The owner of the building wants 4.2 million dollars, and the cabinets out
    of the halls by the end of September.

    Twitter had moved in ten years ago. Its lawyers answer that the batteries never did what the contract
    promised. A hearing is set for October.
    """,
)
