"""The embedder that is shipped: what its vectors say, and that they are what its id says."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from testdata_agent.stores.patterns.embedder import DIMENSIONS, EMBEDDER_ID, StaticEmbedder
from testdata_agent.stores.patterns.terms import terms_of
from testdata_agent.stores.patterns.wordpiece import MAX_CHARACTERS
from tools.build_embedder import name

EMBEDDER = StaticEmbedder()


def vector(text: str) -> NDArray[np.float32]:
    (made,) = EMBEDDER.embed([text])
    return np.asarray(made)


def near(one: str, other: str) -> float:
    return float(vector(one) @ vector(other))


def test_its_id_is_of_its_files() -> None:
    assert name() == EMBEDDER_ID == EMBEDDER.embedder_id


def test_vectors_have_length_one_and_a_text_that_says_nothing_has_none() -> None:
    made = EMBEDDER.embed(["a cart with a coupon", "", "  \n", "漢字", "Ünïcödé"])
    assert made.shape == (5, DIMENSIONS) == (5, EMBEDDER.dimensions)
    assert made.dtype == np.float32
    assert np.linalg.norm(made, axis=1) == pytest.approx([1, 0, 0, 0, 1])
    assert EMBEDDER.embed([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(
    ("text", "nearer", "farther"),
    [
        ("refund of a returned order", "goods sent back, money repaid", "new customer registration"),
        ("infant", "baby", "engine"),
        ("credit card was declined", "payment failed", "delivery to the wrong address"),
        ("out of stock", "sold out inventory", "angry review"),
        ("shippment of parcells to the nursrey", "parcel for the nursery shipped", "tax rounding"),
        ("shippingAddress", "shipping_address", "lastLogin"),
    ],
)
def test_near_meanings_are_near_vectors(text: str, nearer: str, farther: str) -> None:
    assert near(text, nearer) > near(text, farther) + 0.1


def test_words_that_speak_of_the_request_itself_say_nothing() -> None:
    assert (vector("Please generate test data similar_to the pattern refund") == vector("_to the refund")).all()


def test_a_text_has_the_same_bits_alone_and_among_others_on_every_machine() -> None:
    texts = ["a test cart with a discunt cuopon", "Refund of 12.50 % after 3 days", "x" * 99]
    every = EMBEDDER.embed(texts)
    assert all((EMBEDDER.embed([text])[0] == row).all() for text, row in zip(texts, every, strict=True))
    # Other bits are another embedder: the number in its id is to be raised.
    assert every[0][:4].tobytes().hex() == "5a369abd79a6e13c490001beafaf9bbd"


def test_threads_may_share_one_that_was_never_used() -> None:
    embedder = StaticEmbedder()
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: embedder.embed(["coupon"])[0].tobytes(), range(64)))
    assert set(made) == {vector("coupon").tobytes()}


@pytest.mark.parametrize("text", ["coupon and refund " * 100_000, "x" * 4_000_000, "qwzx " * 400_000])
def test_a_very_long_text_is_read_up_to_a_point(text: str) -> None:
    began = time.process_time()
    made, terms = vector(text), terms_of(text)
    assert time.process_time() - began < 0.5
    assert (made == vector(text[:MAX_CHARACTERS])).all()
    assert terms == terms_of(text[:MAX_CHARACTERS])
