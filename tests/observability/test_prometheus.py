"""A real Prometheus, with the settings that ship, over a real gateway and worker."""

from tests.observability.conftest import Used
from tests.observability.reading import dashboard_queries, rules


def test_every_panel_has_something_to_show(used: Used) -> None:
    empty = [query.place for query in dashboard_queries() if not used.series[query.plain]]
    assert empty == ["service: Alerts that fire"]


def test_alerts_are_evaluated_and_none_fires_over_a_service_that_is_well(used: Used) -> None:
    assert used.alerts.keys() == {rule["alert"] for rule in rules()}
    assert {name: health for name, (health, _) in used.alerts.items() if health != "ok"} == {}
    assert [name for name, (_, state) in used.alerts.items() if state == "firing"] == []
