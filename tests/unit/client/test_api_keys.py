"""The API key: where it goes, and where it does not."""

from typing import Any

import pytest

from testdata_agent.client import AsyncClient, AuthenticationError, Client, SetupError, Tls
from testdata_agent.client.environment import connection_of
from testdata_agent.v1 import testdata_pb2 as pb

KEY = "tda_a-key-of-a-test"


def answered_with_its_key(_request: pb.GenerateRequest, context: Any) -> pb.GenerateResponse:
    metadata = dict(context.invocation_metadata())
    return pb.GenerateResponse(success=True, data="[]", request_id=metadata.get("authorization", "none"))


def streamed_with_its_key(_request: pb.GenerateRequest, context: Any) -> Any:
    yield pb.DataChunk(data=f'[{{"key": "{dict(context.invocation_metadata())["authorization"]}"}}]')
    yield pb.DataChunk(is_final=True)


def test_the_key_goes_with_every_call(service: Any) -> None:
    service.generate, service.stream = answered_with_its_key, streamed_with_its_key
    with Client(service.target, api_key=f"{KEY}\n") as client:
        assert client.generate("cart").request_id == f"Bearer {KEY}"
        assert list(client.stream("cart")) == [{"key": f"Bearer {KEY}"}]
    with Client(service.target) as client:
        assert client.generate("cart").request_id == "none"


async def test_the_async_client_sends_it_too(service: Any) -> None:
    service.generate, service.stream = answered_with_its_key, streamed_with_its_key
    async with AsyncClient(service.target, api_key=KEY) as client:
        assert (await client.generate("cart")).request_id == f"Bearer {KEY}"
        assert [record async for record in client.stream("cart")] == [{"key": f"Bearer {KEY}"}]


def test_a_refused_key_is_an_error_of_its_own(service: Any, refuse: Any) -> None:
    service.generate = lambda _, context: refuse(context, 16, "the API key is not known", "UNAUTHENTICATED", {})
    with Client(service.target) as client, pytest.raises(AuthenticationError, match="the API key is not known"):
        client.generate("cart")


@pytest.mark.parametrize("target", ["gateway.example:9091", "10.0.0.1:9091", "dns:///gateway.example:443", "[::2]:1"])
def test_it_does_not_leave_the_machine_in_plain_text(target: str) -> None:
    with pytest.raises(SetupError, match="in plain text") as raised:
        Client(target, api_key=KEY)
    assert KEY not in str(raised.value)
    Client(target, api_key=KEY, insecure=True).close()
    Client(target, api_key=KEY, tls=Tls()).close()


@pytest.mark.parametrize(
    "target",
    ["localhost:1", "127.0.0.1:1", "[::1]:1", "dns:///localhost:1", "ipv6:[::1]:1", "unix:/tmp/x", "127.0.0.9"],
)
def test_this_machine_is_no_network(target: str) -> None:
    Client(target, api_key=KEY).close()


@pytest.mark.parametrize("key", ["", "  ", "two words", "schlüssel", "line\nbreak"])
def test_what_is_no_key_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(SetupError, match=r"^api_key: not a key: visible characters") as raised:
        Client(api_key=key)
    assert key.strip() == "" or key not in str(raised.value)


def test_the_environment_says_how_to_connect() -> None:
    assert connection_of({}) == {"tls": None, "api_key": None, "insecure": False}
    assert connection_of({"TESTDATA_TLS": "true"})["tls"] == Tls()
    assert connection_of({"TESTDATA_TLS_CA_FILE": "ca.pem"})["tls"] == Tls(ca_file="ca.pem")
    assert connection_of({"TESTDATA_TLS": "off", "TESTDATA_TLS_CA_FILE": "ca.pem"})["tls"] is None
    said = connection_of({"TESTDATA_API_KEY": KEY, "TESTDATA_INSECURE": "1", "TESTDATA_TLS": ""})
    assert said == {"tls": None, "api_key": KEY, "insecure": True}
    with pytest.raises(SetupError, match="TESTDATA_TLS='maybe': must be true or false; TESTDATA_INSECURE='2'"):
        connection_of({"TESTDATA_TLS": "maybe", "TESTDATA_INSECURE": "2"})
