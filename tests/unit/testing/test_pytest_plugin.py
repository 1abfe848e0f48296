"""The pytest plugin, run over suites that are written for it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from testdata_agent import generate
from testdata_agent.testing import process_source  # noqa: F401 - the runs below share what is imported once

pytest_plugins = ["pytester"]

SUITE = """
import json, pathlib, pytest

def note(name, value):
    with open(pathlib.Path(__file__).parent / "made.ndjson", "a") as made:
        made.write(json.dumps([name, value]) + "\\n")

@pytest.fixture(scope="session")
def users(testdata_session):
    return testdata_session.fork("users").many("user", 3)

@pytest.fixture(scope="module")
def products(testdata_module):
    return testdata_module.fork("shop").many("product", 2)

class TestBasket:
    @pytest.fixture(scope="class")
    def basket(self, testdata_class):
        return testdata_class.fork("basket").one("cart")

    def test_total(self, testdata, basket):
        note("total", [testdata.one("cart"), basket])

def test_user(testdata, users, products):
    note("user", [testdata.many("user", 2), users, products])

@pytest.mark.xdist_group("orders")
@pytest.mark.parametrize("status", ["shipped", "delivered"])
def test_order(testdata, status, users):
    note(f"order {status}", [testdata.one("order", status=status), users])
"""
FAILING = """
import pytest

@pytest.fixture(scope="session")
def users(testdata_session):
    return testdata_session.fork("users").many("user", 3)

def test_passes(testdata):
    testdata.one("cart")

@pytest.mark.parametrize("size", [2])
def test_checkout(testdata, users, size):
    cart = testdata.one("cart", total="50-100", **{"items.length": size})
    print("CART", cart)
    assert cart["total"] < 0

def test_without():
    assert False
"""


@pytest.fixture(autouse=True)
def _no_other_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("TESTDATA_SERVER", raising=False)


def run(pytester: pytest.Pytester, *words: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "testdata_agent.pytest_plugin", "-p", "no:cacheprovider", *words)


def made(pytester: pytest.Pytester) -> dict[str, object]:
    """What the tests of a run noted, by name."""
    file = pytester.path / "made.ndjson"
    noted = dict(json.loads(line) for line in file.read_text().splitlines())
    file.unlink()
    return noted


def test_each_test_has_the_same_data_in_every_run_alone_and_in_any_order(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=SUITE)
    run(pytester).assert_outcomes(passed=4)
    usual = made(pytester)

    run(pytester, "test_shop.py::test_order[delivered]", "test_shop.py::test_user").assert_outcomes(passed=2)
    assert made(pytester) == {name: usual[name] for name in ("order delivered", "user")}
    assert len({json.dumps(value) for value in usual.values()}) == 4


@pytest.mark.parametrize("distribution", ["load", "loadgroup"])
def test_each_test_has_the_same_data_in_any_process(pytester: pytest.Pytester, distribution: str) -> None:
    pytester.makepyfile(test_shop=SUITE)
    run(pytester, "--testdata-vary", "5").assert_outcomes(passed=4)
    usual = made(pytester)

    words = ("-p", "testdata_agent.pytest_plugin", "-p", "xdist.plugin", "-n", "2", "--dist", distribution)
    pytester.runpytest_subprocess(*words, "--testdata-vary", "5").assert_outcomes(passed=4)
    assert made(pytester) == usual


def test_processes_are_given_the_number_that_was_drawn(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=SUITE)
    words = ("-p", "testdata_agent.pytest_plugin", "-p", "xdist.plugin", "-n", "2", "--testdata-vary")
    result = pytester.runpytest_subprocess(*words)
    result.assert_outcomes(passed=4)
    drawn = re.search(r"^testdata: --testdata-vary (\d+)$", result.stdout.str(), re.MULTILINE)
    assert drawn is not None
    there = made(pytester)

    run(pytester, "--testdata-vary", drawn[1]).assert_outcomes(passed=4)
    assert made(pytester) == there


def test_the_place_of_the_checkout_does_not_matter(pytester: pytest.Pytester) -> None:
    seeds = []
    for place in ("here", "elsewhere"):
        folder = pytester.mkdir(place) / "tests"
        folder.mkdir()
        (folder.parent / "pytest.ini").write_text("[pytest]\n")
        (folder / "test_seed.py").write_text("def test_seed(testdata):\n    print('SEED', testdata.seed)\n")
        result = run(pytester, "-s", "--rootdir", str(folder.parent), str(folder))
        seeds += re.findall(r"SEED (\d+)", result.stdout.str())
    assert len(seeds) == 2
    assert seeds[0] == seeds[1]


def test_a_failed_test_says_what_data_it_had_and_how_to_have_it_again(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=FAILING)

    result = run(pytester)
    result.assert_outcomes(passed=1, failed=2)
    text = result.stdout.str()
    told = re.findall(r"^-+ testdata -+\n(.+?)\n(?:[-_=]{20})", text, re.DOTALL | re.MULTILINE)

    assert len(told) == 1, "the test that asked for no data tells of none"
    seed = re.search(r"^testdata: seed (\d+), of test_shop.py::test_checkout\[2\]$", told[0], re.MULTILINE)
    assert seed is not None
    assert "testdata.one('cart', total='50-100', **{'items.length': 2})  # row 0" in told[0]
    assert re.search(r"^testdata_session: seed \d+, of the session$", told[0], re.MULTILINE)
    assert "testdata_session.fork('users').many('user', 3)  # rows 0 to 2" in told[0]
    assert "made in this process by engine 1.1.0" in told[0]
    assert f"again: pytest 'test_shop.py::test_checkout[2]' --testdata-seed {seed[1]}" in told[0]

    cart = re.search(r"^CART .+$", text, re.MULTILINE)
    assert cart is not None
    pytester.makepyfile(test_shop=FAILING.replace("test_checkout", "test_another_name"))
    again = run(pytester, "-k", "test_another_name", "--testdata-seed", seed[1])
    assert cart[0] in again.stdout.str()


def test_a_bad_call_is_told_in_the_tests_own_line_with_every_fault(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_checkout(testdata):
            testdata.one("crat", total="5-1", context="x")
        """
    )
    result = run(pytester)

    result.stdout.fnmatch_lines(
        [
            '>       testdata.one("crat", total="5-1", context="x")',
            "E       testdata_agent.testing.errors.RequestRefused: context: takes a server*",
            "E       entity: unknown entity 'crat'; did you mean 'cart'?*",
            "test_a_bad_call*.py:2: RequestRefused",
        ]
    )
    assert "engine/" not in result.stdout.str()


def test_the_marker_sets_seed_and_locale_and_the_nearest_one_holds(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from testdata_agent import generate

        pytestmark = pytest.mark.testdata(seed=7, locale="de_DE")

        def test_module(testdata):
            assert testdata.one("user") == generate("user", count=1, seed=7, locale="de_DE", envelope=False)[0]

        @pytest.mark.testdata(seed=8)
        def test_nearer(testdata, testdata_module):
            assert testdata.one("user") == generate("user", count=1, seed=8, locale="de_DE", envelope=False)[0]
            assert testdata_module.seed == 7
        """
    )
    run(pytester, "--strict-markers").assert_outcomes(passed=2)


def test_the_ini_file_sets_locale_and_instant(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ntestdata_locale = fr_FR\ntestdata_as_of = 2024-02-29")
    pytester.makepyfile(
        """
        def test_user(testdata):
            user = testdata.one("user")
            assert user["addresses"][0]["country"] == "FR"
            assert user["created_at"] < "2024-02-29T00:00:01Z"
        """
    )
    run(pytester, "--strict-config").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "marker", "said"),
    [
        ("", "sed=7", "the marker testdata takes as_of, locale, seed, not sed"),
        ("", "7", "the marker testdata takes as_of, locale, seed, not arguments without a name"),
        ("", "seed=-1", "takes a seed from 0 to 2**64-1, not -1"),
        ("testdata_as_of = yesterday", "seed=1", "testdata_as_of: write an instant such as 2026-01-01T00:00:00Z"),
    ],
)
def test_wrong_settings_are_told_in_one_line(pytester: pytest.Pytester, ini: str, marker: str, said: str) -> None:
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile(f"import pytest\n@pytest.mark.testdata({marker})\ndef test_it(testdata):\n    pass\n")

    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


@pytest.mark.parametrize("option", ["--testdata-seed", "--testdata-vary"])
@pytest.mark.parametrize("number", ["x", "-1", str(2**64)])
def test_a_number_that_is_none_ends_the_run(pytester: pytest.Pytester, option: str, number: str) -> None:
    pytester.makepyfile("def test_it():\n    pass\n")

    result = run(pytester, f"{option}={number}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {option}: a whole number from 0 to 2[*][*]64-1 is needed, not *"])


def test_other_data_can_be_tried_and_had_again(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_shop=FAILING)

    drawn = run(pytester, "--testdata-vary").stdout.str()
    number = re.search(r"^testdata: --testdata-vary (\d+)$", drawn, re.MULTILINE)
    assert number is not None
    seeds = re.search(
        rf"^again: pytest 'test_shop.py::test_checkout\[2\]' --testdata-vary {number[1]} --testdata-seed (\d+)$",
        drawn,
        re.MULTILINE,
    )
    assert seeds is not None
    again = run(pytester, "--testdata-vary", number[1], "--testdata-seed", seeds[1], "-k", "checkout").stdout.str()
    data = re.compile(r"^(?:CART|testdata_session: seed).+$", re.MULTILINE)
    assert data.findall(again) == data.findall(drawn)
    assert data.findall(run(pytester).stdout.str()) != data.findall(drawn)


def test_data_is_there_for_fixtures_of_a_test_that_fail_in_its_setup(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def cart(testdata):
            raise RuntimeError(testdata.one("cart")["cart_id"])

        def test_it(cart):
            pass
        """
    )
    result = run(pytester)
    result.assert_outcomes(errors=1)
    (expected,) = generate("cart", count=1, seed=int(re.findall(r"seed (\d+)", result.stdout.str())[0]))
    result.stdout.fnmatch_lines([f"E       RuntimeError: {expected['cart_id']}", "*testdata.one('cart')  # row 0"])


def test_a_suite_that_asks_for_no_data_imports_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text("def test_none():\n    pass\n")
    program = (
        "import sys, pytest; code = pytest.main(['-q', '-p', 'testdata_agent.pytest_plugin']);"
        "print([name for name in sys.modules if name.startswith(('testdata_agent', 'numpy', 'grpc'))]); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['testdata_agent', 'testdata_agent.pytest_plugin']"
