"""What the environment says, one small class per concern.

Only `gateway.main` loads these. A variable that is set to nothing counts as unset. Variables of processes that the
gateway does not run (Flower, the model's parameters) are checked here too, so that a typo is found at the first start.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from testdata_agent.service.settings import (
    AccessSettings,
    ApiKey,
    HttpUrl,
    LogSettings,
    ModelPathSettings,
    ModelSettings,
    Port,
    QualitySettings,
    SettingsError,
    SettingsGroup,
    StoreSettings,
    TracingSettings,
    lower,
    read,
)


def _metadata_key(key: str) -> str:
    if key and (not re.fullmatch(r"[a-z0-9_.-]+", key) or key.endswith("-bin") or key.startswith("grpc-")):
        raise ValueError("a key of gRPC's text metadata: letters, digits, `-`, `_`, `.`; not grpc-..., not ...-bin")
    return key


class ServerSettings(SettingsGroup):
    """Ports, processes and limits of the front door."""

    grpc_port: Port = 9091
    http_port: Port = 8091
    gateway_host: str = "::"
    #: The address of the HTTP port; empty: that of gRPC.
    http_host: str = ""
    gateway_processes: Annotated[int, Field(ge=1, le=256)] = 1
    max_sync_records: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    max_message_bytes: Annotated[int, Field(ge=64 * 1024, le=1 << 30)] = 4 * 1024 * 1024
    #: How long a chunk of a stream waits for its client before the call ends. Megabytes lie between the two: a client
    #: that tries each record on something slow may take hours over them.
    stream_stall_seconds: Annotated[float, Field(ge=1, le=7 * 86_400)] = 86_400.0
    drain_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    #: After which a connection takes no new calls and its client makes another; unset: never.
    connection_age_seconds: Annotated[float, Field(ge=1, le=7 * 86_400)] | None = None
    grpc_compression: Annotated[Literal["none", "gzip"], BeforeValidator(lower)] = "none"
    legacy_errors: bool = False
    #: The metadata's key under which callers name themselves; empty: all are `anonymous`.
    client_id_metadata: Annotated[str, BeforeValidator(lower), AfterValidator(_metadata_key)] = ""


class TlsSettings(SettingsGroup):
    """TLS of the gRPC port, on where a certificate is named. Files are PEM, and read again when they change.

    Attributes:
        tls_cert_file: The server's certificate, with what leads to its CA.
        tls_key_file: The key of that certificate, without a passphrase.
        tls_client_ca_file: The CAs that clients' certificates must be of (mTLS); unset: clients are asked for none.
    """

    tls_cert_file: Path | None = None
    tls_key_file: Path | None = None
    tls_client_ca_file: Path | None = None

    @classmethod
    def checked(cls, faults: list[str]) -> Self:
        """Loads it; adds what cannot be used to `faults`, the files' contents included."""
        settings = read(cls, faults)
        missing = [
            name
            for name, path in (("TLS_CERT_FILE", settings.tls_cert_file), ("TLS_KEY_FILE", settings.tls_key_file))
            if path is None
        ]
        if len(missing) == 1:
            faults.append(f"{missing[0]} must be set, too: a certificate and its key go together")
        elif missing and settings.tls_client_ca_file is not None:
            faults.append("TLS_CLIENT_CA_FILE needs TLS_CERT_FILE and TLS_KEY_FILE: without them there is no TLS")
        elif not missing:
            faults.extend(_file_faults(settings))
        return settings


def _file_faults(settings: TlsSettings) -> tuple[str, ...]:
    from gateway.tls.files import TlsFault, TlsFiles  # noqa: PLC0415 - only where there is TLS

    try:
        TlsFiles.named_in(settings).read()
    except TlsFault as fault:
        return fault.lines
    return ()


def _access(faults: list[str]) -> AccessSettings:
    """Who is let in; what is wrong with the keys file is a fault, too."""
    settings = read(AccessSettings, faults)
    if settings.api_keys_file is not None:
        from testdata_agent.service.access.key_file import KeyFile  # noqa: PLC0415 - only where there are keys

        try:
            KeyFile(settings.api_keys_file)
        except SettingsError as error:
            faults.append(str(error))
    return settings


class RateSettings(SettingsGroup):
    """What each client may ask for in any minute, where its entry among the keys says nothing else; unset: no limit."""

    rate_requests_per_minute: Annotated[int, Field(ge=1)] | None = None
    rate_records_per_minute: Annotated[int, Field(ge=1)] | None = None

    @property
    def any(self) -> bool:
        """Whether anything is limited."""
        return (self.rate_requests_per_minute, self.rate_records_per_minute) != (None, None)


class PatternSettings(SettingsGroup):
    """The index over patterns; unset means in memory.

    Attributes:
        weaviate_grpc_url: Where Weaviate's gRPC is; unset: on the same host, port 50051.
    """

    weaviate_url: Annotated[SecretStr | None, HttpUrl] = None
    weaviate_grpc_url: Annotated[SecretStr | None, HttpUrl] = None
    weaviate_api_key: ApiKey = None


class FlowerSettings(SettingsGroup):
    """The queue's dashboard, which `testdata up` starts."""

    flower_port: Port = 5555
    flower_basic_auth: SecretStr | None = None
    flower_url_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it."""

    server: ServerSettings
    tls: TlsSettings
    access: AccessSettings
    rates: RateSettings
    logs: LogSettings
    model: ModelSettings
    model_path: ModelPathSettings
    stores: StoreSettings
    patterns: PatternSettings
    flower: FlowerSettings
    quality: QualitySettings
    tracing: TracingSettings

    @classmethod
    def load(cls) -> Self:
        """Reads the environment and a `.env` file in the current folder; the environment wins.

        Raises:
            SettingsError: naming every variable with a bad value.
        """
        faults: list[str] = []
        return cls(
            server=read(ServerSettings, faults),
            tls=TlsSettings.checked(faults),
            access=_access(faults),
            rates=read(RateSettings, faults),
            logs=read(LogSettings, faults),
            model=read(ModelSettings, faults),
            model_path=read(ModelPathSettings, faults),
            stores=read(StoreSettings, faults),
            patterns=read(PatternSettings, faults),
            flower=read(FlowerSettings, faults),
            quality=read(QualitySettings, faults),
            tracing=read(TracingSettings, faults, last=True),
        )
