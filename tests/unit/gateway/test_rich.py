from google.rpc import error_details_pb2, status_pb2
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import rich
from gateway.errors.refusal import Refusal
from testdata_agent.engine.errors import Violation

#: What clients accept by default, less the usual headers and base64's third.
BUDGET = (8192 - 512) * 3 // 4

texts = st.text(max_size=3000)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=60), texts)
def test_however_much_is_wrong_the_trailers_fit(faults: list[tuple[str, str]], request_id: str) -> None:
    refusal = Refusal.of([Violation(field, "UNKNOWN_FIELD", text) for field, text in faults])
    text = rich.details(refusal)
    assert len(rich.trailer(refusal, text, request_id)) + rich.MAX_TEXT_BYTES < BUDGET


def test_what_is_left_out_is_counted() -> None:
    refusal = Refusal.of([Violation(f"field{number}", "UNKNOWN_FIELD", "x" * 300) for number in range(50)])
    status = status_pb2.Status.FromString(rich.trailer(refusal, rich.details(refusal), "r"))
    bad = error_details_pb2.BadRequest()
    assert [detail.Unpack(bad) for detail in status.details][-1]
    *shown, last = bad.field_violations
    assert last.description == f"and {50 - len(shown)} more faults"
    assert "more characters" in status.message


def test_a_short_text_is_whole() -> None:
    refusal = Refusal.of([Violation("zahl", "INVALID_COUNT", "größer als null, bitte")])
    assert rich.details(refusal) == "zahl: größer als null, bitte"
