"""Words that names are put together from, and sentences that people write: `reference/words.yaml`, written out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import product

import yaml

#: Most phrases that one sentence with topics in it is written out to.
_MOST = 60
_TOPIC = re.compile(r"\{([A-Za-z_]+)\}")


@cache
def phrases(topic: str) -> tuple[str, ...]:
    """All phrases of a topic, in a fixed order, no two alike."""
    return tuple(dict.fromkeys(text for phrase in _words()[topic] for text in _written_out(phrase)))


def topics() -> frozenset[str]:
    """The topics there are."""
    return frozenset(_words())


def _written_out(phrase: str) -> Iterator[str]:
    names = _TOPIC.findall(phrase)
    if not names:
        yield phrase
        return
    choices = [_choices(name) for name in names]
    size = 1
    for options in choices:
        size *= len(options)
    # A stride through all combinations, so that each word of each topic comes.
    stride = max(1, size // _MOST) | 1
    every = list(product(*choices))
    for number in range(min(size, _MOST)):
        yield _filled(phrase, every[number * stride % size])


def _filled(phrase: str, words: Sequence[str]) -> str:
    left = iter(words)
    return _TOPIC.sub(lambda _: next(left), phrase)


def _choices(name: str) -> Sequence[str]:
    texts = phrases(name.lower())
    return [text[0].upper() + text[1:] for text in texts] if name[0].isupper() else texts


@cache
def _words() -> Mapping[str, Sequence[str]]:
    file = resources.files("testdata_agent.engine.catalog") / "reference" / "words.yaml"
    loaded: Mapping[str, Sequence[str]] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded
