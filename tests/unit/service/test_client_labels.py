"""Names of clients are labels of metrics, so there may not be more and more of them."""

from testdata_agent.service.labels import MAX_CLIENTS, OTHERS, Clients


def test_the_first_clients_keep_their_names_and_those_after_them_are_others() -> None:
    clients = Clients()
    names = [f"client-{number}" for number in range(MAX_CLIENTS)]
    assert [clients.of(name) for name in names] == names
    assert clients.of("one-more") == OTHERS
    assert clients.of("another") == OTHERS
    assert clients.of(names[0]) == names[0]
