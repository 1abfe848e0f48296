"""`testdata keys`: the keys that a gateway with API_KEYS_FILE lets callers in by."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

from pathlib import Path
from typing import Annotated

import typer

from testdata_agent.cli.faults import Failure, Mistake, reported

app = typer.Typer(
    help="Make API keys, and look a file of them through.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def keys() -> None:
    """Make API keys, and look a file of them through."""


@app.command("new")
def new(
    client: Annotated[str, typer.Argument(help="Who is to call with the key: whose jobs, budgets and limits it is.")],
) -> None:
    """Make a key. It is shown this once and kept nowhere; the file that API_KEYS_FILE names takes its hash."""
    from testdata_agent.service.access.client_entry import MAX_NAME, is_client_name
    from testdata_agent.service.access.key_ring import hash_of, new_key

    with reported():
        if not is_client_name(client):
            raise Mistake([f"CLIENT: a client's name has 1 to {MAX_NAME} visible characters of ASCII, not {client!r}"])
        key = new_key()
        typer.echo(f"{key}\n")
        typer.echo("# The line above is the key, shown this once. Add this to the file that API_KEYS_FILE names;")
        typer.echo(
            "# where the client is there already, add the hash alone, and take the old one out when all have moved."
        )
        typer.echo(_entry(client, hash_of(key)))


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="The file that API_KEYS_FILE names, or is to name.")],
) -> None:
    """Look a keys file through as a gateway would: each fault, or how many clients it has."""
    from testdata_agent.service.access.key_ring import NOBODY, KeyRing, KeysFault

    with reported():
        try:
            text = file.read_text(encoding="utf-8")
        except OSError as error:
            raise Failure(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise Mistake([f"{file} is not UTF-8"]) from error
        try:
            ring = KeyRing.of_text(text)
        except KeysFault as fault:
            raise Mistake(fault.faults) from fault
        if not ring.clients:
            raise Mistake([NOBODY])
        typer.echo(f"{file} can be used; clients: {len(ring.clients)}")
        for name, entry in sorted(ring.clients.items()):
            keys = f"{len(entry.sha256)} keys" if len(entry.sha256) > 1 else "1 key"
            typer.echo(f"  {name}  {keys}{', admin' if entry.admin else ''}")


def _entry(client: str, sha256: str) -> str:
    """What the file has of a client; the name in quotes, as YAML would take some for a number or a truth."""
    import json

    return f'clients:\n  - client: {json.dumps(client)}\n    sha256:\n      - "{sha256}"'
