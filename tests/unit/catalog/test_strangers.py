"""Honest reviews written by hand, none of them of our sentences: the check of words against stars lets them pass."""

import json
from typing import Any

import pytest

from testdata_agent.engine.request import GenerationRequest
from testdata_agent.generator import Generator

#: Stars, title and body: plain, mixed, negated, short, long, ironic only where the stars and words still agree.
HONEST = (
    (5, "Not a single regret", "I waited far too long. No rust, no rattling, and it has never let me down."),
    (5, "Wow", "My hands don't hurt anymore after a day of pruning. Never going back to the old pair."),
    (5, "Bought two", "Washed it thirty times and it hasn't shrunk, faded or lost its shape. Can't ask for more."),
    (5, "Five stars", "Nothing bad to say. It is light, warm and the zipper doesn't snag."),
    (5, "Finally!", "I was worried it would be cheap junk like the last one. It isn't. Solid as a rock and quiet."),
    (5, "Saved our mornings", "The toddler eats from it without a fight, and there is no mess on the floor."),
    (5, "10/10", "Couldn't be easier to put together. No missing screws, no bad language from my husband."),
    (5, "As good as they say", "The hype is real. Crisp picture, no lag, and the battery just does not die."),
    (5, "Great", "Great."),
    (5, "Wonderful gift", "My father, who hates everything, loves it."),
    (5, "You need this", "If you hate scrubbing pans, buy it. Nothing sticks, not even burnt cheese."),
    (4, "Good, with one gripe", "Love the fit and the fabric. The color is a bit darker than in the photo, though."),
    (4, "Solid", "Not the prettiest thing on my desk, but it works every day and feels sturdy."),
    (4, "Almost perfect", "One star off for the slow delivery. The knife itself is razor sharp and a joy to use."),
    (4, "Better than expected", "Did not expect much at this price, was pleasantly surprised. No complaints so far."),
    (4, "Nice but pricey", "It is expensive, but the quality is excellent and it should last for years."),
    (4, "Does the trick", "Took a while to figure out the settings, after that no problems at all. Happy with it."),
    (4, "Really nice tent", "Easy to pitch and stays dry in heavy rain. The pegs are flimsy, so bring your own."),
    (4, "Happy dog", "He wasn't sure at first, but now he won't sleep anywhere else. Good value."),
    (4, "Would recommend", "The lid is a little tight. Otherwise a great bottle, it doesn't leak in my bag."),
    (3, "Meh", "Great sound, terrible app. I like it on good days and want to throw it out on others."),
    (3, "OK", "It's fine. Not great, not awful. Does what it says and no more."),
    (3, "Mixed", "Love the design, hate the battery life. I would wait for the next version."),
    (3, "So so", "The smell is lovely but it did nothing for my skin. No harm done either."),
    (3, "Average", "Comfortable enough, though the seams started to come loose after a month."),
    (2, "Not great", "I wanted to like it because it looks good, but the handle came loose within days."),
    (2, "Disappointed", "The first week was great. Then the motor got loud and now it hardly works."),
    (2, "Expected more", "Not as soft as advertised and it sheds everywhere. Not worth the price."),
    (2, "Hmm", "The idea is good, the execution isn't. Weak suction, confusing manual, and support never answered."),
    (2, "Too small", "Way smaller than the pictures suggest. My son can't use it, so it is useless to us."),
    (2, "Not for me", "It left a sticky film and gave me a rash. I don't recommend it for sensitive skin."),
    (2, "Poor stitching", "The color is nice, but the fabric tore at the first wash. A waste."),
    (1, "Broke on day two", "Stopped working after two days and the seller refused a refund."),
    (1, "Don't bother", "It never worked, not once. Two hours on the phone with support didn't help."),
    (1, "No thanks", "It smells like burning plastic. I don't feel safe using it."),
    (1, "Horrible", "It leaked all over my new carpet. I am beyond angry."),
    (1, "What a letdown", "I used to love this brand. The new version is garbage and falls apart in your hands."),
    (1, "Not what I ordered", "They sent the wrong size twice and nobody apologized. Never again."),
    (1, "Save your money", "Doesn't charge, doesn't fit, doesn't hold. I'd give it zero stars if I could."),
    (1, "Dangerous", "The glass cracked while I was pouring tea and I burned my hand. Avoid."),
    (1, "I wish I could return it", "Not comfortable, not durable, not worth a dime."),
)  # fmt: skip
DISHONEST = (
    (5, "Broke at once", "It broke on the first day and the seller ignored me. Terrible."),
    (5, "Never again", "Awful quality, a complete waste of money."),
    (4, "Disappointing", "I do not like it at all, it is poor and annoying."),
    (2, "Love it", "I absolutely love it, the best one I have owned."),
    (1, "Perfect", "Wonderful from start to finish, I am so happy with it."),
    (1, "Great value", "Not a single problem, and I would gladly buy it again."),
)


@pytest.fixture(scope="module")
def judged() -> dict[str, set[str]]:
    """Titles of reviews, and the checks that found fault with them."""
    run = Generator().prepare_now(GenerationRequest(entity="review", count=60, seed=3))
    made: list[dict[str, Any]] = [json.loads(row) for row in run.rows(0, 60)]
    written = [*HONEST, *DISHONEST]
    rows = [
        record | {"rating": stars, "title": title, "body": body}
        for record, (stars, title, body) in zip(made, written, strict=False)
    ]
    faults = run.score([json.dumps(row) for row in rows]).faults
    return {title: {f.check for f in faults if f.row == row} for row, (_, title, _) in enumerate(written)}


@pytest.mark.parametrize(("stars", "title", "body"), HONEST)
def test_an_honest_review_passes(judged: dict[str, set[str]], stars: int, title: str, body: str) -> None:
    assert judged[title] == set(), f"{stars} stars: {body}"


@pytest.mark.parametrize(("stars", "title", "body"), DISHONEST)
def test_words_against_the_stars_are_found(judged: dict[str, set[str]], stars: int, title: str, body: str) -> None:
    assert judged[title] == {"sentiment"}, f"{stars} stars: {body}"
