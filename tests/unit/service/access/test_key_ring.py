"""The keys file's text: who is in it, and what is wrong with it."""

import pytest

from testdata_agent.service.access.key_ring import KeyRing, KeysFault, hash_of, new_key

ONE, OTHER = "tda_" + 21 * "Ab" + "c", "tda_" + 43 * "-"

NO_HASH = (
    "the SHA-256 of a key is needed, 64 hexadecimal digits in quotes; never the key itself"
    " (`testdata keys new` prints both)"
)
SOUND = f"""
clients:
  - client: checkout
    sha256: ["{hash_of(ONE)}", "{hash_of(OTHER).upper()}"]
    requests_per_minute: 600
    records_per_minute: unlimited
    tokens_per_month: 0
  - client: "17"
    sha256:
      - "{hash_of("tda_third")}"
    admin: true
"""


def faults_of(text: str) -> tuple[str, ...]:
    with pytest.raises(KeysFault) as raised:
        KeyRing.of_text(text)
    assert "\n" not in str(raised.value)
    return raised.value.faults


def test_each_of_a_clients_keys_is_its_own() -> None:
    ring = KeyRing.of_text(SOUND)
    checkout = ring.clients["checkout"]
    assert ring.owner_of(ONE) is checkout
    assert ring.owner_of(OTHER) is checkout
    assert (checkout.requests_per_minute, checkout.records_per_minute) == (600, "unlimited")
    assert (checkout.tokens_per_day, checkout.tokens_per_month, checkout.admin) == (None, 0, False)
    third = ring.owner_of("tda_third")
    assert third is not None
    assert (third.client, third.admin) == ("17", True)


@pytest.mark.parametrize("key", ["", ONE[:-1], ONE + "x", ONE.lower(), hash_of(ONE), "tda_fourth"])
def test_what_is_nobodys_key_is_nobodys(key: str) -> None:
    assert KeyRing.of_text(SOUND).owner_of(key) is None


def test_keys_have_256_random_bits_in_characters_that_every_header_takes() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(
        len(key) == 47 and key.startswith("tda_") and key[4:].replace("-", "").replace("_", "").isalnum()
        for key in keys
    )


def test_every_fault_is_named_at_once_and_no_key_is_repeated() -> None:
    text = f"""
clients:
  - client: two words
    sha256: ["{ONE}"]
  - client: b
    sha256: []
    request_per_minute: 3
    records_per_minute: 0
    tokens_per_day: -1
  - sha256: 12
    admin: perhaps
  - just a text
extra: 1
"""
    faults = faults_of(text)
    assert faults == (
        "'extra': there is no setting of this name",
        "clients[0] (two words).client: a client's name has 1 to 200 visible characters of ASCII",
        f"clients[0] (two words).sha256[0]: {NO_HASH}",
        "clients[1] (b).sha256: at least one hash is needed",
        "clients[1] (b).records_per_minute: a whole number is needed, from 1 on (tokens: from 0 on), or `unlimited`",
        "clients[1] (b).tokens_per_day: a whole number is needed, from 1 on (tokens: from 0 on), or `unlimited`",
        "clients[1] (b).request_per_minute: there is no setting of this name",
        "clients[2].client: it is needed",
        "clients[2].sha256: a list is needed",
        "clients[2].admin: true or false is needed",
        "clients[3]: a client is a mapping with `client` and `sha256`",
    )
    assert ONE not in " ".join(faults)


def test_a_name_and_a_key_stand_once() -> None:
    hashes = f'sha256: ["{hash_of(ONE)}"]'
    assert faults_of(f"clients:\n- {{client: a, {hashes}}}\n- {{client: b, {hashes}}}") == (
        "one key is listed twice, for 'a' and 'b'",
    )
    again = f'sha256: ["{hash_of(OTHER)}"]'
    assert faults_of(f"clients:\n- {{client: a, {hashes}}}\n- {{client: a, {again}}}") == (
        "the client 'a' stands 2 times",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a mapping with one key, `clients`, is needed: a list of clients"),
        ("- client: a", "a mapping with one key, `clients`, is needed: a list of clients"),
        ("clients: {a: b}", "a mapping with one key, `clients`, is needed: a list of clients"),
        (f"clients: [{ONE}", "it is no YAML (line 1, column 58)"),
        ("clients: !!python/object:os.system [x]", "it is no YAML (line 1, column 10)"),
        ("clients: 2020-13-45", "it is no YAML that can be read"),
    ],
)
def test_what_is_no_list_of_clients_is_said_in_one_line(text: str, words: str) -> None:
    assert faults_of(text) == (words,)


def test_a_list_of_nobody_lets_nobody_in() -> None:
    assert KeyRing.of_text("clients: []").owner_of(ONE) is None
