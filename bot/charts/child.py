"""The child process that draws: `python -P -m bot.charts.child MEMORY`, a chart as JSON in, a PNG out.

It ends with the picture, so that the service is as small after it as before.
"""

from __future__ import annotations

import json
import os
import sys

from bot.documents.child import limit


def main() -> int:
    limit(int(sys.argv[1]))
    # Each thread of numpy's library would claim memory of its own, for sums that nobody asks for here.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    from bot.charts.chart import Chart  # noqa: PLC0415 - after the limits
    from bot.charts.figure import png  # noqa: PLC0415

    picture = png(Chart.from_json(json.loads(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
