"""Numbers for Prometheus. The only file that imports prometheus_client; off unless `metrics.listen` is set."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from bot.errors import Refused
from bot.poll_report import Outcome, PollReport


class Metrics:
    """Counters of one process, on a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._polls = Counter("rackwatch_polls", "Polls by outcome", ["outcome"], registry=self.registry)
        self._entries = Counter("rackwatch_entries_new", "Entries stored", registry=self.registry)
        self._alerts = Counter("rackwatch_alerts_new", "Alerts created", registry=self.registry)
        self._seconds = Histogram("rackwatch_fetch_seconds", "Time of a fetch", registry=self.registry)
        self.waiting = Gauge("rackwatch_outbox_waiting", "Messages that wait", registry=self.registry)
        for outcome in Outcome:
            self._polls.labels(outcome.value)

    def count(self, report: PollReport) -> None:
        self._polls.labels(report.outcome.value).inc()
        self._entries.inc(report.new)
        self._alerts.inc(report.alerts)
        self._seconds.observe(report.elapsed)

    def serve(self, listen: str) -> None:
        """Serve /metrics at `host:port`.

        Raises Refused when the port is taken or not ours to take.
        """
        host, _, port = listen.rpartition(":")
        try:
            start_http_server(int(port), addr=host.strip("[]"), registry=self.registry)
        except OSError as error:
            raise Refused(
                f"metrics.listen: cannot listen on {listen}: {error.strerror or error}; "
                "choose another port, or stop the program that has it"
            ) from error
