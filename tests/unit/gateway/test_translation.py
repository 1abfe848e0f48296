import pytest

from gateway.errors.translation import translate
from testdata_agent.stores.jobs import LedgerUnreachable, NotText
from testdata_agent.stores.results.base import ResultFault, ResultsGone, ResultsUnreachable


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (LedgerUnreachable("away"), "STORE_UNREACHABLE"),
        (ResultsUnreachable("away"), "STORE_UNREACHABLE"),
        (ResultFault("NOPERM this user has no permissions to run the 'xadd' command"), "STORE_UNREACHABLE"),
        (ResultsGone("gone"), "RESULTS_GONE"),
        (NotText("U+0000"), "UNDECODABLE_REQUEST"),
        (KeyError("a bug"), "INTERNAL"),
    ],
)
def test_what_a_store_says_is_told_by_its_reason(error: Exception, reason: str) -> None:
    assert translate(error).reason == reason
