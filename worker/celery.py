"""The composition root: `celery -A worker` finds the app here. The only reader of the environment among workers."""

import sys

from testdata_agent.service.settings import SettingsError
from testdata_agent.stores.redis_connections import fault_of
from worker.application import WorkerApp
from worker.settings import Settings


def _settings() -> Settings:
    try:
        settings = Settings.load()
        if fault := fault_of(settings.redis_url):
            raise SettingsError(f"REDIS_URL: {fault}")
        return settings
    except SettingsError as error:
        sys.stderr.write(f"worker: settings: {error}\n")
        raise SystemExit(2) from error


_worker = WorkerApp(_settings())
_worker.listen()
app = _worker.celery
