"""The lexicon judges texts as their readers do."""

import random

import pytest

from testdata_agent.engine.catalog.reviews import STARS, load_reviews
from testdata_agent.engine.catalog.sentiment import polarity
from tests.unit.catalog.composing import compose

#: Written apart from the review sentences, to see whether the lexicon knows more than those.
PRAISE = (
    "Arrived on time and fits like a glove, my wife is thrilled.",
    "This thing is a lifesaver on cold mornings.",
    "Honestly the best forty dollars I have spent in a while.",
    "Not a single problem in two years of hard work.",
    "My kids fight over who gets to use it, they adore it.",
    "Sturdy, quiet and easy to clean.",
    "I was skeptical, but it turned out to be fantastic.",
    "Can't complain, it does what it says.",
    "Super soft and the colors are gorgeous.",
    "Setup was effortless and support was really helpful.",
    "You won't regret this one.",
    "It hasn't let me down once, very dependable.",
    "A pleasure to hold and a pleasure to look at.",
    "Great little gadget, would buy another.",
    "It tastes delicious and keeps fresh for weeks.",
    "Worth the wait, the finish is flawless.",
    "Never had a better night's sleep, love this pillow.",
    "I am so grateful to the reviewer who pointed me here.",
    "Everything works well, packaging included.",
    "Happy with the purchase, thanks for the quick answer.",
)
COMPLAINT = (
    "It stopped working after three charges.",
    "The zipper broke on day one and the seams came apart.",
    "Looks nothing like the photo, I feel ripped off.",
    "Way too small and the fabric is scratchy.",
    "I would not recommend this to anyone.",
    "Support ignored me and then refused a refund.",
    "Leaks everywhere, what a mess, total waste of money.",
    "The battery dies after an hour, very disappointing.",
    "It is not good at all, the handle wobbles.",
    "Smells like burnt plastic and gave me a headache.",
    "Arrived damaged, with half of the screws missing.",
    "Don't buy it, the motor overheats.",
    "Worst customer service I have dealt with.",
    "The instructions are confusing and the parts don't fit.",
    "Flimsy plastic that cracked within a week.",
    "I regret not returning it in time.",
    "It never worked properly, not even once.",
    "Overpriced and underwhelming.",
    "This ruined my favorite shirt, I am furious.",
    "Cheap, noisy and unreliable.",
)


def test_outside_sentences_are_mostly_judged_as_meant() -> None:
    right = sum((polarity(text) or 0) > 0 for text in PRAISE) + sum((polarity(text) or 0) < 0 for text in COMPLAINT)

    assert right >= 0.85 * (len(PRAISE) + len(COMPLAINT))


@pytest.mark.parametrize(
    ("plain", "turned"),
    [
        ("It is good.", "It is not good."),
        ("I was happy with it.", "I was never happy with it."),
        ("It is comfortable.", "It is hardly comfortable."),
        ("It is reliable.", "It isn't reliable."),
    ],
)
def test_a_negation_turns_praise_into_complaint(plain: str, turned: str) -> None:
    assert (polarity(plain) or 0) > 0 > (polarity(turned) or 0)


def test_a_negation_reaches_no_further_than_its_clause() -> None:
    assert (polarity("The seller does not answer, awful.") or 0) < 0
    assert (polarity("It did not take long. Wonderful!") or 0) > 0


def test_a_phrase_counts_as_a_whole() -> None:
    assert (polarity("No complaints.") or 0) > 0
    assert (polarity("I could not be happier.") or 0) > 0
    assert (polarity("Not worth the money.") or 0) < 0


def test_degrees_strengthen_and_weaken() -> None:
    plain, very, slightly = (polarity(f"It is {degree} annoying.") or 0 for degree in ("", "very", "slightly"))

    assert very < plain < slightly < 0


def test_what_follows_a_but_weighs_more() -> None:
    assert (polarity("I wanted to love it, but it is awful.") or 0) < 0
    assert (polarity("It looks cheap, but it is excellent.") or 0) > 0


@pytest.mark.parametrize("text", ["", "...", "It came in a box.", "Zwei Wochen Lieferzeit", "\x00\ud83d\ude00"])
def test_a_text_without_known_words_has_no_polarity(text: str) -> None:
    assert polarity(text) is None


def test_polarity_stays_between_minus_one_and_one() -> None:
    assert polarity("Extremely awful. " * 50) == -1.0
    assert polarity("Absolutely perfect! " * 50) == 1.0


def test_composed_reviews_read_as_their_stars() -> None:
    reviews, rng = load_reviews(), random.Random(11)
    means = []
    for stars in STARS:
        tones = [polarity(compose(reviews, rng, stars)) or 0.0 for _ in range(1000)]
        means.append(sum(tones) / len(tones))
        if stars == 5:
            assert sum(tone > 0 for tone in tones) >= 970
        if stars == 1:
            assert sum(tone < 0 for tone in tones) >= 970

    assert means == sorted(means)
    assert len(set(means)) == len(means)
