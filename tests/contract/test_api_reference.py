"""docs/api.md says what the contract says."""

import re
from subprocess import run
from sys import executable

from gateway.errors.catalog import CATALOG
from tools import api_reference


def test_the_page_is_the_one_that_the_contract_gives() -> None:
    checked = run([executable, "-m", "tools.api_reference", "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_part_is_there_and_explained() -> None:
    page = api_reference.PAGE.read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| [`\d]", line)]
    assert [row for row in rows if row.endswith("|  |")] == []
    for service in ("TestDataService", "JobService", "PatternService", "SchemaService"):
        assert f"\n## {service}\n" in page
    assert "| `StreamJobResults` | [StreamJobResultsRequest](#streamjobresultsrequest) → stream of [DataChunk]" in page
    assert "| 3 | `overrides` | map of string to string | By field path" in page
    assert all(f"| `{reason}` |" in page for reason in CATALOG)


def test_links_lead_to_headings() -> None:
    page = api_reference.PAGE.read_text(encoding="utf-8")
    headings = {line.lstrip("# ").lower().replace(".", "") for line in page.splitlines() if line.startswith("#")}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings
