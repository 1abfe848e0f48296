"""CSV and SQL beside JSON: engine time from plan to rendered bytes, in turns on the same machine."""

from collections.abc import Callable

from testdata_agent.engine.request import GenerationRequest, OutputFormat
from testdata_agent.generator import Generator
from tests.benchmarks.table import Figure
from tests.benchmarks.timing import best_of_turns

COUNT = 1000
ROUNDS = 30
ENTITIES = ("cart", "order", "payment", "product", "review", "user")
#: Times JSON's records a second that a format must reach.
LEAST = {OutputFormat.CSV: 1.0, OutputFormat.SQL: 0.5}


def figures() -> list[Figure]:
    """Records a second of each format, as a part of JSON's."""
    generator = Generator()
    rows: list[Figure] = []
    for entity in ENTITIES:
        works = {name.value: _work(generator, entity, name) for name in (OutputFormat.JSON, *LEAST)}
        times = best_of_turns(works, ROUNDS)
        for name, least in LEAST.items():
            rate = COUNT / times[name.value]
            title = f"{entity}: {name.value.upper()} beside JSON ({rate:,.0f} records/s)"
            rows.append(Figure.share(title, times["json"], times[name.value], least=least))
    return rows


def _work(generator: Generator, entity: str, output_format: OutputFormat) -> Callable[[], bytes]:
    request = GenerationRequest(entity=entity, count=COUNT, seed=7, output_format=output_format)
    run = generator.prepare_now(request)
    return lambda: run.document(run.rows(0, COUNT)).encode()
