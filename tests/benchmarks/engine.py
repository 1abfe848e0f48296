"""Engine time, from plan to rendered bytes, beside records of the same fields that mimesis and Faker make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from faker import Faker
from mimesis import Generic, Locale

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.engine.run import Run
from testdata_agent.generator import Generator
from tests.benchmarks import carts, payments, users
from tests.benchmarks.table import Figure
from tests.benchmarks.timing import best_of_turns

COUNT = 1000
ROUNDS = 15
#: Records that a reference makes in one turn: enough to even out, few enough for many turns.
FAKER_RECORDS, MIMESIS_RECORDS = 100, 500
SMALL_COUNT = 10
SMALL_MILLISECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Target:
    """What an entity must reach: records a second, and times as many as each reference."""

    rate: float
    over_mimesis: float
    over_faker: float


TARGETS = {
    "user": Target(200_000, 6, 60),
    "cart": Target(200_000, 7, 24),
    "payment": Target(500_000, 12, 40),
}


def figures() -> list[Figure]:
    """All of the engine's."""
    generator = Generator()
    rows: list[Figure] = []
    for entity, target in TARGETS.items():
        run = _run(generator, entity)
        times = best_of_turns(
            {"engine": partial(_make, run, COUNT), "small": partial(_make, run, SMALL_COUNT), **_references(run)},
            ROUNDS,
        )
        rate = COUNT / times["engine"]
        rows += [
            Figure(f"{entity}: records/s of engine time, {COUNT} at once", rate, least=target.rate),
            _ratio(entity, rate, "mimesis", MIMESIS_RECORDS / times["mimesis"], target.over_mimesis),
            _ratio(entity, rate, "Faker", FAKER_RECORDS / times["faker"], target.over_faker),
            Figure(f"{entity}: {SMALL_COUNT} records", times["small"] * 1e3, " ms", 3, most=SMALL_MILLISECONDS),
            *_scoring(run, entity),
        ]
    return rows + _others(generator)


def _ratio(entity: str, rate: float, reference: str, its_rate: float, least: float) -> Figure:
    return Figure(f"{entity}: times as fast as {reference} ({its_rate:,.0f}/s)", rate / its_rate, digits=1, least=least)


def _scoring(run: Run, entity: str) -> list[Figure]:
    few, many = run.rows(0, SMALL_COUNT), run.rows(0, 200)
    times = best_of_turns({"few": lambda: run.score(few), "many": lambda: run.score(many)}, 50)
    return [
        Figure(f"{entity}: scoring {SMALL_COUNT} records", times["few"] * 1e3, " ms", 3),
        Figure(f"{entity}: scoring 200 records", times["many"] * 1e3, " ms", 3),
    ]


def _others(generator: Generator) -> list[Figure]:
    """Entities that no target speaks of."""
    works = {entity: partial(_make, _run(generator, entity), COUNT) for entity in ("order", "product", "review")}
    return [
        Figure(f"{entity}: records/s of engine time, {COUNT} at once", COUNT / best)
        for entity, best in best_of_turns(works, ROUNDS).items()
    ]


def _run(generator: Generator, entity: str) -> Run:
    return generator.prepare_now(GenerationRequest(entity=entity, count=COUNT, seed=7))


def _make(run: Run, count: int) -> bytes:
    return run.document(run.rows(0, count)).encode()


def _references(run: Run) -> dict[str, Callable[[], bytes]]:
    """The references of a run's entity; nested lists are as long as those of the run itself."""
    fake, source = Faker("en_US"), Generic(Locale.EN)
    if run.schema.name == "payment":
        return {
            "mimesis": partial(payments.by_mimesis, source, MIMESIS_RECORDS),
            "faker": partial(payments.by_faker, fake, FAKER_RECORDS),
        }
    module, nested = (users, "addresses") if run.schema.name == "user" else (carts, "items")
    lengths: Sequence[int] = [len(record[nested]) for record in run.records(0, MIMESIS_RECORDS)]
    return {
        "mimesis": partial(module.by_mimesis, source, lengths),
        "faker": partial(module.by_faker, fake, lengths[:FAKER_RECORDS]),
    }
