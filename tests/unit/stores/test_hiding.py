from testdata_agent.stores.hiding import hidden


def test_keys_are_struck_out_wherever_they_are_quoted() -> None:
    assert hidden("no key: sk-1; try sk-1 or sk-2", "sk-1", None, "", "sk-2") == "no key: ***; try *** or ***"


def test_what_is_too_short_for_a_secret_is_left_in_the_words() -> None:
    assert hidden("a bad key", "k", "-") == "a bad key"
