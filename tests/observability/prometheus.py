"""A real Prometheus over running processes, with the settings that ship but for where the targets are and how often."""

import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.integration.gateway.running import eventually, free_ports
from tests.observability.reading import ALERTS, ROOT

#: How long a query may stay without an answer.
_PATIENCE_SECONDS = 20.0


class Prometheus:
    """One that runs, and ways to ask it."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **query: str) -> Any:
        with urllib.request.urlopen(f"{self._url}{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
            return json.load(answer)["data"]

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/-/ready", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ask(self, expr: str) -> list[Any]:
        """The samples that a query gives now."""
        result: list[Any] = self.get("/api/v1/query", query=expr)["result"]
        return result

    def scraped(self, times: int) -> bool:
        """Whether all targets have been scraped so often."""
        return bool(self.ask(f"min(count_over_time(up[5m])) >= {times} and min(up) == 1"))


@contextmanager
def prometheus(folder: Path, targets: Mapping[str, list[int]]) -> Iterator[Prometheus]:
    """Scrapes ports of this machine, by job, every second."""
    promtool = subprocess.run([ROOT / "tools/promtool"], check=True, capture_output=True, text=True).stdout.strip()
    settings = yaml.safe_load((ALERTS.parent / "prometheus.yml").read_text(encoding="utf-8"))
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["rule_files"] = [str(ALERTS)]
    jobs = {job["job_name"] for job in settings["scrape_configs"]}
    assert targets.keys() <= jobs
    settings["scrape_configs"] = [
        {"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{port}" for port in ports]}]}
        for name, ports in targets.items()
    ]
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    (port,) = free_ports(1)
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                Path(promtool).with_name("prometheus"),
                f"--config.file={file}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        running = Prometheus(port)
        eventually(running.ready, "Prometheus is ready")
        yield running
    finally:
        process.terminate()
        process.wait()


def answers(running: Prometheus, exprs: list[str]) -> dict[str, int]:
    """How many series each query gives; rates need several scrapes, so the empty ones are asked again for a while."""
    found = dict.fromkeys(exprs, 0)
    end = time.monotonic() + _PATIENCE_SECONDS
    while (empty := [expr for expr, series in found.items() if not series]) and time.monotonic() < end:
        time.sleep(1)
        found |= {expr: len(running.ask(expr)) for expr in empty}
    return found


def alerts(running: Prometheus) -> dict[str, tuple[str, str]]:
    """Health and state of each rule, once all were evaluated."""

    def rules() -> list[dict[str, Any]]:
        groups = running.get("/api/v1/rules")["groups"]
        found = [rule for group in groups for rule in group["rules"]]
        return found if found and all(rule["health"] != "unknown" for rule in found) else []

    found: list[dict[str, Any]] = eventually(rules, "all rules are evaluated")
    return {rule["name"]: (rule["health"], rule["state"]) for rule in found}
