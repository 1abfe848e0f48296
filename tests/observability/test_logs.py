"""What real processes write is as docs/logs.md says."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from tests.observability.conftest import CONTEXT, Used
from tests.observability.log_document import SOMETIMES, documented, types


def lines(*files: Path) -> list[dict[str, Any]]:
    texts = [file.read_text(encoding="utf-8") for file in files]
    return [json.loads(line) for text in texts for line in text.splitlines() if line.startswith("{")]


def test_the_lines_of_real_processes_are_as_documented(used: Used) -> None:
    kinds, always = types(), {"event", "level", "time", "service", "version", "environment"}
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines(used.gateway_log, used.worker_log, used.secured_log):
        title = {"testdata-gateway": "Gateway", "testdata-worker": "Workers"}[line["service"]]
        own = line.keys() - always - {"process", "child"}
        assert always <= line.keys()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        wrong = {name: value for name, value in line.items() if not isinstance(value, kinds[name])}
        assert wrong == {}, line["event"]
        if "logger" in line:
            assert own <= {"logger", "error"}
            continue
        level, fields = documented(title)[line["event"]]
        assert line["level"] == level
        assert fields - own <= SOMETIMES.get(line["event"], set())
        assert own <= fields, line["event"]
        seen[title].add(line["event"])
    ends = {"tls_certificate", "draining", "stopped"}
    assert {"serving", "request", "routing_decision", "job_submitted", *ends} <= seen["Gateway"]
    assert {"worker_ready", "batch"} <= seen["Workers"]


def test_no_word_of_a_request_is_in_a_line(used: Used) -> None:
    for file in (used.gateway_log, used.worker_log):
        assert CONTEXT not in file.read_text(encoding="utf-8")
