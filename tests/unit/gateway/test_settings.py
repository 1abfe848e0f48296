from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway import databases
from gateway.pools import open_pools
from gateway.settings import Settings
from testdata_agent.service import logs
from testdata_agent.service.settings import SettingsError, StoreSettings, is_placeholder
from worker.settings import Settings as WorkerSettings

EXAMPLE = Path(__file__).parents[3] / ".env.example"

#: The names that users know.
NAMES = {
    "ANTHROPIC_API_KEY", "CLAUDE_MODEL", "CLAUDE_MAX_TOKENS", "CLAUDE_TEMPERATURE", "VLLM_BASE_URL", "VLLM_MODEL",
    "USE_LOCAL_LLM", "WEAVIATE_URL", "WEAVIATE_API_KEY", "REDIS_URL", "DATABASE_URL", "FLOWER_PORT",
    "FLOWER_BASIC_AUTH", "GRPC_PORT", "HTTP_PORT", "LOG_LEVEL", "ENVIRONMENT", "MAX_SYNC_RECORDS",
    "COHERENCE_THRESHOLD", "CACHE_TTL_SECONDS", "TRACING_ENABLED", "OTLP_ENDPOINT", "ANTHROPIC_BASE_URL",
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*NAMES, "LEGACY_ERRORS", "GATEWAY_PROCESSES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def every_variable(*settings: Settings | WorkerSettings) -> set[str]:
    groups = [getattr(one, name) for one in settings for name in type(one).__slots__]
    return {field.upper() for group in groups for field in type(group).model_fields}


def test_every_name_that_users_know_is_read() -> None:
    assert every_variable(Settings.load()) >= NAMES


def test_the_example_is_the_default_setup_with_its_urls_commented_out(tmp_path: Path) -> None:
    plain = Settings.load()
    (tmp_path / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert Settings.load() == plain
    assert not [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if "://" in line and line[0] != "#"]


def test_the_environment_wins_over_the_file_and_nothing_is_unset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GRPC_PORT=1111\nHTTP_PORT=2222\nREDIS_URL=\n", encoding="utf-8")
    monkeypatch.setenv("GRPC_PORT", "3333")
    settings = Settings.load()
    assert (settings.server.grpc_port, settings.server.http_port) == (3333, 2222)
    assert settings.stores.redis_url is None


@pytest.mark.parametrize(
    "text",
    ["your-api-key", "your_api_key_here", "YOUR-API-KEY", "<your key>", "sk-ant-...", "sk-ant-xxxx", "changeme", "xxx"],
)
def test_placeholders_are_no_keys(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    assert is_placeholder(text)
    monkeypatch.setenv("ANTHROPIC_API_KEY", text)
    assert not Settings.load().model.configured


@pytest.mark.parametrize("text", ["sk-ant-api03-abcDEF123", "s3cr3t", "yourself-0"])
def test_keys_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRPC_PORT", "http"),
        ("HTTP_PORT", "70000"),
        ("GATEWAY_PROCESSES", "0"),
        ("MAX_SYNC_RECORDS", "0"),
        ("COHERENCE_THRESHOLD", "1.01"),
        ("LOG_LEVEL", "loud"),
        ("TRACING_ENABLED", "perhaps"),
        ("CLAUDE_TEMPERATURE", "-1"),
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    text = str(raised.value)
    assert text.startswith(name)
    assert "\n" not in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("REDIS_URL", "redis://:half/hunter2@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://:half#hunter2@127.0.0.1:6379/0"),
        ("REDIS_URL", "redis://:[hunter2@127.0.0.1:6379/0"),
        ("WEAVIATE_URL", "http://weaviate:hunter2"),
        ("VLLM_BASE_URL", "http://user:half/hunter2@vllm:8000/v1"),
    ],
)
def test_an_address_that_cannot_be_taken_apart_is_told_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    monkeypatch.setenv(name, address)
    with pytest.raises(SettingsError, match=f"^{name}: host and port cannot be told from it") as raised:
        Settings.load()
    assert "hunter2" not in str(raised.value)


def test_a_file_that_is_no_text_is_told_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"GRPC_PORT=\xff\n")
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert str(raised.value) == ".env: the file in the current folder cannot be read (it is not UTF-8)"


def test_a_keys_file_that_lists_nobody_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "keys.yaml"
    file.write_text("clients: []\n", encoding="utf-8")
    monkeypatch.setenv("API_KEYS_FILE", str(file))
    with pytest.raises(SettingsError, match=r"API_KEYS_FILE=.*no client is listed, so nobody could call"):
        Settings.load()


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("redis://127.0.0.1:6379/abc", "number of a database, not 'abc'"),
        ("redis://127.0.0.1:6379?nonsense=1", "nonsense"),
        ("redis://127.0.0.1:6379?socket_timeout=soon", "socket_timeout"),
        ("rediss://127.0.0.1:6379?ssl_cert_reqs=never", "never"),
    ],
)
def test_what_redis_cannot_be_reached_by_is_told_at_the_start(address: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=f"^REDIS_URL: .*{fault}"):
        open_pools(StoreSettings(redis_url=SecretStr(address)), logs.logger())


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        (
            "postgresql://tester:hunter2@host/shop?nonsense=1&connect_timeout=3",
            "no 'connect_timeout' and no 'nonsense'",
        ),
        ("postgresql:///shop?host=one,two", "ports"),
    ],
)
def test_what_postgresql_cannot_be_reached_by_is_told_at_the_start(address: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=f"^DATABASE_URL: .*{fault}") as raised:
        databases.opened(SecretStr(address))
    assert "hunter2" not in str(raised.value)


def test_secrets_do_not_show() -> None:
    assert "SecretStr" not in repr(Settings.load().model)


def test_levels_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "WARNING")
    assert Settings.load().logs.log_level == "warning"
