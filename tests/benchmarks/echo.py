"""The reference of calls: a bare grpc.aio server that answers every call with the same bytes, a stream so many times.

No decoding, no work, no log, no count: what is left is gRPC itself. `python -m tests.benchmarks.echo FILE`, where FILE
holds the answer; the first line on standard output is the port.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import grpc

SERVICE = "testdata.v1.TestDataService"


@contextmanager
def running(answer: bytes, folder: Path) -> Iterator[tuple[int, int]]:
    """(pid, port) of an echo server in a process of its own."""
    file = folder / "answer"
    file.write_bytes(answer)
    with Popen([sys.executable, "-m", "tests.benchmarks.echo", str(file)], stdout=PIPE) as process:
        assert process.stdout is not None
        try:
            yield process.pid, int(process.stdout.readline())
        finally:
            process.terminate()


async def _serve(answer: bytes) -> None:
    async def handle(_request: bytes, _context: Any) -> bytes:
        return answer

    async def handle_stream(times: bytes, context: Any) -> None:
        for _ in range(int(times)):
            await context.write(answer)

    server = grpc.aio.server()
    handlers: dict[str, Any] = {
        "GenerateData": grpc.unary_unary_rpc_method_handler(handle),
        "GenerateDataStream": grpc.unary_stream_rpc_method_handler(handle_stream),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]).read_bytes()))
