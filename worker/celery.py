"""The composition root: `celery -A worker` finds the app here. The only reader of the environment among workers."""

import sys

from testdata_agent.service.settings import SettingsError
from worker.application import WorkerApp
from worker.settings import Settings


def _settings() -> Settings:
    try:
        return Settings.load()
    except SettingsError as error:
        sys.stderr.write(f"worker: settings: {error}\n")
        raise SystemExit(2) from error


_worker = WorkerApp(_settings())
_worker.listen()
app = _worker.celery
