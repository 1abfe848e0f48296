"""`testdata version`."""

# ruff: noqa: PLC0415 - a command loads what it needs when it runs, so that `testdata --help` is quick

import platform

import typer


def version() -> None:
    """Show the versions that an answer depends on."""
    from testdata_agent import __version__
    from testdata_agent.engine.version import ENGINE_VERSION

    typer.echo(f"testdata {__version__} (engine {ENGINE_VERSION}, Python {platform.python_version()})")
