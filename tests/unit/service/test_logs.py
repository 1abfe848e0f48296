import asyncio
import io
import json
from collections.abc import Iterator

import pytest
import structlog

from testdata_agent.service import logs


@pytest.fixture
def output() -> Iterator[io.BytesIO]:
    target = io.BytesIO()
    logs.configure("info", target, service="s")
    yield target
    structlog.reset_defaults()


def lines(output: io.BytesIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_a_line_is_json_with_its_level_time_and_the_constants(output: io.BytesIO) -> None:
    logs.logger().info("started", port=1)
    (line,) = lines(output)
    assert (line["event"], line["level"], line["service"], line["port"]) == ("started", "info", "s", 1)
    assert str(line["time"]).endswith("Z")


def test_lines_below_the_level_are_dropped(output: io.BytesIO) -> None:
    logs.logger().debug("too fine")
    assert not lines(output)


async def test_within_a_loop_lines_are_written_together_and_errors_at_once(output: io.BytesIO) -> None:
    log = logs.logger()
    log.info("first")
    assert not lines(output)
    log.error("second")
    assert [line["event"] for line in lines(output)] == ["first", "second"]
    log.info("third")
    await asyncio.sleep(logs.FLUSH_SECONDS * 2)
    assert [line["event"] for line in lines(output)] == ["first", "second", "third"]


def test_lines_that_cannot_be_written_keep_nobody_from_working(capsys: pytest.CaptureFixture[str]) -> None:
    """Else a full disk ends the heartbeat that logs that the database is full."""

    class Disk(io.BytesIO):
        full = True

        def flush(self) -> None:
            if self.full:
                raise OSError(28, "No space left on device")

    disk = Disk()
    logs.configure("info", disk, service="s")
    try:
        logs.logger().error("one")
        logs.logger().error("two")
        assert capsys.readouterr().err.count("No space left on device") == 1
        disk.full = False
        logs.logger().error("three")
        assert lines(disk)[-1]["event"] == "three"
    finally:
        structlog.reset_defaults()
