"""What every feed holds when it is first seen: ordinary news, older than the demo.

One article, two days old, is about a Tesla data center. It matches a rule and must stay silent all the
same: a feed's first sight is its baseline.
"""

from bot.demo.news.written import Article

HOUR = 60
DAY = 24 * HOUR

ELECTREK = (
    Article(
        link="https://electrek.example/2023/08/13/ferry-crossing-battery/",
        title="Battery ferry finishes its first summer without a missed crossing",
        author="Dana Whitlock",
        minutes_ago=5 * HOUR,
        text="""
        The small electric ferry that has linked two fjord towns since May has completed its first summer
        timetable without cancelling a single trip. Its operator says that charging during the seven-minute
        stop was enough even on the busiest Saturdays.

        A second boat has been ordered and should arrive next spring.
        """,
    ),
    Article(
        link="https://electrek.example/2023/08/13/school-buses-vermont/",
        title="Forty electric school buses start work in Vermont",
        author="Dana Whitlock",
        minutes_ago=9 * HOUR,
        text="""
        Forty yellow buses with batteries instead of diesel tanks begin their rounds in rural Vermont this
        week. Drivers were trained over the holidays; the buses charge overnight at two depots.
        """,
    ),
    Article(
        link="https://electrek.example/2023/08/12/model-y-price-summer/",
        title="Tesla trims the price of the Model Y for the rest of the summer",
        author="Milo Ferrand",
        minutes_ago=26 * HOUR,
        text="""
        Tesla has lowered the price of the rear-wheel-drive Model Y by 1,500 dollars. The offer is limited
        to cars that are already built and ends with the quarter. Buyers who ordered last week have been
        told that they will get the difference back.
        """,
    ),
)

TESLAMAG = (
    Article(
        link="https://teslamag.example/news/ladepark-autohof-suedhessen-1201",
        title="Neuer Ladepark: 24 Säulen an einem Autohof in Südhessen",
        author="Redaktion",
        minutes_ago=4 * HOUR,
        text="""
        An einem Autohof in Südhessen ist am Wochenende ein Ladepark mit 24 Säulen ans Netz gegangen. Er
        steht allen Marken offen, bezahlt wird mit Karte oder App.

        Der Betreiber will das Dach über den Stellplätzen bis zum Herbst mit Solar-Modulen belegen.
        """,
    ),
    Article(
        link="https://teslamag.example/news/model-3-rueckruf-gurt-1198",
        title="Tesla ruft Model 3 wegen Gurtschloss in die Werkstatt",
        author="Redaktion",
        minutes_ago=11 * HOUR,
        text="""
        Bei einigen tausend Model 3 kann ein Gurtschloss auf der Rückbank falsch verschraubt sein. Tesla
        bittet die Halter in die Werkstatt, die Prüfung dauert nach Angaben des Herstellers zehn Minuten.
        """,
    ),
    Article(
        link="https://teslamag.example/news/norwegen-zulassungen-juli-1195",
        title="Zulassungen in Norwegen: Elektro-Anteil im Juli bei 82 Prozent",
        author="Redaktion",
        minutes_ago=30 * HOUR,
        text="""
        Mehr als vier von fünf neuen Autos in Norwegen fuhren im Juli rein elektrisch. An der Spitze steht
        wie im Vormonat ein kompaktes SUV.
        """,
    ),
)

DCD = (
    Article(
        link="https://dcd.example/news/heat-network-aarhus/",
        title="Aarhus to heat 3,000 homes with warmth from a colocation site",
        author="Priya Nandakumar",
        minutes_ago=3 * HOUR,
        text="""
        The Danish city of Aarhus has signed a contract for the waste heat of a colocation site at its
        northern edge. From next winter it should warm about 3,000 homes through the district network.
        """,
    ),
    Article(
        link="https://dcd.example/news/subsea-cable-azores/",
        title="Survey ship sets out for new subsea cable to the Azores",
        author="Owen Castellano",
        minutes_ago=14 * HOUR,
        text="""
        A survey ship has left Lisbon to chart the route of a cable that will replace the ageing link to the
        Azores. The work is expected to take eleven weeks, depending on the weather.
        """,
    ),
    Article(
        link="https://dcd.example/news/transformer-lead-times/",
        title="Transformers now take two years to arrive, builders complain",
        author="Owen Castellano",
        minutes_ago=27 * HOUR,
        text="""
        Large transformers ordered today will be delivered in two years at best, according to a poll among
        forty construction firms. Some have begun to buy used ones and have them rewound.
        """,
    ),
    Article(
        link="https://dcd.example/news/tesla-texas-water-cooled-hall/",
        title="Tesla plans a water-cooled data center hall next to its Texas factory",
        author="Priya Nandakumar",
        minutes_ago=2 * DAY,
        text="""
        Tesla has asked Travis County for permission to put up a data center hall of 9,000 square meters
        beside its car factory near Austin, Texas. The drawings show four rooftop chillers and a pipe to the
        river. A hearing is set for October.
        """,
    ),
)

HEISE = (
    Article(
        link="https://heise.example/news/Freie-Buerosoftware-Fassung-7-6-9240001.html",
        title="Freie Bürosoftware: Neue Fassung öffnet große Tabellen schneller",
        minutes_ago=2 * HOUR,
        text="""
        Die neue Fassung der freien Bürosoftware öffnet große Tabellen nach Angaben der Entwickler doppelt
        so schnell wie bisher. Außerdem lassen sich Kommentare nun per Tastenkürzel auflösen.
        """,
    ),
    Article(
        link="https://heise.example/news/Bahn-App-zeigt-Wagenreihung-9239977.html",
        title="Bahn-App zeigt die Wagenreihung jetzt früher an",
        minutes_ago=7 * HOUR,
        text="""
        Reisende sehen künftig schon am Vorabend, in welcher Reihenfolge die Wagen stehen. Die Änderung
        kommt „in den nächsten Tagen“ für alle Geräte.
        """,
    ),
    Article(
        link="https://heise.example/news/Glasfaser-Gemeinden-klagen-9239850.html",
        title="Glasfaser: Gemeinden klagen über doppelt aufgerissene Straßen",
        minutes_ago=20 * HOUR,
        text="""
        Zwei Anbieter, zwei Baustellen, eine Straße: Mehrere Gemeinden in Niedersachsen fordern, dass sich
        die Firmen beim Verlegen von Glasfaser absprechen müssen.
        """,
    ),
)

REGISTER = (
    Article(
        link="https://register.example/2023/08/13/mainframe_retires/",
        title="County finally waves goodbye to the mainframe that outlived four successors",
        author="Hattie Brook",
        minutes_ago=6 * HOUR,
        text="""
        A county council has retired the mainframe that calculated its property taxes since 1987. Four
        projects to replace it failed; the fifth was done by two people and a spreadsheet.
        """,
    ),
    Article(
        link="https://register.example/2023/08/13/printer_ink_court/",
        title="Court tells printer maker to stop calling third-party ink a fire hazard",
        author="Hattie Brook",
        minutes_ago=12 * HOUR,
        text="""
        A maker of printers may no longer warn its customers that ink from other firms could set the device
        alight. The judges found no evidence of a single burning printer.
        """,
    ),
    Article(
        link="https://register.example/2023/08/12/compiler_turns_thirty/",
        title="The compiler everyone forgot turns thirty",
        author="Jonas Pell",
        minutes_ago=33 * HOUR,
        text="""
        It was written for one customer, shipped on eleven floppy disks and is still maintained by the same
        engineer: a small compiler celebrates its thirtieth birthday this week.
        """,
    ),
)

KEJI = (
    Article(
        link="https://keji.example/a/20230813-1107",
        title="新款折叠屏手机下月发布，重量降至二百二十克",
        author="林晓",
        minutes_ago=4 * HOUR,
        text="一家国产手机厂商宣布，新款折叠屏手机将于下月发布。官方表示，机身重量比上一代减轻了三十克。",
    ),
    Article(
        link="https://keji.example/a/20230813-1093",
        title="高铁列车试点安静车厢，乘客反响良好",
        author="周敏",
        minutes_ago=10 * HOUR,
        text="多趟高铁列车本周开始试点安静车厢。乘务员会提醒乘客调低手机音量，通话请到车厢连接处。",
    ),
    Article(
        link="https://keji.example/a/20230812-0988",
        title="比亚迪七月销量再创新高，出口增长明显",
        author="林晓",
        minutes_ago=28 * HOUR,
        text="比亚迪公布七月销量，纯电车型与插电混动车型均创新高，其中出口数量比去年同期增长一倍以上。",
    ),
)

BOTE = (
    Article(
        link="https://bote.example/koeln/pegel-rhein-101.html",
        title="Pegel am Rhein steigen nach Regen wieder",
        minutes_ago=2 * HOUR,
        text="""
        Köln (dpa) - Nach den Regenfällen der vergangenen Tage sind die Pegel am Rhein wieder gestiegen. Die
        Schiffe können nach Angaben der Behörde fast voll beladen fahren.
        """,
    ),
    Article(
        link="https://bote.example/wirtschaft/baecker-ferien-087.html",
        title="Bäcker suchen in der Ferienzeit Aushilfen",
        minutes_ago=8 * HOUR,
        text="""
        Bremen (dpa) - Viele Bäckereien schließen im August einen Tag zusätzlich, weil ihnen Personal fehlt.
        Der Verband rechnet damit, dass sich die Lage im Herbst entspannt.
        """,
    ),
    Article(
        link="https://bote.example/kultur/humboldt-briefe-455.html",
        title="Museum zeigt Briefe von Alexander von Humboldt",
        minutes_ago=22 * HOUR,
        text="""
        Berlin (dpa) - Mehr als hundert bislang unveröffentlichte Briefe Alexander von Humboldts sind von
        Freitag an in Berlin zu sehen. Viele davon schrieb er auf Reisen.
        """,
    ),
)
