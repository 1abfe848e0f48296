"""Certificates and keys of clients in the folder that the gateway is given."""

import hashlib
from pathlib import Path

import pytest

from testdata_agent import generate
from testdata_agent.client import AuthenticationError, Client, Tls
from tests.certificates import Authority
from tests.compose.stack import Stack

# Containers take their time on a busy machine.
pytestmark = pytest.mark.timeout(600)

SETTINGS = {
    "TLS_CERT_FILE": "/etc/testdata/gateway.pem",
    "TLS_KEY_FILE": "/etc/testdata/gateway-key.pem",
    "API_KEYS_FILE": "/etc/testdata/keys.yaml",
}


def test_a_gateway_with_certificates_and_keys_lets_in_who_has_one(stack: Stack, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # user 10001 reads what is in it
    authority = Authority(tmp_path)
    issued = authority.issue("gateway")
    for file in (issued.cert_file, issued.key_file):
        file.chmod(0o644)
    key = stack.compose("run", "--rm", "--no-deps", "-T", "gateway", "testdata", "keys", "new", "shop").split()[0]
    hashed = hashlib.sha256(key.encode()).hexdigest()
    (tmp_path / "keys.yaml").write_text(f'clients:\n  - client: shop\n    sha256: ["{hashed}"]\n', encoding="utf-8")
    before = dict.fromkeys(SETTINGS, "") | {"TESTDATA_FILES": "./deploy/files"}
    stack.set(TESTDATA_FILES=str(tmp_path), **SETTINGS)
    target = f"127.0.0.1:{stack.settings['GRPC_PORT']}"
    try:
        stack.up("gateway")
        with Client(target, tls=Tls(ca_file=authority.file), api_key=key) as client:
            assert list(client.generate("cart", count=3, seed=7)) == list(generate("cart", count=3, seed=7))
            assert client.health().status == "healthy"
        with Client(target, tls=Tls(ca_file=authority.file)) as client, pytest.raises(AuthenticationError, match="key"):
            client.generate("cart", count=3)
    finally:
        stack.set(**before)
        stack.up("gateway")
