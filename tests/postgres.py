"""A PostgreSQL of the tests' own: data in a temporary folder, reached through a socket in it alone."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

_NEEDED = ("initdb", "pg_ctl", "postgres", "psql")


def binaries() -> Path | None:
    """The folder of the server's programs; None where there are none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    for folder in [*([Path(on_path).resolve().parent] if on_path else []), *installed]:
        if all((folder / name).is_file() for name in _NEEDED):
            return folder
    return None


@dataclass(frozen=True)
class Postgres:
    """A running server.

    Attributes:
        programs: The folder of its programs.
        folder: Where its socket is.
        as_postgres: What goes before a command of the server's own.
    """

    programs: Path
    folder: Path
    as_postgres: tuple[str, ...]

    @property
    def data(self) -> Path:
        """The folder that it keeps everything in."""
        return self.folder / "data"

    def start(self) -> None:
        """Returns when it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync=off"
        self.call("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        """As a crash does: connections are cut, what was committed stays."""
        self.call("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        pids = [postmaster, *map(int, children)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(pids):
                os.kill(pid, signal.SIGCONT)

    def call(self, program: str, *words: str) -> None:
        """Runs one of the server's own programs."""
        subprocess.run(
            [*self.as_postgres, str(self.programs / program), *words],
            check=True,
            timeout=120,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    def run(self, script: str, *, database: str = "postgres") -> str:
        """What psql prints for a script, which is one transaction and stops at its first error."""
        words = [str(self.programs / "psql"), "-X", "-q", "-A", "-t", "-1", "-v", "ON_ERROR_STOP=1"]
        where = ["-h", str(self.folder), "-U", "postgres", "-d", database, "-f", "-"]
        environment = {"PATH": os.environ["PATH"], "PGTZ": "UTC", "PGCLIENTENCODING": "UTF8", "LC_ALL": "C"}
        done = subprocess.run(
            [*words, *where], input=script.encode(), capture_output=True, check=False, timeout=120, env=environment
        )
        if done.returncode or done.stderr:
            raise AssertionError(done.stderr.decode()[:2000])
        return done.stdout.decode()

    def url(self, database: str) -> str:
        """As DATABASE_URL has it."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """An empty database; dropped at the end."""
        self._command("createdb", name)
        try:
            yield name
        finally:
            self._command("dropdb", "--force", name)

    @contextmanager
    def guarded(self, password: str) -> Iterator[str]:
        """DATABASE_URL of an empty database whose owner must give this password; both are dropped at the end."""
        name, rules = "guarded", self.data / "pg_hba.conf"
        before = rules.read_text()
        rules.write_text(f"local all {name} scram-sha-256\n{before}")
        self.call("pg_ctl", "-D", str(self.data), "reload")
        self.run(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        self._command("createdb", "--owner", name, name)
        try:
            yield f"postgresql://{name}:{password}@/{name}?host={self.folder}"
        finally:
            self._command("dropdb", "--force", name)
            self.run(f"DROP ROLE {name}")
            rules.write_text(before)
            self.call("pg_ctl", "-D", str(self.data), "reload")

    def table(self, database: str, name: str, columns: Sequence[str], keys: Sequence[str]) -> list[list[Any]]:
        """The rows of a table in the order of its keys; names are quoted already. Numbers keep their digits."""
        script = f"SELECT row_to_json(t) FROM {name} t ORDER BY {', '.join(keys)};"
        lines = self.run(script, database=database).split("\n")
        rows = [json.loads(line, parse_float=Decimal) for line in lines if line]
        return [[row[column] for column in columns] for row in rows]

    def _command(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self.programs / program), "-h", str(self.folder), "-U", "postgres", *words], check=True, timeout=60
        )


@contextmanager
def running(programs: Path) -> Iterator[Postgres]:
    """A server on a new data folder, ended with the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_postgres: tuple[str, ...] = ()
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_postgres = ("runuser", "-u", "postgres", "--")
    folder.chmod(0o755)
    server = Postgres(programs, folder, as_postgres)
    try:
        server.call("initdb", "-D", str(server.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
