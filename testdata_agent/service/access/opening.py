"""The keys file that the settings name, opened; what becomes of its changes is logged."""

from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

from testdata_agent.service.access.key_file import KeyFile
from testdata_agent.service.settings import AccessSettings


def open_keys(
    settings: AccessSettings, log: FilteringBoundLogger, *, stale: Callable[[bool], None] = lambda _: None
) -> KeyFile | None:
    """The file, read; None where none is named.

    Args:
        settings: Name it.
        log: Told how each changed file was read.
        stale: Told, too: True while the file cannot be used and the keys are those of before.

    Raises:
        SettingsError: it cannot be used.
    """
    if settings.api_keys_file is None:
        return None

    def changed(file: KeyFile) -> None:
        stale(bool(file.fault))
        if file.fault:
            log.error("api_keys_not_read", fault=file.fault[:1000], clients=len(file.ring.clients))
        else:
            log.info("api_keys_read", clients=len(file.ring.clients))

    return KeyFile(settings.api_keys_file, changed=changed)
