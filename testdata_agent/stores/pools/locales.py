"""Which locales there are, which stand in for each other, and what to say about one that is not known."""

import difflib
import functools
from dataclasses import dataclass

from testdata_agent.stores.pools.base import PoolFault

#: The locale of last resort: Faker has every kind of word for it.
DEFAULT_LOCALE = "en_US"

#: Where a locale has no words of a kind, its language's main locale is asked before DEFAULT_LOCALE.
#: Bare languages and misspelt codes that Faker lists as locales are found here too.
_MAIN_LOCALES = {
    "ar": "ar_SA",
    "de": "de_DE",
    "dk": "da_DK",
    "el": "el_GR",
    "en": "en_US",
    "es": "es_ES",
    "fr": "fr_FR",
    "it": "it_IT",
    "th": "th_TH",
}

#: What people write for a locale that has another code.
_ALIASES = {
    "cn": "zh_CN", "en_uk": "en_GB", "gb": "en_GB", "ja": "ja_JP", "jp": "ja_JP", "jp_jp": "ja_JP", "kr": "ko_KR",
    "uk": "en_GB", "us": "en_US", "zh": "zh_CN",
}  # fmt: skip


class UnknownLocale(PoolFault):
    """A spec's locale is none that Faker knows."""


@dataclass(frozen=True, slots=True)
class LocaleFault:
    """A locale that is not known, and the known ones near it, best first (perhaps none)."""

    locale: str
    near: tuple[str, ...]

    @property
    def message(self) -> str:
        """One plain sentence for the caller."""
        text = f"unknown locale {self.locale[:40]!r}"
        return f"{text}; did you mean {' or '.join(map(repr, self.near))}?" if self.near else text


@functools.cache
def known_locales() -> tuple[str, ...]:
    """Every locale code that Faker has words for, sorted. The first call imports Faker."""
    from faker.config import AVAILABLE_LOCALES  # noqa: PLC0415 - costs 60 ms, paid only by who asks

    return tuple(sorted(AVAILABLE_LOCALES))


def locale_fault(locale: str) -> LocaleFault | None:
    """What is wrong with a locale code, or None where it is known. Codes are exact: `de_DE`, not `de-de`."""
    known = known_locales()
    if locale in known:
        return None
    folded = {code.lower(): code for code in known}
    asked = locale[:40].replace("-", "_").lower()
    if asked in folded:
        return LocaleFault(locale, (folded[asked],))
    if asked in _ALIASES:
        return LocaleFault(locale, (_ALIASES[asked],))
    near = [folded[code] for code in difflib.get_close_matches(asked, folded, n=3, cutoff=0.6)]
    language = asked.split("_", maxsplit=1)[0]
    same_language = [code for code in known if code.split("_", maxsplit=1)[0].lower() == language]
    if language in _MAIN_LOCALES:
        same_language.insert(0, _MAIN_LOCALES[language])
    return LocaleFault(locale, tuple(dict.fromkeys([*same_language[:3], *near]))[:3])


def candidates(locale: str) -> tuple[str, ...]:
    """The locales to look for words in, in order: itself, its language's main one, DEFAULT_LOCALE."""
    main = _MAIN_LOCALES.get(locale.split("_", maxsplit=1)[0], locale)
    return tuple(dict.fromkeys((locale, main, DEFAULT_LOCALE)))
