"""`testdata up` with its jobs: Redis, workers and Flower, killed and started again under them."""

import base64
import http.client
import json
import os
import pty
import signal
import stat
from pathlib import Path
from typing import Any

import redis

from tests.servers import RedisProcess


def components(terminal: Any) -> dict[str, str]:
    """What the gateway says about its parts, asked anew."""
    shown = terminal.run("health", "--server", f"localhost:{terminal.grpc_port}").stdout
    return dict(line.split(maxsplit=1) for line in shown.splitlines()[1:])


def until_workers(terminal: Any) -> None:
    terminal.until(lambda: components(terminal)["worker"].startswith("2 running: bulk@"))


def records_of(terminal: Any, *words: str) -> tuple[str, str]:
    """A job's id and its records, once it has ended."""
    server = f"--server=localhost:{terminal.grpc_port}"
    submitted = terminal.run("jobs", "submit", "user", *words, server)
    assert submitted.returncode == 0, submitted.stderr
    job = submitted.stdout.strip()
    watched = terminal.run("jobs", "watch", job, server)
    assert watched.returncode == 0, watched.stderr
    return job, watched.stdout


def page(terminal: Any, login: str = "", path: str = "/") -> tuple[int, str]:
    """Status and text of one of Flower's pages."""
    line = http.client.HTTPConnection("127.0.0.1", terminal.flower_port, timeout=10)
    headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()} if login else {}
    try:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def answers(terminal: Any) -> bool:
    try:
        return page(terminal)[0] > 0
    except OSError:
        return False


def test_jobs_are_made_and_outlive_what_is_killed_and_the_whole_server(terminal: Any) -> None:
    process = terminal.up()
    terminal.screen(process)
    until_workers(terminal)
    assert components(terminal)["redis"] == "operational"
    expected = terminal.run("generate", "user", "-n", "5000", "--seed", "7", "--format", "ndjson").stdout
    job, records = records_of(terminal, "-n", "5000", "--seed", "7")
    assert records == expected

    for word in ("bulk", "model", "flower"):
        os.kill(terminal.part_pid(process.pid, word), signal.SIGKILL)
    os.kill(terminal.program_pid(process.pid, "server"), signal.SIGKILL)
    terminal.until(lambda: components(terminal)["redis"] == "operational")
    until_workers(terminal)
    assert records_of(terminal, "-n", "3000", "--seed", "8")[1].count("\n") == 3000

    process.send_signal(signal.SIGINT)
    assert process.wait() == 0
    terminal.screen(terminal.up())
    kept = terminal.run("jobs", "results", job, "--server", f"localhost:{terminal.grpc_port}")
    assert kept.stdout == expected


def test_flower_wants_the_login_that_is_kept_for_its_owner_and_written_nowhere_else(terminal: Any) -> None:
    process = terminal.up()
    shown = "\n".join(terminal.screen(process))
    state = terminal.folder / "state"
    login = (state / "flower-login").read_text().strip()
    assert f"flower    http://localhost:{terminal.flower_port}  (login: {state / 'flower-login'})" in shown
    terminal.until(lambda: answers(terminal))
    until_workers(terminal)

    for path in ("/", "/workers", "/tasks", "/broker", "/api/workers", "/api/tasks"):
        assert page(terminal, path=path)[0] == 401
        assert page(terminal, "testdata:guessed", path)[0] == 401
    assert page(terminal, login)[0] == 200
    assert stat.S_IMODE((state / "flower-login").stat().st_mode) == 0o600
    assert stat.S_IMODE((state / "redis" / "password").stat().st_mode) == 0o600
    secrets = [login.partition(":")[2], (state / "redis" / "password").read_text().strip()]
    process.send_signal(signal.SIGINT)
    process.wait()
    logs = [path.read_text() for path in state.glob("*.log")]
    assert len(logs) == 5
    assert not [secret for secret in secrets for text in logs if secret in text]


def test_a_person_at_a_terminal_is_shown_the_login(terminal: Any) -> None:
    ours, theirs = pty.openpty()
    process = terminal.up(stdout=theirs, FLOWER_URL_PREFIX="/queue/", FLOWER_BASIC_AUTH="me:my-own")
    os.close(theirs)
    shown = ""
    while " generate cart " not in shown:
        shown += os.read(ours, 4096).decode()
    assert f"http://localhost:{terminal.flower_port}/queue  (login: me / my-own)" in shown
    terminal.until(lambda: answers(terminal))
    assert page(terminal, "me:my-own", "/queue/")[0] == 200
    process.send_signal(signal.SIGINT)
    process.wait()
    os.close(ours)


def test_a_redis_that_is_named_is_used_and_none_is_started(terminal: Any, own_redis: RedisProcess) -> None:
    ledger = terminal.folder / "elsewhere.db"
    process = terminal.up(REDIS_URL=own_redis.url, DATABASE_URL=f"sqlite:///{ledger}")
    terminal.screen(process)
    until_workers(terminal)
    records_of(terminal, "-n", "10")
    assert ledger.exists()
    assert not (terminal.folder / "state" / "redis").exists()
    with redis.Redis.from_url(own_redis.url) as client:
        assert any(key.startswith(b"testdata:records:") for key in client.scan_iter())


def test_what_stands_in_the_folder_and_is_called_as_a_part_is_not_taken_for_it(terminal: Any) -> None:
    for name in ("worker", "celery", "redis", "flower"):
        (terminal.folder / name).mkdir()
        (terminal.folder / name / "__init__.py").write_text("raise SystemExit('not ours')")
    terminal.screen(terminal.up(DATABASE_URL="sqlite:///here.db"))
    until_workers(terminal)
    records_of(terminal, "-n", "10")
    assert (terminal.folder / "here.db").exists()


def test_a_killed_server_takes_all_of_its_parts_with_it(terminal: Any) -> None:
    process = terminal.up()
    terminal.screen(process)
    until_workers(terminal)
    parts = terminal.descendants(process.pid)
    assert len(parts) >= 5

    process.kill()
    process.wait()

    terminal.until(lambda: not any(terminal.lives(pid) for pid in parts))


def test_a_bad_login_is_refused_without_being_repeated(terminal: Any) -> None:
    process = terminal.up(FLOWER_BASIC_AUTH="only-a-secret")
    assert process.wait() == 2
    assert terminal.said(process) == ["FLOWER_BASIC_AUTH: must be user:password"]


def test_migrate_and_parked_find_the_ledger_of_the_state_folder(terminal: Any) -> None:
    assert terminal.run("jobs", "parked").returncode == 2
    migrated = terminal.run("migrate")
    assert (migrated.returncode, migrated.stdout) == (0, "the database is at this release's revision\n")
    assert (terminal.folder / "state" / "testdata.db").exists()
    assert terminal.run("jobs", "parked").returncode == 0


def test_the_health_page_tells_the_parts(terminal: Any) -> None:
    terminal.screen(terminal.up())
    line = http.client.HTTPConnection("127.0.0.1", terminal.http_port, timeout=10)
    line.request("GET", "/health")
    told = json.load(line.getresponse())
    line.close()
    assert told["components"]["grpc_server"] == "operational"
    assert {"redis", "jobs", "worker", "patterns", "model"} <= set(told["components"])
    assert Path(terminal.folder / "state" / "testdata.db").exists()
