"""What `testdata up` reads from the environment, and from `.env` where the environment says nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from testdata_agent.cli.faults import Mistake

_Port = Annotated[int, Field(ge=1, le=65535)]


class UpSettings(BaseModel):
    """Where the server listens and keeps its state.

    Attributes:
        testdata_home: State folder; unset: `testdata-agent` in xdg_data_home, or in ~/.local/share.
    """

    model_config = ConfigDict(frozen=True)

    grpc_port: _Port = 9091
    http_port: _Port = 8091
    testdata_home: Path | None = None
    xdg_data_home: Path | None = None

    @classmethod
    def read(cls, variables: Mapping[str, str], dotenv: Path) -> Self:
        """Reads `variables` over those of the file `dotenv`, if there is one. A variable set to nothing is unset.

        Raises:
            Mistake: A value cannot be used; every such variable is named.
        """
        both = _dotenv(dotenv) | {name: value for name, value in variables.items() if value}
        try:
            return cls.model_validate({name: both[name.upper()] for name in cls.model_fields if name.upper() in both})
        except ValidationError as error:
            raise Mistake(
                f"{str(fault['loc'][0]).upper()}={fault['input']!r}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
                for fault in error.errors()
            ) from error

    @property
    def home(self) -> Path:
        """The state folder."""
        if self.testdata_home is not None:
            return self.testdata_home.expanduser().resolve()
        return (self.xdg_data_home or Path.home() / ".local" / "share") / "testdata-agent"


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
