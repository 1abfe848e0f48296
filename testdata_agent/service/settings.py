"""What the environment says, one small class per concern: the machinery, and the concerns of more than one process.

Only composition roots load these. A variable that is set to nothing counts as unset.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Values that documentation shows in place of a key: they are no key.
_PLACEHOLDER = re.compile(
    r"^(<.*>|\.{3}|x{3,}|change[-_ ]?me|todo|none|null|placeholder|replace[-_ ]?me"
    r"|(sk-ant-|sk-)?(\.{3}|x{3,}|your[-_ ].*)|(.*[-_ ])?(your|my)[-_ ].*(key|token|secret|password).*)$",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Whether `value` stands where a secret should be, such as `your-api-key` or `<key>`."""
    return bool(_PLACEHOLDER.match(value.strip()))


def _key_or_none(value: SecretStr | None) -> SecretStr | None:
    if value is None or not value.get_secret_value().strip() or is_placeholder(value.get_secret_value()):
        return None
    return value


def url_of(*schemes: str) -> Callable[[SecretStr | None], SecretStr | None]:
    """A check that a URL, which may hold a password and so is kept secret, begins with one of `schemes`."""

    def check(value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError("must begin with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return value

    return check


def _with_host_and_port(value: SecretStr | None) -> SecretStr | None:
    """Refuses what its readers could not take apart, and would quote where they stumbled: in the password, mostly."""
    if value is None:
        return value
    try:
        port = urlsplit(value.get_secret_value()).port
    except ValueError:
        pass
    else:
        if port != 0:
            return value
    raise ValueError(
        "host and port cannot be told from it; in a password, / ? # [ ] @ and % are written %2F %3F %23 %5B %5D %40 %25"
    )


def lower(value: Any) -> Any:
    """Text in lower case; anything else as it is."""
    return value.lower() if isinstance(value, str) else value


ApiKey = Annotated[SecretStr | None, AfterValidator(_key_or_none)]
Port = Annotated[int, Field(ge=0, le=65535)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
HttpUrl = AfterValidator(lambda value: _with_host_and_port(url_of("http", "https")(value)))


class SettingsGroup(BaseSettings):
    """One concern: its fields are variables of the same names in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", case_sensitive=False
    )


class LogSettings(SettingsGroup):
    """What is logged, and where this runs."""

    log_level: Annotated[Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(lower)] = "info"
    environment: str = "development"


class ModelSettings(SettingsGroup):
    """The model providers. The gateway only says whether one is configured; workers call them."""

    model_config = SettingsConfigDict(protected_namespaces=())

    anthropic_api_key: ApiKey = None
    claude_model: str = "claude-sonnet-5-5"
    claude_max_tokens: Annotated[int, Field(ge=1)] = 8192
    claude_temperature: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    anthropic_base_url: Annotated[SecretStr | None, HttpUrl] = None
    vllm_base_url: Annotated[SecretStr | None, HttpUrl] = None
    vllm_model: str = ""
    vllm_api_key: ApiKey = None
    use_local_llm: bool = False

    @property
    def configured(self) -> bool:
        """Whether any provider could be asked."""
        return bool(self.providers)

    @property
    def providers(self) -> tuple[str, ...]:
        """The names of those that could be asked, as they are in metrics and messages."""
        keys = {"anthropic": self.anthropic_api_key, "vllm": self.vllm_base_url}
        return tuple(name for name, key in keys.items() if key is not None)


class ModelPathSettings(SettingsGroup):
    """How the model path is run.

    Attributes:
        llm_parallel_batches: Calls that one process has under way at each provider, at the most.
        llm_stall_seconds, llm_call_seconds: Silence, and time in all, after which a call is given up.
        llm_tokens_per_request: Most tokens, of prompts and answers, of one job; unset: no ceiling.
        llm_tokens_per_client: Most tokens of one client within a window of time; unset: no ceiling.
        llm_client_window: That window, by the calendar of UTC.
        llm_price_input, llm_price_output, llm_price_cached: Of a million tokens, in any currency; unset: no costs told.
        learn_from_models: Whether accepted records of models are learned as patterns.
        testdata_cassettes: Folder of answers that are played again; unset: the database alone keeps them.
    """

    llm_parallel_batches: Annotated[int, Field(ge=1, le=1000)] = 16
    llm_stall_seconds: Annotated[float, Field(gt=0)] = 30.0
    llm_call_seconds: Annotated[float, Field(gt=0)] = 300.0
    llm_tokens_per_request: Annotated[int, Field(ge=1)] | None = None
    llm_tokens_per_client: Annotated[int, Field(ge=1)] | None = None
    llm_client_window: Annotated[Literal["day", "month"], BeforeValidator(lower)] = "month"
    llm_price_input: Annotated[Decimal, Field(ge=0)] | None = None
    llm_price_output: Annotated[Decimal, Field(ge=0)] | None = None
    llm_price_cached: Annotated[Decimal, Field(ge=0)] | None = None
    learn_from_models: bool = False
    testdata_cassettes: Path | None = None


class StoreSettings(SettingsGroup):
    """Where things are kept; an unset URL means embedded."""

    redis_url: Annotated[
        SecretStr | None, AfterValidator(url_of("redis", "rediss", "unix")), AfterValidator(_with_host_and_port)
    ] = None
    database_url: Annotated[SecretStr | None, AfterValidator(url_of("sqlite", "postgresql", "postgresql+psycopg"))] = (
        None
    )
    cache_ttl_seconds: Annotated[int, Field(ge=0, le=10 * 366 * 86_400)] = 86_400
    #: What the records of one job, and of all jobs, may take of Redis.
    results_max_bytes: Annotated[int, Field(ge=1024)] = 512 * 1024 * 1024
    results_total_bytes: Annotated[int, Field(ge=1024)] = 2 * 1024 * 1024 * 1024


class AccessSettings(SettingsGroup):
    """Who is let in.

    Attributes:
        api_keys_file: Clients with the hashes of their keys, and what each may take; unset: everybody is let in.
    """

    api_keys_file: Path | None = None


class QualitySettings(SettingsGroup):
    """How coherent a record must be on the model and pattern paths."""

    coherence_threshold: Fraction = 0.85


class TracingSettings(SettingsGroup):
    """OpenTelemetry; its packages are imported only when this is on."""

    tracing_enabled: bool = False
    otlp_endpoint: str = "http://localhost:4317"


class SettingsError(Exception):
    """The environment holds values that cannot be used; str() is one line that names each variable."""


_S = TypeVar("_S", bound=SettingsGroup)


def read(kind: type[_S], faults: list[str], *, last: bool = False) -> _S:
    """Loads one class, adding what is wrong to `faults`; the `last` one raises them all together."""
    settings: _S | None = None
    try:
        settings = kind()
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        faults.append(f".env: the file in the current folder cannot be read ({why})")
    except ValidationError as error:
        faults.extend(_in_words(kind, dict(fault)) for fault in error.errors(include_url=False))
    if faults and last:
        raise SettingsError("; ".join(dict.fromkeys(faults)))
    return settings if settings is not None else kind.model_construct()


def _in_words(kind: type[BaseModel], fault: Mapping[str, Any]) -> str:
    """One fault of pydantic as `VARIABLE=value: what is wrong`; secrets are not repeated."""
    name = str(fault["loc"][0]) if fault["loc"] else ""
    message = str(fault["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    secret = name in kind.model_fields and "SecretStr" in str(kind.model_fields[name].annotation)
    value = fault.get("input")
    shown = f"={str(value)[:40]!r}" if not secret and isinstance(value, str | int | float) else ""
    return f"{name.upper()}{shown}: {message}"
