"""What Helm says after an installation: where things are, and what is missing."""

from collections.abc import Mapping
from pathlib import Path
from shutil import copytree
from subprocess import run
from typing import Any

import pytest
import yaml

from tests.chart.matrix import API_KEYS, COMBINATIONS, INGRESS, MODELS, TLS
from tests.chart.rendering import CHART, LEAST, helm, merged


@pytest.fixture
def notes(tmp_path: Path) -> Any:
    """Helm shows them only where there is a cluster: a copy of the chart has them as an object."""
    chart = tmp_path / "chart"
    copytree(CHART, chart)
    (chart / "NOTES.txt").write_bytes((chart / "templates" / "NOTES.txt").read_bytes())
    (chart / "templates" / "notes.yaml").write_text('notes: |\n{{ tpl (.Files.Get "NOTES.txt") . | indent 2 }}\n')

    def render(*values: Mapping[str, Any]) -> str:
        whole: Mapping[str, Any] = LEAST
        for layer in values:
            whole = merged(whole, layer)
        command = [helm(), "template", "tda", str(chart), "--namespace=qa", "--show-only=templates/notes.yaml"]
        done = run([*command, "--values=-"], input=yaml.dump(whole), capture_output=True, text=True, check=True)
        return str(yaml.safe_load(done.stdout)["notes"])

    return render


def test_they_say_where_to_call_and_what_is_open(notes: Any) -> None:
    text = notes()

    assert "tda-test-data-agent-gateway.qa:9091" in text
    assert "No model is configured" in text
    assert "Whoever reaches gRPC is let in" in text
    assert "gRPC is in plain text: tls.enabled" in text


def test_they_do_not_warn_of_what_is_in_order(notes: Any) -> None:
    text = notes(TLS, API_KEYS, MODELS)

    assert not any(word in text for word in ("No model", "let in", "plain text", "No worker"))


def test_keys_in_plain_text_are_told_of(notes: Any) -> None:
    assert "gRPC is in plain text, keys included" in notes(API_KEYS)


def test_a_queue_that_nobody_serves_is_told_of(notes: Any) -> None:
    text = notes({"workers": {"model": {"enabled": False}}})

    assert "No worker takes batches from `model`" in text
    assert "from `bulk`" not in text


def test_an_ingress_is_shown_as_the_page_that_it_is(notes: Any) -> None:
    assert "https://qa.test/flower" in notes(INGRESS)


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_they_come_with_any_values(combination: str, notes: Any) -> None:
    assert "helm test tda" in notes(*COMBINATIONS[combination])
