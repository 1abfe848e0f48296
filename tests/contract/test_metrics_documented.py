"""docs/metrics.md names what gateway and worker count, and dashboards and alerts ask for nothing else.

`make test-observe` holds labels too, to what running processes expose.
"""

import re

from prometheus_client import generate_latest

from gateway.metrics import Metrics as GatewayMetrics
from tests.observability.reading import OWN, ROOT, Exposed, alert_queries, dashboard_queries
from worker.metrics import Metrics as WorkerMetrics

EXPOSED = Exposed(GatewayMetrics().exposition().decode(), generate_latest(WorkerMetrics().registry).decode())


def test_the_metrics_of_the_code_are_those_of_the_document() -> None:
    documented = set(
        re.findall(r"`((?:testdata|process)_\w+)`", (ROOT / "docs/metrics.md").read_text(encoding="utf-8"))
    )
    names = {re.sub(r"_(bucket|sum|count)$", "", name) for name in EXPOSED.names}
    assert documented == names


def test_dashboards_and_alerts_ask_for_metrics_that_there_are() -> None:
    for query in (*dashboard_queries(), *alert_queries()):
        assert {name for name, _ in query.selected} <= EXPOSED.names | OWN, query.place


def test_everything_that_is_counted_is_on_a_dashboard() -> None:
    asked = {
        re.sub(r"_(bucket|sum|count|total)$", "", name) for query in dashboard_queries() for name, _ in query.selected
    }
    ours = {name for name in EXPOSED.families if name.startswith("testdata_")}
    # The gateway tells the same depth.
    assert ours - asked == {"testdata_worker_queue_depth"}
