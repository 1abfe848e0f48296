"""What the environment says to workers, one small class per concern. Only `worker.celery` loads these."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field

from testdata_agent.service.settings import (
    LogSettings,
    ModelPathSettings,
    ModelSettings,
    Port,
    QualitySettings,
    SettingsError,
    SettingsGroup,
    StoreSettings,
    TracingSettings,
    read,
)


class WorkerSettings(SettingsGroup):
    """How long work may take and rows are kept, and where it is counted.

    Attributes:
        worker_metrics_host, worker_metrics_port: Where /metrics is; port 0: nowhere.
        worker_heartbeat_file: Touched every two seconds while the queue is reached; unset: none.
        worker_batch_seconds: A batch that takes longer is tried again, and parked the third time.
        jobs_ttl_seconds: How long the rows of jobs that have ended are kept.
    """

    worker_metrics_host: str = "0.0.0.0"
    worker_metrics_port: Port = 0
    worker_heartbeat_file: Path | None = None
    worker_batch_seconds: Annotated[float, Field(gt=0, le=12 * 3600)] = 900.0
    jobs_ttl_seconds: Annotated[int, Field(ge=60)] = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it."""

    worker: WorkerSettings
    logs: LogSettings
    model: ModelSettings
    model_path: ModelPathSettings
    stores: StoreSettings
    quality: QualitySettings
    tracing: TracingSettings = field(default_factory=TracingSettings)

    @classmethod
    def load(cls) -> Self:
        """Reads the environment and a `.env` file in the current folder; the environment wins.

        Raises:
            SettingsError: naming every variable with a bad value, or the stores that are not named.
        """
        faults: list[str] = []
        settings = cls(
            worker=read(WorkerSettings, faults),
            logs=read(LogSettings, faults),
            model=read(ModelSettings, faults),
            model_path=read(ModelPathSettings, faults),
            stores=read(StoreSettings, faults),
            quality=read(QualitySettings, faults),
            tracing=read(TracingSettings, faults, last=True),
        )
        urls = {"REDIS_URL": settings.stores.redis_url, "DATABASE_URL": settings.stores.database_url}
        unset = [name for name, url in urls.items() if url is None]
        if unset:
            raise SettingsError(
                f"{' and '.join(unset)} must be set where workers are started by themselves;"
                " `testdata up` starts them together with stores of its own"
            )
        return settings

    @property
    def redis_url(self) -> str:
        """Of the broker and the record streams."""
        return self.stores.redis_url.get_secret_value() if self.stores.redis_url else ""

    @property
    def database_url(self) -> str:
        """Of the ledger."""
        return self.stores.database_url.get_secret_value() if self.stores.database_url else ""
