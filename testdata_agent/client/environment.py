"""How the variables of a command's environment say to connect."""

from collections.abc import Mapping
from typing import TypedDict

from testdata_agent.client.errors import SetupError
from testdata_agent.client.tls import Tls

_TRUE, _FALSE = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})


class Connection(TypedDict):
    """What `Client` and `AsyncClient` take beside the target."""

    tls: Tls | None
    api_key: str | None
    insecure: bool


def connection_of(variables: Mapping[str, str]) -> Connection:
    """What a client is made with. A variable that is set to nothing is unset.

    They are TESTDATA_TLS (unset: true where one of the next four is set; false wins over them), TESTDATA_TLS_CA_FILE,
    TESTDATA_TLS_CERT_FILE, TESTDATA_TLS_KEY_FILE, TESTDATA_TLS_SERVER_NAME, TESTDATA_API_KEY and TESTDATA_INSECURE.

    Raises:
        SetupError: naming every variable with a value that cannot be used.
    """
    faults: list[str] = []
    named = Tls(
        ca_file=variables.get("TESTDATA_TLS_CA_FILE") or None,
        cert_file=variables.get("TESTDATA_TLS_CERT_FILE") or None,
        key_file=variables.get("TESTDATA_TLS_KEY_FILE") or None,
        server_name=variables.get("TESTDATA_TLS_SERVER_NAME") or None,
    )
    wanted = _flag(variables, "TESTDATA_TLS", named != Tls(), faults)
    insecure = _flag(variables, "TESTDATA_INSECURE", False, faults)
    if faults:
        raise SetupError("; ".join(faults))
    key = variables.get("TESTDATA_API_KEY") or None
    return Connection(tls=named if wanted else None, api_key=key, insecure=insecure)


def _flag(variables: Mapping[str, str], name: str, unset: bool, faults: list[str]) -> bool:
    value = variables.get(name, "").strip().lower()
    if value in _TRUE or value in _FALSE:
        return value in _TRUE
    if value:
        faults.append(f"{name}={value!r}: must be true or false")
    return unset
