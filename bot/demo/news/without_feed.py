"""What stands on a job board and in a status API: at first sight, and what arrives there."""

from bot.demo.news.baseline import DAY, HOUR
from bot.demo.news.written import Article

TESLA_JOB = Article(
    link="https://careers.tesla.example/job/manager-data-centers-210417",
    title="Manager, Data Centers (first of its kind)",
    minutes_ago=HOUR,
    text="""
    Job 210417, Sacramento, California. Tesla is looking for an engineering program manager who leads the design and
    construction of its "first of its kind" data centers.
    """,
)
"""Where the story came from: it stood on the board before anybody looked."""

JOBS = (
    TESLA_JOB,
    Article(
        link="https://careers.tesla.example/job/service-technician-210388",
        title="Service Technician",
        minutes_ago=DAY,
        text="Lathrop, California. You keep the cars of our customers on the road.",
    ),
    Article(
        link="https://careers.tesla.example/job/process-engineer-paint-shop-210291",
        title="Process Engineer, Paint Shop",
        minutes_ago=2 * DAY,
        text="Grünheide, Germany. You see to it that every layer is as thin as it may be.",
    ),
    Article(
        link="https://careers.tesla.example/job/recruiter-209975",
        title="Recruiter",
        minutes_ago=3 * DAY,
        text="Austin, Texas. You find the people who stand in this list.",
    ),
)

NEW_JOB = Article(
    link="https://careers.tesla.example/job/canteen-cook-210430",
    title="Cook, Canteen",
    minutes_ago=9,
    text="Sparks, Nevada. You know what four thousand people want at midnight.",
)

INCIDENTS = (
    Article(
        link="https://status.x.example/incidents/f3h1d",
        title="Sign-in by text message is delayed in some countries",
        minutes_ago=20 * HOUR,
        text="Codes arrive up to ten minutes late. A carrier has confirmed the trouble and is at work.",
    ),
    Article(
        link="https://status.x.example/incidents/w8c0m",
        title="Scheduled posts were published late",
        minutes_ago=3 * DAY,
        text="Posts that were planned for Friday morning went out at noon. This is resolved.",
    ),
)

X_INCIDENT = Article(
    link="https://status.x.example/incidents/kq7p2",
    title="X outage: servers in Portland overheated",
    minutes_ago=1,
    text="""
    X was unreachable for three hours because servers overheated in our data center in Portland, Oregon. Two of
    five chillers had been switched off for maintenance.

    All five run again. Pictures may be missing until tonight.
    """,
)
