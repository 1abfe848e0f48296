import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest

from testdata_agent.v1 import testdata_pb2 as pb
from testdata_agent.v1 import testdata_pb2_grpc as pb_grpc
from tests.integration.gateway.conftest import StartGateway
from tests.integration.gateway.running import REPOSITORY, Gateway, cart_request, environment, eventually


def run_to_end(**settings: str) -> subprocess.CompletedProcess[str]:
    """Starts a gateway that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-m", "gateway"],
        cwd=REPOSITORY,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def listener() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.mark.parametrize("setting", ["GRPC_PORT", "HTTP_PORT"])
@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_busy_port_is_one_line_that_names_its_setting(listener: int, setting: str, processes: str) -> None:
    ports = {"GRPC_PORT": "0", "HTTP_PORT": "0"} | {setting: str(listener)}
    ended = run_to_end(GATEWAY_PROCESSES=processes, GATEWAY_HOST="127.0.0.1", **ports)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert str(listener) in line
    assert setting in line


@pytest.mark.parametrize("setting", ["GATEWAY_HOST", "HTTP_HOST"])
@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "\u00e9" * 80, "127.0.0.1:80"])
def test_a_host_that_is_not_this_machine_is_one_line_that_names_its_setting(setting: str, host: str) -> None:
    ended = run_to_end(**{"GRPC_PORT": "0", "HTTP_PORT": "0", "GATEWAY_HOST": "127.0.0.1", setting: host})
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"gateway: {setting}={host[:60]!r}: ")


def heeds(pid: int, number: signal.Signals) -> bool:
    """Whether a process does something of its own when this signal comes; Python itself heeds SIGINT, and no other."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    caught = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt"))
    return bool(caught >> (signal.SIGTERM - 1) & 1) and bool(caught >> (number - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("seconds", [0, 0.2, 0.4])
def test_a_signal_in_mid_start_ends_it_well(number: signal.Signals, seconds: float) -> None:
    command = [sys.executable, "-m", "gateway"]
    settings = environment(GRPC_PORT="0", HTTP_PORT="0", GATEWAY_HOST="127.0.0.1", DRAIN_SECONDS="0")
    with subprocess.Popen(command, cwd=REPOSITORY, env=settings, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        eventually(lambda: heeds(one.pid, number), "the interpreter has come to the gateway")
        time.sleep(seconds)
        one.send_signal(number)
        _, told = one.communicate(timeout=30)
    assert (one.returncode, told) == (0, b"")


def test_a_second_gateway_does_not_share_the_port_of_the_first(gateway: Gateway) -> None:
    ended = run_to_end(GRPC_PORT=str(gateway.grpc_port), HTTP_PORT="0", GATEWAY_HOST="127.0.0.1")
    assert ended.returncode == 1
    assert str(gateway.grpc_port) in ended.stderr


def test_settings_that_cannot_be_used_are_one_line_that_names_them_all() -> None:
    ended = run_to_end(GRPC_PORT="ninety", COHERENCE_THRESHOLD="1.5", REDIS_URL="http://:pa55word@host")
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    for name in ("GRPC_PORT", "COHERENCE_THRESHOLD", "REDIS_URL"):
        assert name in line
    assert "pa55word" not in line


def test_a_placeholder_is_no_key(start_gateway: StartGateway) -> None:
    for key, state in (("your-api-key", "not configured"), ("sk-ant-a-real-one", "configured")):
        components = start_gateway(ANTHROPIC_API_KEY=key).stub().HealthCheck(pb.HealthCheckRequest()).components
        assert components["model"] == state


def calls_until_refused(stub: pb_grpc.TestDataServiceStub, count: int) -> list[str]:
    """The status of one call after the other, up to the first that is refused."""
    codes: list[str] = []
    while not codes or codes[-1] == "OK":
        try:
            stub.GenerateData(cart_request(count), timeout=30)
            codes.append("OK")
        except grpc.RpcError as error:
            refused: Any = error
            codes.append(refused.code().name)
    return codes


def test_a_busy_gateway_that_is_told_to_end_serves_what_has_come(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    own_connection = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0))
    stubs = [gateway.stub(options=(*own_connection, ("number", number))) for number in range(12)]
    with ThreadPoolExecutor(len(stubs)) as pool:
        ends = [pool.submit(calls_until_refused, stub, 1000) for stub in stubs]
        eventually(lambda: gateway.metric("testdata_records_generated_total") > 20_000, "it is busy")
        gateway.process.send_signal(signal.SIGTERM)
        codes = {code for end in ends for code in end.result()}
    assert codes == {"OK", "UNAVAILABLE"}
    assert gateway.process.wait(30) == 0


def test_being_told_to_end_lets_calls_finish_and_takes_no_more(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    call = gateway.stub().GenerateDataStream(cart_request(200_000))
    records = len(json.loads(next(call).data))
    gateway.process.send_signal(signal.SIGTERM)
    eventually(lambda: any(line["event"] == "draining" for line in gateway.logs()), "it drains")
    assert not gateway.ready()
    codes = calls_until_refused(gateway.stub(), count=1)
    assert codes[-1] == "UNAVAILABLE"
    last = None
    for last in call:
        records += len(json.loads(last.data)) if last.data else 0
    assert last is not None
    assert last.is_final
    assert records == 200_000
    assert gateway.process.wait(30) == 0


def test_calls_that_outlast_the_drain_are_ended(start_gateway: StartGateway) -> None:
    gateway = start_gateway(DRAIN_SECONDS="0.2")
    call = gateway.stub().GenerateDataStream(cart_request(100_000_000))
    next(call)
    gateway.process.send_signal(signal.SIGTERM)
    with pytest.raises(grpc.RpcError):
        list(call)
    assert gateway.process.wait(30) == 0


def processes_of(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, ppid, state in rows if int(ppid) == parent and not state.startswith("Z")]


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def up(gateway: Gateway) -> int:
    return int(json.loads(gateway.http("/health/ready")[1])["serving"])


def test_several_processes_share_the_port_and_their_metrics_are_summed(start_gateway: StartGateway) -> None:
    gateway = start_gateway(GATEWAY_PROCESSES="2")
    assert up(gateway) == 2
    answers = set()
    for number in range(40):
        # A channel of its own each: the system spreads connections, not calls.
        stub = gateway.stub(options=(("grpc.use_local_subchannel_pool", 1), ("number", number)))
        answers.add(stub.GenerateData(cart_request(2, seed=1)).data)
    assert len(answers) == 1
    eventually(lambda: gateway.metric("testdata_records_generated_total") == 80, "all calls are counted")
    served = {line["child"] for line in gateway.logs() if line["event"] == "request"}
    assert served == {0, 1}
    told = {name: gateway.metric(f"testdata_{name}") for name in ("serving", "processes", "build_info")}
    assert told == {"serving": 2, "processes": 3, "build_info": 1}
    eventually(lambda: gateway.metric("testdata_loop_lag_seconds_count") > 0, "the loop's lag is measured")
    assert gateway.metric("process_resident_memory_bytes") > 3 * 20e6
    assert gateway.end() == 0


def test_a_child_that_dies_is_started_again(start_gateway: StartGateway) -> None:
    gateway = start_gateway(GATEWAY_PROCESSES="2")
    gateway.stub().GenerateData(cart_request(2))
    eventually(lambda: gateway.metric("testdata_records_generated_total") == 2, "the call is counted")
    before = set(processes_of(gateway.process.pid))
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: up(gateway) == 1, "one child is gone")
    assert gateway.ready()
    eventually(lambda: up(gateway) == 2, "it is back")
    assert killed not in processes_of(gateway.process.pid)
    assert gateway.metric("testdata_records_generated_total") == 2
    assert gateway.metric("testdata_serving") == 2
    fresh = gateway.stub(options=(("grpc.use_local_subchannel_pool", 1),))
    assert fresh.GenerateData(cart_request(1)).success


def test_children_do_not_outlive_their_parent(start_gateway: StartGateway) -> None:
    gateway = start_gateway(GATEWAY_PROCESSES="2")
    children = processes_of(gateway.process.pid)
    assert len(children) == 2
    gateway.process.kill()
    gateway.process.wait()
    eventually(lambda: not any(map(alive, children)), "the children have ended")


def test_a_parent_that_is_told_to_end_drains_its_children(start_gateway: StartGateway) -> None:
    gateway = start_gateway(GATEWAY_PROCESSES="2")
    call = gateway.stub().GenerateDataStream(cart_request(100_000))
    next(call)
    ender = threading.Timer(0.05, gateway.process.send_signal, [signal.SIGTERM])
    ender.start()
    *_, last = call
    assert last.is_final
    assert gateway.process.wait(30) == 0
    ender.join()


def test_starting_up_imports_neither_tracing_nor_faker() -> None:
    script = "import sys, gateway.app; print([n for n in ('faker', 'opentelemetry') if n in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment(), capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"


def test_the_parent_of_several_processes_does_not_import_grpc() -> None:
    script = "import sys, gateway.main, gateway.processes; print('grpc' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment(), capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "False"


def test_it_can_be_started_as_the_module_that_other_processes_name() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "gateway.main", "--help"],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "environment" in ended.stdout
