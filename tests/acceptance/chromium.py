"""A real browser without a window: there in CI, skipped elsewhere where it is not installed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

#: What a page's scripts may take, by the browser's own clock, which runs as fast as it can.
_SCRIPTS_MS = 10_000


def browser() -> str:
    """The path of Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no Chromium is installed (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def dom(program: str, url: str, folder: Path) -> str:
    """A page as it stands once its scripts have run."""
    quiet = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-gpu")
    # A container's root may not have the sandbox; the page is our own.
    command = [program, "--headless", "--no-sandbox", "--disable-dev-shm-usage", *quiet]
    done = subprocess.run(
        [*command, f"--user-data-dir={folder}", f"--virtual-time-budget={_SCRIPTS_MS}", "--dump-dom", url],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout
