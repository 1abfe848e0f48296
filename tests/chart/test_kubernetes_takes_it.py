"""Every combination of values gives objects that every version of Kubernetes from 1.25 on takes."""

from subprocess import run

import pytest

from tests.chart.kubernetes import VERSIONS, faults
from tests.chart.matrix import COMBINATIONS
from tests.chart.rendering import CHART, Refused, helm, render


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_object_fits_the_schema_of_its_kind(combination: str, version: str) -> None:
    rendered = render(*COMBINATIONS[combination], kubernetes=version)

    assert [fault for each in rendered for fault in faults(each, version)] == []


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_no_two_objects_have_one_name(combination: str) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in render(*COMBINATIONS[combination])]

    assert len(names) == len(set(names))
    assert max(len(name) for _, name in names) <= 63


def test_a_field_that_there_is_not_is_found() -> None:
    deployment = render().the("Deployment", "-gateway")
    wrong = {**deployment, "spec": {**deployment["spec"], "replica": 2}}

    assert [fault for fault in faults(wrong, "1.33.0") if "'replica' was unexpected" in fault]


def test_a_cluster_that_is_too_old_is_refused_and_so_named() -> None:
    with pytest.raises(Refused, match=r"Kubernetes v1\.24\.0 is too old, 1\.25 is the oldest"):
        render(kubernetes="1.24.0")


def test_lint_has_nothing_to_say() -> None:
    done = run([helm(), "lint", "--strict", str(CHART)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
    assert "[ERROR]" not in done.stdout
    assert "[WARNING]" not in done.stdout
