"""The score of the politeness suite, under the other results."""

from __future__ import annotations

import pytest

FOLDER = "tests/politeness/"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count by the reports, which reach this process from every worker; silent where the suite was not run."""
    ended: dict[str, bool] = {}
    for kind in ("passed", "failed", "error", "xfailed", "xpassed"):
        for report in terminalreporter.getreports(kind):
            name = report.nodeid.replace("\\", "/")
            if name.startswith(FOLDER):
                ended[name] = ended.get(name, True) and kind == "passed"
    if ended:
        terminalreporter.write_line(f"politeness: {sum(ended.values())} of {len(ended)} checks pass")
