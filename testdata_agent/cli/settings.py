"""What `testdata up` reads from the environment, and from `.env` where the environment says nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from testdata_agent.cli.faults import Mistake

_Port = Annotated[int, Field(ge=1, le=65535)]


#: Variables whose values are not repeated in messages.
_SECRETS = {"flower_basic_auth", "redis_url", "database_url"}


def _login(value: str) -> str:
    user, colon, password = value.partition(":")
    if not (user and colon and password):
        raise ValueError("must be user:password")
    return value


def _prefix(value: str) -> str:
    return value.strip("/")


class UpSettings(BaseModel):
    """Where the server listens and keeps its state.

    Attributes:
        gateway_host, http_host: The addresses that gRPC and the health page listen on; unset, the latter is the former.
        tls_cert_file, tls_client_ca_file: Set where gRPC is behind TLS, and where clients must show a certificate.
        api_keys_file: Set where callers must show a key.
        testdata_home: State folder; unset: `testdata-agent` in xdg_data_home, or in ~/.local/share.
        redis_url, database_url: Stores that are there already; unset: of our own, in the state folder.
        flower_basic_auth: `user:password`; unset: made up at the first start.
        flower_url_prefix: The path that Flower is served under, without slashes around it.
        worker_metrics_port: Of the worker of computed batches; that of model batches has the next one. 0: neither.
    """

    model_config = ConfigDict(frozen=True)

    grpc_port: _Port = 9091
    http_port: _Port = 8091
    gateway_host: str = "::"
    http_host: str | None = None
    tls_cert_file: Path | None = None
    tls_client_ca_file: Path | None = None
    api_keys_file: Path | None = None
    testdata_home: Path | None = None
    xdg_data_home: Path | None = None
    redis_url: str | None = None
    database_url: str | None = None
    flower_port: _Port = 5555
    flower_basic_auth: Annotated[str, AfterValidator(_login)] | None = None
    flower_url_prefix: Annotated[str, AfterValidator(_prefix)] = ""
    worker_metrics_port: Annotated[int, Field(ge=0, le=65534)] = 0

    @classmethod
    def read(cls, variables: Mapping[str, str], dotenv: Path) -> Self:
        """Reads `variables` over those of the file `dotenv`, if there is one. A variable set to nothing is unset.

        Raises:
            Mistake: A value cannot be used; every such variable is named.
        """
        both = merged(variables, dotenv)
        try:
            found = cls.model_validate({name: both[name.upper()] for name in cls.model_fields if name.upper() in both})
        except ValidationError as error:
            raise Mistake(
                _in_words(str(fault["loc"][0]), fault["input"], fault["msg"].removeprefix("Value error, "))
                for fault in error.errors()
            ) from error
        if shared := found._shared_ports():
            raise Mistake(shared)
        return found

    def _shared_ports(self) -> list[str]:
        by_port: dict[int, list[str]] = {}
        for name in ("grpc_port", "http_port", "flower_port"):
            by_port.setdefault(getattr(self, name), []).append(name.upper())
        return [
            f"{' and '.join(names)}: {'both' if len(names) == 2 else 'all'} are {port}"
            for port, names in by_port.items()
            if len(names) > 1
        ]

    @property
    def home(self) -> Path:
        """The state folder."""
        if self.testdata_home is not None:
            return self.testdata_home.expanduser().resolve()
        return (self.xdg_data_home or Path.home() / ".local" / "share") / "testdata-agent"

    @property
    def ledger_url(self) -> str:
        """The database of jobs: the one that is named, or the state folder's own."""
        return self.database_url or f"sqlite:///{self.ledger_file}"

    @property
    def ledger_file(self) -> Path:
        """The state folder's own database."""
        return self.home / "testdata.db"


def merged(variables: Mapping[str, str], dotenv: Path) -> dict[str, str]:
    """`variables` over those of the file `dotenv`, if there is one; those that are set to nothing are left out."""
    return _dotenv(dotenv) | {name: value for name, value in variables.items() if value}


def _in_words(name: str, value: object, message: str) -> str:
    shown = "" if name in _SECRETS else f"={value!r}"
    return f"{name.upper()}{shown}: {message[:1].lower()}{message[1:]}"


def _dotenv(path: Path) -> dict[str, str]:
    """The NAME=value lines of a file; the gateway reads the same file by itself."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    for raw in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = raw.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            found[name.strip().upper()] = value.partition(" #")[0].strip().strip("'\"")
    return {name: value for name, value in found.items() if value}
