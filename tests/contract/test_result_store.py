"""What every store of record streams promises, whatever it is kept in; Redis is killed, frozen and restarted here."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
import redis

from testdata_agent.cli.service.embedded_redis import find_server
from testdata_agent.stores.jobs import Batch, JobState
from testdata_agent.stores.results.base import (
    Entry,
    Limits,
    ResultsFull,
    ResultsGap,
    ResultsGone,
    ResultStore,
    ResultsUnreachable,
)
from testdata_agent.stores.results.multiplexer import HELD, STREAMS
from testdata_agent.stores.results.redis import RedisResults
from tests.servers import RedisProcess


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisResults]:
    async with RedisResults(redis_url, limits=Limits(job_bytes=2000, total_bytes=3000)) as opened:
        yield opened


@pytest.fixture
def socket_url(tmp_path: Path) -> Iterator[str]:
    """A Redis that listens on a socket in the file system alone."""
    place = tmp_path / "s"
    words = ["--port", "0", "--unixsocket", str(place), "--save", "", "--logfile", "log"]
    with subprocess.Popen([find_server(), *words], cwd=tmp_path) as server:
        yield f"unix://{place}?db=1"
        server.terminate()


async def test_a_socket_in_the_file_system_will_do(socket_url: str) -> None:
    async with RedisResults(socket_url) as opened:
        await written(opened, batch(), 3)
        assert await opened.end_of(batch()) == 3


def batch(job: str = "job", number: int = 0, start: int = 0, stop: int = 100) -> Batch:
    return Batch(job_id=job, number=number, queue="model", start=start, stop=stop)


def entry(first: int, count: int = 1) -> Entry:
    return Entry(first, tuple(f'{{"row":{row}}}' for row in range(first, first + count)))


def rows(entries: "list[Entry] | tuple[Entry, ...]") -> list[str]:
    return [row for found in entries for row in found.rows]


async def written(store: ResultStore, to: Batch, count: int, at_a_time: int = 1) -> None:
    for first in range(to.start, to.start + count, at_a_time):
        assert await store.append(to, entry(first, min(at_a_time, to.start + count - first)))


async def followed(store: ResultStore, of: Batch, row: int = 0) -> list[Entry]:
    return [found async for found in store.follow(of, row=row) if found is not None]


async def test_records_are_read_in_order_from_any_row(store: RedisResults) -> None:
    made = batch()
    assert await store.end_of(made) == 0
    await written(store, made, 20, at_a_time=3)
    assert await store.end_of(made) == 20
    for row in range(20):
        found = await store.read(made, row=row, limit=100)
        assert found[0].first == row
        assert rows(found) == rows([entry(row, 20 - row)])
    assert await store.read(made, row=20, limit=5) == ()


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 19, 20])
async def test_no_more_is_read_than_asked_for(store: RedisResults, limit: int) -> None:
    await written(store, batch(), 20, at_a_time=3)
    assert rows(await store.read(batch(), row=0, limit=limit)) == rows([entry(0, limit)])


async def test_rows_of_a_batch_are_those_of_the_job(store: RedisResults) -> None:
    second = batch(number=1, start=100, stop=110)
    assert await store.end_of(second) == 100
    await written(store, second, 10)
    assert (await store.read(second, row=104, limit=1))[0].first == 104
    assert rows(await followed(store, second, 107)) == rows([entry(107, 3)])


@pytest.mark.parametrize("start", [2**53 - 3, 2**62, 10**15 - 3])
async def test_rows_beyond_what_a_double_holds_are_told_apart(store: RedisResults, start: int) -> None:
    far = batch(start=start, stop=start + 20)
    await written(store, far, 20, at_a_time=3)
    assert await store.end_of(far) == start + 20
    assert not await store.append(far, entry(start + 17, 3))
    with pytest.raises(ResultsGap, match=f"row {start + 21} cannot follow row {start + 19}"):
        await store.append(far, entry(start + 21))
    assert rows(await followed(store, far, start)) == rows([entry(start, 20)])


async def test_an_entry_that_comes_again_changes_nothing(store: RedisResults) -> None:
    assert await store.append(batch(), entry(0, 5))
    assert not await store.append(batch(), entry(0, 5))
    assert not await store.append(batch(), entry(2, 2))
    assert await store.end_of(batch()) == 5
    assert rows(await store.read(batch(), row=0, limit=100)) == rows([entry(0, 5)])


async def test_entries_of_two_workers_overlap_and_each_row_is_read_once(store: RedisResults) -> None:
    whole = batch(stop=12)
    for first, count in ((0, 5), (3, 4), (2, 7), (9, 3)):
        assert await store.append(whole, entry(first, count))
    assert rows(await store.read(whole, row=0, limit=100)) == rows([entry(0, 12)])
    assert rows(await followed(store, whole)) == rows([entry(0, 12)])


async def test_a_gap_is_refused_with_the_row_at_fault(store: RedisResults) -> None:
    await written(store, batch(), 3)
    with pytest.raises(ResultsGap, match="row 5 cannot follow row 2"):
        await store.append(batch(), entry(5))


@pytest.mark.parametrize("bad", [Entry(0, ()), Entry(0, ("{\n}",))])
async def test_a_row_is_one_line(store: RedisResults, bad: Entry) -> None:
    with pytest.raises(ValueError, match="one line"):
        await store.append(batch(), bad)


async def test_what_a_job_and_all_jobs_may_hold_is_kept_to(store: RedisResults) -> None:
    big = Entry(0, ("x" * 1500,))
    await store.append(batch("a"), big)
    with pytest.raises(ResultsFull, match="RESULTS_MAX_BYTES=2000"):
        await store.append(batch("a", number=1, start=100, stop=200), Entry(100, ("x" * 501,)))
    await store.append(batch("b"), big)
    with pytest.raises(ResultsFull, match="RESULTS_TOTAL_BYTES=3000"):
        await store.append(batch("c"), Entry(0, ("x",)))
    assert await store.used() == 3000
    await store.expire("a", seconds=0)
    assert await store.used() == 1500
    assert await store.append(batch("c"), big)


async def test_records_past_their_time_say_so_and_take_no_room(store: RedisResults) -> None:
    await written(store, batch(), 3)
    await store.expire("job", seconds=0.2)
    assert rows(await store.read(batch(), row=0, limit=9)) == rows([entry(0, 3)])
    await asyncio.sleep(0.3)
    assert await store.used() == 0
    with pytest.raises(ResultsGone):
        await store.read(batch(), row=0, limit=9)
    with pytest.raises(ResultsGone):
        await store.end_of(batch())
    with pytest.raises(ResultsGone):
        await store.append(batch(), entry(3))
    with pytest.raises(ResultsGone):
        await followed(store, batch())


async def test_records_that_nobody_looks_after_go_by_themselves(redis_url: str) -> None:
    async with RedisResults(redis_url, limits=Limits(orphan_seconds=0.2)) as store:
        await written(store, batch(), 3)
        await store.announce("job", JobState.RUNNING)
        await asyncio.sleep(0.3)
        assert await store.used() == 0
        with pytest.raises(ResultsGone):
            await store.read(batch(), row=0, limit=9)


async def test_a_follower_that_waits_hears_that_its_records_went(store: RedisResults) -> None:
    await written(store, batch(), 3)
    following = asyncio.create_task(followed(store, batch()))
    await asyncio.sleep(0.1)
    await store.expire("job", seconds=0)
    with pytest.raises(ResultsGone):
        await following


async def test_records_are_heard_as_they_come(store: RedisResults) -> None:
    whole = batch(stop=30)
    await written(store, whole, 10)
    following = asyncio.create_task(followed(store, whole))
    heard: list[float] = []
    for row in range(10, 30):
        await asyncio.sleep(0.005)
        await store.append(whole, entry(row))
        heard.append(time.monotonic())
    assert rows(await asyncio.wait_for(following, 2)) == rows([entry(0, 30)])
    assert time.monotonic() - heard[-1] < 0.5


async def test_many_follow_one_batch_each_at_its_own_pace(store: RedisResults) -> None:
    whole = batch(stop=60)

    async def slowly(seconds: float, row: int) -> list[Entry]:
        found = []
        async for some in store.follow(whole, row=row):
            if some is not None:
                found.append(some)
                await asyncio.sleep(seconds)
        return found

    starts = [0, 0, 13, 59, 30]
    followers = [asyncio.create_task(slowly(0.004 * n, row)) for n, row in enumerate(starts)]
    for row in range(60):
        await store.append(whole, entry(row))
        await asyncio.sleep(0.001)
    for row, found in zip(starts, await asyncio.gather(*followers), strict=True):
        assert rows(found) == rows([entry(row, 60 - row)])


async def test_a_reader_that_takes_nothing_is_read_ahead_for_by_a_few_entries_only(store: RedisResults) -> None:
    whole = batch(stop=50)
    following = store.follow(whole, row=0)
    async with aclosing(following):  # type: ignore[type-var]
        first = asyncio.ensure_future(anext(following))
        await asyncio.sleep(0.1)
        await store.append(whole, entry(0))
        assert await first == entry(0)
        await written_on(store, whole, 1, 50)
        await asyncio.sleep(0.2)
        (listener,) = store.listening._shards[0]._everybody()
        assert len(listener._items) == HELD
        assert rows([found async for found in following if found]) == rows([entry(1, 49)])


async def written_on(store: ResultStore, to: Batch, first: int, stop: int) -> None:
    for row in range(first, stop):
        assert await store.append(to, entry(row))


async def test_followers_share_connections_and_give_them_back(store: RedisResults) -> None:
    followers = [asyncio.create_task(followed(store, batch(f"job-{n}", stop=1))) for n in range(STREAMS)]
    await until(lambda: store.listening.streams == 2 * STREAMS)
    assert store.listening.connections == 2
    for number in range(STREAMS):
        await store.append(batch(f"job-{number}", stop=1), Entry(0, ("{}",)))
    assert {tuple(found) for found in await asyncio.gather(*followers)} == {(Entry(0, ("{}",)),)}
    await until(lambda: store.listening.connections == 0)


async def test_a_follower_that_leaves_ends_its_following(store: RedisResults) -> None:
    following = asyncio.create_task(followed(store, batch()))
    await asyncio.sleep(0.1)
    assert store.listening.connections == 1
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    await until(lambda: store.listening.connections == 0)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - what is looked at knows no events
        await asyncio.sleep(0.01)


async def test_an_announcement_wakes_whoever_waits_for_the_job(store: RedisResults) -> None:
    waiting = [asyncio.create_task(store.wait("job", seconds=60)) for _ in range(3)]
    other = asyncio.create_task(store.wait("another", seconds=60))
    await asyncio.sleep(0.1)
    await store.announce("job", JobState.RUNNING)
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
    assert not other.done()
    other.cancel()


async def test_who_comes_after_the_end_does_not_wait(store: RedisResults) -> None:
    await store.announce("job", JobState.RUNNING)
    began = time.monotonic()
    await store.wait("job", seconds=0.2)
    assert time.monotonic() - began >= 0.2
    await store.announce("job", JobState.SUCCEEDED)
    await asyncio.wait_for(store.wait("job", seconds=60), 1)


async def test_a_follower_is_told_of_announcements_after_all_that_is_there(store: RedisResults) -> None:
    await written(store, batch(), 7)
    await store.announce("job", JobState.RUNNING)
    heard: list[Entry | None] = []

    async def listen() -> None:
        async for found in store.follow(batch(), row=0):
            heard.append(found)  # noqa: PERF401 - each when it comes

    following = asyncio.create_task(listen())
    await until(lambda: None in heard)
    assert [found for found in heard if found] == [entry(row) for row in range(7)]
    await written_on(store, batch(), 7, 9)
    await store.announce("job", JobState.FAILED)
    await until(lambda: heard.count(None) == 2)
    assert [found for found in heard if found] == [entry(row) for row in range(9)]
    following.cancel()


@pytest.mark.parametrize("away_seconds", [0.0, 2.0])
async def test_a_restarted_server_loses_nothing_and_doubles_nothing(
    own_redis: RedisProcess, away_seconds: float
) -> None:
    whole = batch(stop=300)
    async with RedisResults(own_redis.url) as writer, RedisResults(own_redis.url) as reader:
        following = asyncio.create_task(followed(reader, whole))

        async def write() -> None:
            row = 0
            while row < whole.stop:
                try:
                    await writer.append(whole, entry(row))
                    row += 1
                except ResultsGap:  # the last second may be gone
                    row = await writer.end_of(whole)
                await asyncio.sleep(0.005)

        writing = asyncio.create_task(write())
        await asyncio.sleep(0.5)
        own_redis.kill()
        await asyncio.sleep(away_seconds)
        await asyncio.to_thread(own_redis.start)
        started = time.monotonic()
        await writing
        assert rows(await following) == rows([entry(0, 300)])
        assert time.monotonic() - started < 10


async def test_a_server_that_hangs_is_waited_for(own_redis: RedisProcess) -> None:
    async with RedisResults(own_redis.url) as store:
        following = asyncio.create_task(followed(store, batch(stop=4)))
        await written(store, batch(), 2)
        own_redis.freeze()
        adding = asyncio.create_task(store.append(batch(), entry(2)))
        await asyncio.sleep(6)
        own_redis.thaw()
        await adding
        assert await store.end_of(batch()) == 3
        await store.append(batch(), entry(3))
        assert rows(await following) == rows([entry(0, 4)])


async def test_closing_waits_for_no_server_that_is_silent(own_redis: RedisProcess) -> None:
    store = RedisResults(own_redis.url)
    following = asyncio.create_task(followed(store, batch(stop=4)))
    await written(store, batch(), 2)
    await asyncio.sleep(0.3)  # it has read what is there, and waits for more
    own_redis.freeze()
    try:
        following.cancel()
        await asyncio.wait([following])
        await asyncio.sleep(0.1)
        began = time.monotonic()
        await store.close()
        assert time.monotonic() - began < 2.5  # it would be given up after five seconds, and once more
    finally:
        own_redis.thaw()


async def test_a_server_that_stays_away_is_one_error(own_redis: RedisProcess) -> None:
    async with RedisResults(own_redis.url, patience_seconds=0.3) as store:
        await store.ping()
        own_redis.stop()
        for call in (
            store.append(batch(), entry(0)),
            store.read(batch(), row=0, limit=1),
            store.end_of(batch()),
            store.announce("job", JobState.RUNNING),
            store.wait("job", seconds=1),
            store.expire("job", seconds=1),
            store.used(),
            store.ping(),
            followed(store, batch()),
        ):
            with pytest.raises(ResultsUnreachable):
                await call


async def test_a_server_that_takes_nothing_for_a_while_is_waited_for(own_redis: RedisProcess) -> None:
    """As one whose disk is full or whose replicas are away: nothing is wrong with what it is asked."""
    async with RedisResults(own_redis.url, patience_seconds=0.3) as store:
        with redis.Redis.from_url(own_redis.url) as server:
            server.config_set("min-replicas-to-write", 1)
            with pytest.raises(ResultsUnreachable, match="NOREPLICAS"):
                await store.append(batch(), entry(0))
            following = asyncio.create_task(followed(store, batch(stop=1)))
            await asyncio.sleep(0.1)
            server.config_set("min-replicas-to-write", 0)
        await store.append(batch(), entry(0))
        assert rows(await following) == rows([entry(0)])


async def test_a_wrong_password_is_said_at_once(own_redis: RedisProcess) -> None:
    async with RedisResults(own_redis.url.replace("redis://:", "redis://:not")) as store:
        began = time.monotonic()
        with pytest.raises(ResultsUnreachable):
            await store.used()
        assert time.monotonic() - began < 1


async def test_a_call_that_is_cut_off_ends_wherever_it_was(store: RedisResults) -> None:
    await store.ping()
    for turns in range(60):
        waiting = asyncio.create_task(store.wait("job", seconds=60))
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), 1)
        assert waiting.cancelled()


async def test_calls_that_are_cut_off_leave_no_answers_behind_for_others(store: RedisResults) -> None:
    await written(store, batch(), 30)

    async def cut_off(number: int) -> None:
        reading = asyncio.create_task(store.read(batch(), row=number % 30, limit=3))
        await asyncio.sleep(number % 7 * 0.0002)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    for _ in range(10):
        await asyncio.gather(*[cut_off(number) for number in range(50)])
        assert await store.end_of(batch()) == 30
        assert rows(await store.read(batch(), row=11, limit=2)) == rows([entry(11, 2)])
