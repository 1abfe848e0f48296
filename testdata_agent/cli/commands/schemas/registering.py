"""`testdata schemas register` and `testdata schemas delete`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import json
import re
from pathlib import Path
from typing import Annotated

import typer

from testdata_agent.cli.faults import Mistake, reported
from testdata_agent.cli.options import GatewayOption


def register(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A schema as JSON: the house form, or JSON Schema.")],
    name: Annotated[
        str, typer.Option(metavar="NAME", help="What it is called. Default: its own name or title, else the file's.")
    ] = "",
    domain: Annotated[str, typer.Option(help="Default: its own, else custom.")] = "",
    server: GatewayOption = None,
) -> None:
    """Register a schema: from then on its name is an entity like any other, for all who ask that server."""
    from testdata_agent.cli.registry import RegistrySource

    with reported():
        text = _read(file)
        kept = RegistrySource(server).register(text, name or _name_for(text, file), domain)
        typer.echo(f"{kept.name} ({kept.domain}) version {kept.version}")


def delete(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A registered schema.")],
    server: GatewayOption = None,
) -> None:
    """Put a registered schema out of use. Jobs that were submitted go on."""
    from testdata_agent.cli.registry import RegistrySource

    with reported():
        gone = RegistrySource(server).delete(name)
        typer.echo(f"{gone.name} ({gone.domain}) is deleted; it was at version {gone.version}")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")  # as Windows writes it, too
    except OSError as error:
        raise Mistake([f"cannot read {file}: {(error.strerror or str(error)).lower()}"]) from error
    except UnicodeDecodeError as error:
        raise Mistake([f"cannot read {file}: it is not UTF-8 text"]) from error


def _name_for(text: str, file: Path) -> str:
    """The file's name for a schema that has none of its own; empty for one that has, or that is no JSON."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""  # the server says what is wrong with it
    own = data.get("name" if "fields" in data else "title") if isinstance(data, dict) else None
    return "" if own else re.sub(r"[^A-Za-z0-9_-]+", "_", file.stem)
