"""What a server's metadata is told as."""

from typing import Any

from testdata_agent.cli.made import notes_of, outlook_of
from testdata_agent.v1.testdata_pb2 import GenerationMetadata, ModelEstimate


def metadata(**fields: Any) -> GenerationMetadata:
    return GenerationMetadata(**{"generation_path": "llm", **fields})


def test_of_the_engines_own_records_nothing_is_to_be_said() -> None:
    assert notes_of(metadata(generation_path="traditional", records_by_path={"traditional": 3})) == []


def test_what_a_model_took_is_told() -> None:
    said = metadata(
        llm_tokens_used=12_345, tokens_by_model={"claude": 12_345}, cost_micros=120_000, records_by_path={"llm": 3}
    )
    assert notes_of(said) == ["12,345 tokens of claude, cost 0.1200"]
    assert notes_of(said, tokens=False) == []


def test_what_was_grown_is_told_from_what_was_written() -> None:
    said = metadata(records_written=40, records_varied=960, llm_tokens_used=9, warnings=["careful"])
    assert notes_of(said) == ["a model wrote 40 records, 960 were grown from them", "9 tokens", "careful"]


def test_played_answers_cost_nothing() -> None:
    assert notes_of(metadata(cassette_plays=2)) == ["no tokens: 2 kept answers of a model played again"]
    both = metadata(cassette_plays=1, llm_tokens_used=5)
    assert notes_of(both) == ["5 tokens; 1 kept answer of a model played again"]


def test_who_stood_in_is_told_for_all_records_and_for_some() -> None:
    why: dict[str, Any] = {"fallback_from": "llm", "fallback_reason": "no provider answers"}
    whole = metadata(generation_path="traditional", records_by_path={"traditional": 3}, **why)
    assert notes_of(whole) == ["made by traditional, not llm: no provider answers"]
    part = metadata(records_by_path={"traditional": 2, "llm": 1}, **why)
    assert notes_of(part) == ["2 made by traditional, not llm: no provider answers"]


def test_an_outlook_names_path_records_tokens_and_cost() -> None:
    expected = ModelEstimate(
        records_written=40, calls=11, input_tokens=14_000, output_tokens=4_000, cost_micros=102_000
    )
    said = metadata(routing_reason="a context of substance", estimate=expected, warnings=["it would be refused"])
    assert outlook_of(said, 1_000) == [
        ("path", "llm: a context of substance"),
        ("records", "1000"),
        ("written", "40 by a model, in 11 calls"),
        ("tokens", "about 18,000 (14,000 read, 4,000 written)"),
        ("cost", "about 0.1020"),
        ("note", "it would be refused"),
    ]


def test_an_outlook_of_the_engine_takes_no_tokens() -> None:
    said = metadata(generation_path="traditional", routing_reason="nothing asks for a model")
    assert ("tokens", "none") in outlook_of(said, 3)
