"""Children are kept alive, end in order, and never outlive their parent."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testdata_agent.cli.faults import Failure
from testdata_agent.cli.service.child import Child, RestartPolicy
from testdata_agent.cli.service.part import Part, answers
from testdata_agent.cli.service.supervisor import Supervisor
from testdata_agent.cli.service.tether import Watcher

#: Answers 200 on the port that it is given.
SERVER = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def until(condition: Callable[[], object]) -> None:
    """Waits for what must come; the suite's timeout ends a test for which it does not."""
    while not condition():
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A killed child of a killed parent is reaped by whoever adopts it; until then it is dead all the same.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def child(tmp_path: Path, program: str, *words: str) -> Child:
    return Child([sys.executable, "-c", program, *words], dict(os.environ), tmp_path / "log", [])


def part(kept: Child, url: str, tmp_path: Path) -> Part:
    policy = RestartPolicy(first_pause_seconds=0.01, longest_pause_seconds=0.05)
    return Part(kept, "gateway", tmp_path / "log", answers(url), policy)


def test_a_child_that_dies_is_started_again_until_told_otherwise(tmp_path: Path, stop: threading.Event) -> None:
    pids, said = tmp_path / "pids", list[str]()
    kept = child(tmp_path, "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')", str(pids))
    supervisor = Supervisor(said.append)
    supervisor.start(part(kept, "", tmp_path))
    keeper = threading.Thread(target=supervisor.keep, args=[stop])

    keeper.start()
    until(lambda: pids.exists() and len(pids.read_text().split()) >= 3)
    stop.set()
    keeper.join()
    supervisor.stop()

    assert len(set(pids.read_text().split())) >= 3
    assert said[0] == "the gateway ended with exit code 0; starting it again in 0.01 s"


def test_pauses_grow_up_to_the_longest() -> None:
    policy = RestartPolicy(first_pause_seconds=0.5, longest_pause_seconds=3.0)

    assert [policy.pause(deaths) for deaths in range(1, 6)] == [0.5, 1.0, 2.0, 3.0, 3.0]


def test_a_child_is_ready_when_its_address_answers(tmp_path: Path, stop: threading.Event) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = child(tmp_path, SERVER, str(port))
    supervisor, served = Supervisor(print), part(kept, f"http://127.0.0.1:{port}/", tmp_path)
    supervisor.start(served)

    assert supervisor.await_ready(served, stop) is True
    supervisor.stop()

    assert kept.exit_code() == -signal.SIGTERM


def test_waiting_for_a_child_that_is_never_ready_ends_when_told_to_stop(tmp_path: Path, stop: threading.Event) -> None:
    kept = child(tmp_path, "import signal; signal.pause()")
    supervisor, never = Supervisor(print), part(kept, "http://127.0.0.1:1/", tmp_path)
    supervisor.start(never)
    stop.set()

    assert supervisor.await_ready(never, stop) is False
    supervisor.stop()


def test_a_child_that_ends_before_it_is_ready_is_a_failure_with_its_own_last_words(
    tmp_path: Path, stop: threading.Event
) -> None:
    kept = child(tmp_path, "import sys; print('starting'); sys.exit('gateway: port 9091 is in use')")

    supervisor, dead = Supervisor(print), part(kept, "http://127.0.0.1:1/", tmp_path)
    supervisor.start(dead)

    with pytest.raises(Failure, match=r"ended with exit code 1 before it was ready: gateway: port 9091 is in use"):
        supervisor.await_ready(dead, stop)


def test_a_child_that_will_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    stubborn = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.pause()"])
with open(sys.argv[1] + ".new", "w") as out:
    out.write(f"{os.getpid()} {grandchild.pid}")
os.rename(sys.argv[1] + ".new", sys.argv[1])
signal.pause()
time.sleep(60)
"""
    pids = tmp_path / "pids"
    kept = child(tmp_path, stubborn, str(pids))
    kept.start()
    until(pids.exists)

    kept.stop(patience_seconds=0.1)

    both = [int(pid) for pid in pids.read_text().split()]
    until(lambda: not any(map(alive, both)))


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(
        "import os, pathlib, signal\n"
        f"pathlib.Path({str(tmp_path / 'new')!r}).write_text(str(os.getpid()))\n"
        f"os.rename({str(tmp_path / 'new')!r}, {str(tmp_path / 'pid')!r})\n"
        "signal.pause()\n"
    )
    parent_program = (
        "import os, pathlib, signal\n"
        "from testdata_agent.cli.service import child, tether\n"
        f"log = pathlib.Path({str(tmp_path / 'log')!r})\n"
        "child.Child(tether.command('sleeper'), os.environ, log, []).start()\n"
        "signal.pause()\n"
    )
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{tmp_path}"}
    parent = subprocess.Popen([sys.executable, "-c", parent_program], env=environment)
    until((tmp_path / "pid").exists)

    parent.kill()
    parent.wait()

    until(lambda: not alive(int((tmp_path / "pid").read_text())))


def test_a_foreign_program_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent_program = (
        "import os, pathlib, signal\n"
        "from testdata_agent.cli.service import child, tether\n"
        f"log = pathlib.Path({str(tmp_path / 'log')!r})\n"
        f"command = tether.foreign('/bin/sh', '-c', 'echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid;"
        " exec sleep 100')\n"
        "child.Child(command, os.environ, log, []).start()\n"
        "signal.pause()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", parent_program])
    until((tmp_path / "pid").exists)

    parent.kill()
    parent.wait()

    until(lambda: not alive(int((tmp_path / "pid").read_text())))


def test_parts_end_in_the_order_opposite_to_their_start(tmp_path: Path) -> None:
    program = (
        "import pathlib, signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(float(sys.argv[2]))\n"
        "    open(sys.argv[3], 'a').write(sys.argv[1])\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "pathlib.Path(sys.argv[3] + sys.argv[1]).touch()\n"
        "signal.pause()\n"
    )
    ended, supervisor = tmp_path / "ended", Supervisor(print)
    for name, seconds in (("a", "0"), ("b", "0.3"), ("c", "0")):
        supervisor.start(part(child(tmp_path, program, name, seconds, str(ended)), "", tmp_path))
    until(lambda: len(list(tmp_path.glob("ended?"))) == 3)

    supervisor.stop()

    assert ended.read_text()[-1] == "a"
    assert sorted(ended.read_text()) == ["a", "b", "c"]


def test_the_shell_that_watches_elsewhere_ends_the_child_when_the_pipe_closes() -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    watcher = Watcher(sleeper.pid)
    pipe = watcher._shell.stdin
    assert pipe is not None

    pipe.close()  # as the kernel does it when we are killed

    assert sleeper.wait() == -signal.SIGTERM
    watcher._shell.wait()


def test_the_shell_that_watches_elsewhere_leaves_others_alone_once_released() -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    watcher = Watcher(sleeper.pid)

    watcher.release()

    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()
