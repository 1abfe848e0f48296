"""docs/rules.md: its schema makes records, its rules mean what it says, and nothing of the language is left out."""

import json
import re
from pathlib import Path

import pytest

from testdata_agent import generate
from testdata_agent.engine.rules import lexer, parser, resolve, rulebook
from testdata_agent.engine.rules.records import compile_check
from testdata_agent.engine.rules.rulebook import Rulebook, compile_rules
from testdata_agent.engine.schema.house import read_schema
from testdata_agent.engine.schema.shape import shape_of

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
SCHEMA = json.loads(re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)[0])
SHAPE = shape_of(read_schema(SCHEMA, "schema"))
VERDICTS = {"kept": True, "broken": False, "does not apply": None}
ABSENT = re.findall(r"^\| `([^`]+)` \| `(\{.*\})` \| ([a-z ]+) \|$", PAGE, re.MULTILINE)


def read(*sentences: str) -> Rulebook:
    """The sentences, none of which is refused."""
    book, faults = compile_rules(sentences, SHAPE)
    assert faults == ()
    return book


def test_the_schema_has_three_rules_that_derive_and_one_sentence_of_prose() -> None:
    sentences = SCHEMA["coherence_rules"]
    book = read(*sentences)
    assert {rule.text for rule in book.deriving} == set(sentences[:3])
    assert book.prose == (sentences[-1],)
    assert len(book.checking) == len(sentences) - 4


def test_the_schema_makes_records_that_keep_every_rule() -> None:
    records = list(generate(schema=SCHEMA, count=300, seed=7))
    book = read(*SCHEMA["coherence_rules"])
    for rule in (*book.deriving, *book.checking):
        verdicts = [compile_check(rule, as_of=1_767_225_600)(record) for record in records]
        assert False not in verdicts, rule.text
        assert True in verdicts, rule.text


@pytest.mark.parametrize(("sentence", "record", "verdict"), ABSENT)
def test_what_is_absent_counts_as_the_page_says(sentence: str, record: str, verdict: str) -> None:
    book = read(sentence)
    (rule,) = book.deriving + book.checking
    assert compile_check(rule, as_of=1_767_225_600)(json.loads(record)) is VERDICTS[verdict]


def test_absent_operands_are_shown_with_every_verdict() -> None:
    assert {verdict for *_, verdict in ABSENT} == VERDICTS.keys()


def test_words_of_comparison_alone_are_prose() -> None:
    assert read("total at least 5").prose == ("total at least 5",)
    assert read("total is at least 5").prose == ()


def test_every_function_sign_phrase_unit_and_reason_is_named() -> None:
    named = {*parser._AGGREGATES, "round", "abs", *parser._SIGNS}
    phrases = {" ".join(words) for words in parser._PHRASES}
    said = " ".join(re.findall(r"`([^`]+)`", PAGE))
    assert {word for word in named | phrases if word not in said} == set()
    assert [unit for unit in parser._UNITS if unit not in PAGE] == []
    source = Path(rulebook.__file__).read_text(encoding="utf-8") + Path(resolve.__file__).read_text(encoding="utf-8")
    reasons = set(re.findall(r'"(RULE_[A-Z_]+|TOO_MANY_RULES)"', source))
    assert set(re.findall(r"^\| `(RULE_[A-Z_]+|TOO_MANY_RULES)` \|", PAGE, re.MULTILINE)) == reasons


def test_the_limits_are_those_of_the_code() -> None:
    numbers = [
        lexer.MAX_LENGTH,
        lexer.MAX_TOKENS,
        parser.MAX_DEPTH,
        lexer.MAX_NUMBER,
        1000,
        rulebook.MAX_RULES,
        rulebook.MAX_CHARACTERS,
    ]
    limits = PAGE[PAGE.index("## Limits") :]
    assert [int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", limits)] == numbers
    assert parser.MAX_DURATION_DAYS // 366 == 1000
