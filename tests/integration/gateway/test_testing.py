"""Test data of the fixtures through a gateway: the records are those of the process."""

import pytest

from testdata_agent.client import Client, RetryPolicy
from testdata_agent.testing import FellBackWarning, RequestRefused, SourceFailed, TestData
from testdata_agent.testing.process_source import ProcessSource
from testdata_agent.testing.server_source import ServerSource
from tests.integration.gateway.running import Gateway, free_ports

pytest_plugins = ["pytester"]

SUITE = """
def test_cart(testdata):
    print("CART", testdata.one("cart", total="50-100"), testdata.many("review", 2))
    assert False
"""


def test_the_records_are_the_same_as_in_process(gateway: Gateway) -> None:
    there, here = ServerSource(Client(gateway.target)), ProcessSource()

    # Reviews would be routed to a model by themselves; 1,500 are more than one answer holds.
    for said in ({"entity": "cart", "total": "50-100"}, {"entity": "review"}, {"entity": "user", "count": 1500}):
        assert TestData(7, there).many(**said) == TestData(7, here).many(**said)
    assert (there.where, there.engine_version) == (f"at {gateway.target}", here.engine_version)
    there.close()


def test_refusals_name_every_fault(gateway: Gateway) -> None:
    source = ServerSource(Client(gateway.target))

    with pytest.raises(RequestRefused) as refused:
        TestData(7, source).stream("cart", 5, totl=3, currency="XXXX")
    assert {fault.field for fault in refused.value.faults} == {"overrides[totl]", "overrides[currency]"}
    source.close()


def test_what_another_path_made_is_noted_and_a_fall_back_is_warned_of(gateway: Gateway) -> None:
    source = ServerSource(Client(gateway.target))
    data = TestData(7, source)

    with pytest.warns(FellBackWarning, match="llm could not serve"):
        data.one("cart", context="carts of new parents buying for a nursery")
    assert any("llm could not serve" in line for line in data.journal.lines())
    with pytest.raises(SourceFailed):
        data.one("cart", context="carts of new parents buying for a nursery", method="llm")
    source.close()


def test_a_server_that_is_not_there_is_named() -> None:
    target = f"127.0.0.1:{free_ports(1)[0]}"
    source = ServerSource(Client(target, retry=RetryPolicy(attempts=1)))

    with pytest.raises(SourceFailed, match=f"no server answers at {target}"):
        TestData(7, source).one("cart")
    source.close()


@pytest.mark.parametrize("named", ["option", "variable", "ini"])
def test_a_suite_names_its_server(
    pytester: pytest.Pytester, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("TESTDATA_SERVER", raising=False)
    pytester.makepyfile(test_shop=SUITE)
    words = ["-p", "testdata_agent.pytest_plugin"]
    in_process = pytester.runpytest_subprocess(*words).stdout.str()
    if named == "option":
        words += ["--testdata-server", gateway.target]
    elif named == "variable":
        monkeypatch.setenv("TESTDATA_SERVER", gateway.target)
    else:
        pytester.makeini(f"[pytest]\ntestdata_server = {gateway.target}")

    text = pytester.runpytest_subprocess(*words).stdout.str()
    assert f"made at {gateway.target} by engine" in text
    assert f"testdata: --testdata-server {gateway.target}" in text
    assert _carts(text) == _carts(in_process) != []


def test_a_suites_variables_that_cannot_be_used_are_told_in_one_line(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("TESTDATA_API_KEY", "tda_secret")
    pytester.makepyfile(test_shop=SUITE)

    text = pytester.runpytest_subprocess(
        "-p", "testdata_agent.pytest_plugin", "--testdata-server", "elsewhere.example:1"
    ).stdout.str()
    assert "--testdata-server elsewhere.example:1: api_key: it is not sent to elsewhere.example:1 in plain text" in text
    assert "Traceback" not in text
    assert "tda_secret" not in text


def _carts(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("CART")]
