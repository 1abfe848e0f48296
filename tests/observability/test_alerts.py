"""Alerts fire when they should, after as long as they should, and alone: run by Prometheus' own tester of rules."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.observability.reading import ALERTS, ROOT, rules

#: What a service that is well exposes for two hours, a sample a minute.
WELL = {
    'up{job="gateway",instance="g1"}': "1x120",
    'up{job="gateway",instance="g2"}': "1x120",
    'testdata_processes{job="gateway",instance="g1"}': "1x120",
    'testdata_processes{job="gateway",instance="g2"}': "1x120",
    'process_start_time_seconds{job="gateway",instance="g1"}': "1000x120",
    'testdata_build_info{instance="g1",engine_version="1.0.0"}': "1x120",
    'testdata_worker_build_info{instance="w1",engine_version="1.0.0"}': "1x120",
    'testdata_serving{instance="g1"}': "1x120",
    'testdata_serving{instance="g2"}': "1x120",
    'testdata_rpcs_total{method="GenerateData",status="OK"}': "0+600x120",
    'testdata_rpcs_total{method="GenerateData",status="UNAVAILABLE"}': "0+1x120",
    'testdata_refusals_total{reason="INTERNAL",status="INTERNAL"}': "0x120",
    'testdata_refusals_total{reason="RATE_LIMITED",status="RESOURCE_EXHAUSTED"}': "0x120",
    'testdata_loop_lag_seconds_bucket{instance="g1",le="0.05"}': "0+120x120",
    'testdata_loop_lag_seconds_bucket{instance="g1",le="0.5"}': "0+120x120",
    'testdata_loop_lag_seconds_bucket{instance="g1",le="+Inf"}': "0+120x120",
    "testdata_coherence_below_one_total": "0x120",
    "testdata_tls_certificate_expires_seconds": "2000000x120",
    "testdata_api_keys_stale": "0x120",
    'testdata_part_up{part="ledger"}': "1x120",
    'testdata_part_up{part="redis"}': "1x120",
    'testdata_part_up{part="weaviate"}': "1x120",
    "testdata_patterns_degraded": "0x120",
    "testdata_results_bytes": "10x120",
    "testdata_results_limit_bytes": "100x120",
    'testdata_queue_depth{instance="g1",queue="model"}': "3x120",
    'testdata_batches_running{instance="g1",queue="model"}': "2x120",
    'testdata_queue_oldest_seconds{instance="g1",queue="model"}': "30x120",
    'testdata_batches_parked{instance="g1",queue="model"}': "0x120",
    'testdata_jobs_ended_recently{instance="g1",state="failed",reason="UNSATISFIABLE"}': "2x120",
    'testdata_jobs_ended_recently{instance="g1",state="succeeded",reason="none"}': "50x120",
    "testdata_worker_claims_lost_total": "0x120",
    "testdata_worker_republished_total": "0x120",
    'testdata_worker_model_calls_total{provider="anthropic",outcome="ok"}': "0+10x120",
    'testdata_worker_model_calls_total{provider="anthropic",outcome="overloaded"}': "0+1x120",
    'testdata_worker_model_calls_total{provider="anthropic",outcome="authentication"}': "0x120",
    'testdata_worker_breaker_open{provider="anthropic"}': "0x120",
    'testdata_worker_records_by_path_total{path="llm",made_by="llm"}': "0+50x120",
    'testdata_worker_records_by_path_total{path="llm",made_by="traditional"}': "0+1x120",
    'testdata_worker_tokens_total{provider="anthropic",model="m",kind="output"}': "0+1000x120",
}


@dataclass(frozen=True)
class Case:
    """Something goes wrong at minute 60.

    Attributes:
        series: What is otherwise than in WELL; None: it is gone.
        waits: Minutes later at which nobody is told yet; None: it is told at once.
        tells: Minutes later at which the alert fires.
    """

    alert: str
    series: dict[str, str | None] = field(default_factory=dict)
    waits: int | None = 1
    tells: int = 10


def turns(before: float, after: str) -> str:
    """An hour of one value, then others."""
    return f"{before}x59 {after}"


CASES = [
    Case(
        "TestdataGatewayAbsent",
        {'testdata_serving{instance="g1"}': turns(1, "_x60"), 'testdata_serving{instance="g2"}': turns(1, "0x60")},
    ),
    Case("TestdataTargetDown", {'up{job="gateway",instance="g2"}': turns(1, "0x60")}, waits=2),
    Case(
        "TestdataRestarting",
        {'process_start_time_seconds{job="gateway",instance="g1"}': turns(1000, "4000+60x60")},
        waits=None,
    ),
    Case(
        "TestdataInternalErrors",
        {'testdata_refusals_total{reason="INTERNAL",status="INTERNAL"}': turns(0, "1x60")},
        waits=None,
        tells=2,
    ),
    Case(
        "TestdataUnavailable",
        {'testdata_rpcs_total{method="GenerateData",status="UNAVAILABLE"}': turns(0, "60+60x60")},
        waits=4,
    ),
    Case(
        "TestdataGatewaySaturated",
        {'testdata_loop_lag_seconds_bucket{instance="g1",le="0.05"}': "0+120x59 7080x60"},
        waits=9,
        tells=20,
    ),
    Case("TestdataIncoherent", {"testdata_coherence_below_one_total": turns(0, "1x60")}, waits=None, tells=2),
    Case(
        "TestdataCertificateExpires",
        {"testdata_tls_certificate_expires_seconds": turns(2e6, "600000x60")},
        waits=9,
        tells=12,
    ),
    Case("TestdataKeysStale", {"testdata_api_keys_stale": turns(0, "1x60")}, waits=4),
    Case("TestdataLedgerAway", {'testdata_part_up{part="ledger"}': turns(1, "0x60")}, waits=0),
    Case("TestdataRedisAway", {'testdata_part_up{part="redis"}': turns(1, "0x60")}, waits=0),
    Case(
        "TestdataWeaviateAway",
        {'testdata_part_up{part="weaviate"}': turns(1, "0x60"), "testdata_patterns_degraded": turns(0, "1x60")},
        waits=4,
        tells=30,
    ),
    Case("TestdataPatternsDegraded", {"testdata_patterns_degraded": turns(0, "1x60")}, waits=9, tells=12),
    Case("TestdataResultsNearlyFull", {"testdata_results_bytes": turns(10, "90x60")}, waits=4),
    Case(
        "TestdataQueueStuck",
        {'testdata_batches_running{instance="g1",queue="model"}': turns(2, "0x60")},
        waits=1,
        tells=4,
    ),
    Case(
        "TestdataQueueSlow",
        {'testdata_queue_oldest_seconds{instance="g1",queue="model"}': turns(30, "901+60x60")},
        waits=4,
    ),
    Case("TestdataBatchesParked", {'testdata_batches_parked{instance="g1",queue="model"}': turns(0, "1x60")}, waits=0),
    Case(
        "TestdataJobsFailing",
        {'testdata_jobs_ended_recently{instance="g1",state="failed",reason="UNSATISFIABLE"}': turns(2, "9x60")},
        waits=4,
    ),
    Case("TestdataClaimsLost", {"testdata_worker_claims_lost_total": turns(0, "5+5x60")}, waits=4, tells=15),
    Case("TestdataMessagesLost", {"testdata_worker_republished_total": turns(0, "30+30x60")}, waits=4, tells=15),
    Case(
        "TestdataEngineVersionsMixed",
        {'testdata_worker_build_info{instance="w2",engine_version="1.1.0"}': "_x60 1x60"},
        waits=29,
        tells=32,
    ),
    Case(
        "TestdataProviderRefusesUs",
        {'testdata_worker_model_calls_total{provider="anthropic",outcome="authentication"}': turns(0, "1x60")},
        waits=None,
        tells=2,
    ),
    Case(
        "TestdataProviderFailing",
        {'testdata_worker_model_calls_total{provider="anthropic",outcome="ok"}': "0+10x59 590x60"},
        waits=8,
        tells=13,
    ),
    Case("TestdataBreakerOpen", {'testdata_worker_breaker_open{provider="anthropic"}': turns(0, "1x60")}, waits=4),
    Case(
        "TestdataEngineStandsIn",
        {'testdata_worker_records_by_path_total{path="llm",made_by="traditional"}': turns(0, "50+50x60")},
        waits=4,
        tells=20,
    ),
    Case(
        "TestdataTokensRunAway",
        # A day's pace takes a day to be known.
        {'testdata_worker_tokens_total{provider="anthropic",model="m",kind="output"}': "0+100x1400 140000+100000x60"},
        waits=None,
        tells=1400 - 60 + 30,
    ),
    Case(
        "TestdataLimitsReached",
        {'testdata_refusals_total{reason="RATE_LIMITED",status="RESOURCE_EXHAUSTED"}': turns(0, "7x60")},
        waits=None,
        tells=2,
    ),
]
FIRING = 'group by (alertname) (ALERTS{alertstate="firing"})'


def told(minute: int, *alerts: str) -> dict[str, object]:
    """Exactly these fire at a minute."""
    samples = [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts]
    return {"expr": FIRING, "eval_time": f"{minute}m", "exp_samples": samples}


def scenario(case: Case) -> dict[str, object]:
    minutes = 60 + case.tells
    series = {name: values.replace("x120", f"x{max(120, minutes)}") for name, values in WELL.items()} | case.series
    tests = [told(59)]
    if case.waits is not None:
        tests.append(told(60 + case.waits))
    tests.append(told(minutes, case.alert))
    inputs = [{"series": name, "values": values} for name, values in series.items() if values is not None]
    return {"name": case.alert, "interval": "1m", "input_series": inputs, "promql_expr_test": tests}


def promtool_test(folder: Path, tests: list[dict[str, object]]) -> subprocess.CompletedProcess[str]:
    """Has Prometheus' tester run scenarios over the alerts."""
    file = folder / "tests.yml"
    content = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    promtool = subprocess.run([ROOT / "tools/promtool"], check=True, capture_output=True, text=True).stdout.strip()
    return subprocess.run([promtool, "test", "rules", file], capture_output=True, text=True, check=False)


def test_every_alert_has_a_case() -> None:
    assert sorted(case.alert for case in CASES) == sorted(rule["alert"] for rule in rules())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alert)
def test_an_alert_fires_alone_and_no_sooner_than_it_should(case: Case, tmp_path: Path) -> None:
    ended = promtool_test(tmp_path, [scenario(case)])
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_service_that_nobody_sees_is_told_of(tmp_path: Path) -> None:
    nothing: dict[str, object] = {
        "interval": "1m",
        "input_series": [{"series": 'up{job="other"}', "values": "1x10"}],
        "promql_expr_test": [told(1), told(5, "TestdataGatewayAbsent")],
    }
    ended = promtool_test(tmp_path, [nothing])
    assert ended.returncode == 0, ended.stdout + ended.stderr
