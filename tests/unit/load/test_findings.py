"""The load test finds what it looks for: it would not be worth its time otherwise."""

from dataclasses import replace

import orjson
import pytest

from tests.load.expected import Reading, coherent_carts, in_order, run_of
from tests.load.tally import Wrong
from tests.load.trend import WARM_UP_SECONDS, handles_grow, memory_grows, slope, trend
from tests.load.watch import Life, Sample


def life_of(*, megabytes_an_hour: float, minutes: int) -> Life:
    """A process that fills its caches in five minutes, has peaks, and grows on top of that."""
    life = Life("gateway", 1)
    for second in range(minutes * 60):
        filling = 40 * min(1.0, second / WARM_UP_SECONDS)
        peak = 30 if second % 37 == 0 else second % 5
        life.samples.append(Sample(second, 100 + filling + peak + megabytes_an_hour * second / 3600, 40, 20))
    return life


def test_growth_is_told_from_warming_up_and_from_peaks() -> None:
    leaking = life_of(megabytes_an_hour=30, minutes=25)
    assert not memory_grows(life_of(megabytes_an_hour=0, minutes=25))
    assert memory_grows(leaking)
    assert trend(leaking, lambda sample: sample.memory).an_hour == pytest.approx(30, abs=2)
    assert not handles_grow(leaking)


def test_files_that_are_left_open_are_found() -> None:
    life = life_of(megabytes_an_hour=0, minutes=25)
    life.samples = [replace(sample, descriptors=40 + int(sample.at / 30)) for sample in life.samples]
    assert handles_grow(life)


def test_a_process_that_was_watched_for_some_minutes_is_not_judged() -> None:
    assert trend(life_of(megabytes_an_hour=500, minutes=6), lambda sample: sample.memory).an_hour is None


def test_the_slope_of_a_line_with_an_outlier() -> None:
    assert slope([0, 1, 2, 3, 4, 5, 6], [0, 2, 4, 600, 8, 10, 12]) == pytest.approx(2)


def test_records_that_are_missing_double_or_changed_are_found() -> None:
    run = run_of("user", 30, 7, "json")
    whole = Reading(run)
    whole.take(run.document(run.rows(0, 10)), 10)
    whole.take(run.document(run.rows(10, 30), head=False), 30)
    whole.ended()
    changed = run.document(run.rows(0, 10)).replace('"_index":3', '"_index":4')
    for text, claimed in ((changed, 10), (run.document(run.rows(0, 9)), 10), (run.document(run.rows(0, 11)), 10)):
        with pytest.raises(Wrong):
            Reading(run).take(text, claimed)
    short = Reading(run)
    short.take(run.document(run.rows(0, 10)), 10)
    with pytest.raises(Wrong):
        short.ended()


def test_records_out_of_order_are_found() -> None:
    in_order([{"_index": 0}, {"_index": 1}], 2)
    for indexes in ([1, 0], [0], [0, 1, 1], [0, 2]):
        with pytest.raises(Wrong):
            in_order([{"_index": index} for index in indexes], 2)


def test_carts_that_do_not_add_up_or_come_twice_are_found() -> None:
    rows = run_of("cart", 5, 7, "json").rows(0, 5)
    coherent_carts(rows)
    cart = orjson.loads(rows[0])
    cart["total"] = round(cart["total"] + 0.01, 2)
    for texts in ([orjson.dumps(cart).decode()], [rows[0], rows[0]]):
        with pytest.raises(Wrong):
            coherent_carts(texts)
