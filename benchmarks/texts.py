"""Made-up comments of about 300 characters, the same at every run."""

from __future__ import annotations

import itertools
import random
import re

WORDS = re.findall(
    r"\w+",
    """
the of and to a in that is was it for on are as with they be at this have from or had by
but some what there we can out other were all your when up how said each she which do their time if
will way about many then them would so these her make like him into has look two more write go see
number could people my than first water been call who its now find long down day did get come made
may part over new sound take only little work know place year live me back give most very after
thing our just name good sentence man think say great where help through much before line right too
mean old any same tell boy follow came want show also around form three small set put end does
another well large must big even such because turn here why ask went men read need land different
home us move try kind hand picture again change off play spell air away animal house point page
letter mother answer found study still learn should world council harbour bridge budget minister
report editor paper tram school library rent evening committee storm market plainly honestly
nonsense agree doubt article reader mayor tax vote promise delay repair river train hospital
station candle orchard ladder parcel kettle violin
""",
)
# Rank r is drawn with weight 1/r, as words are in running text.
WEIGHTS = [1 / rank for rank in range(1, len(WORDS) + 1)]
MEAN_CHARS = 300
SEED = 20261122
SET_SIZE = 1_000
# Where comments are stored: the same ones again and again would all be found to be alike.
MANY = 20_000
EVERY_NTH_HAS_LINKS = 10  # So many links are held: one case opened for every ten comments.
# And so many have one of these, which both stages stop: that is what takes longest to judge.
EVERY_NTH_IS_ABUSE = 20
ABUSE = (
    " You are a stupid idiot.",
    " Shut up, you moron, or I will kill you.",
    " What an idiotic moron you are, go to hell.",
)
LINKS = " https://one.example/a https://two.example/b https://three.example/c"


def make(count: int) -> list[str]:
    """Make texts; about one in ten is held by the rule about links."""
    chance = random.Random(SEED)  # noqa: S311  Chance that repeats is what is wanted.
    return [_text(chance, with_links=n % EVERY_NTH_HAS_LINKS == 0) for n in range(count)]


def make_with_abuse(count: int) -> list[str]:
    """Make the same texts, with a sentence of abuse after some of those that have no links."""
    abuse = itertools.cycle(ABUSE)
    return [
        text + next(abuse) if n % EVERY_NTH_IS_ABUSE == 1 else text
        for n, text in enumerate(make(count))
    ]


def describe(texts: list[str]) -> str:
    """Say what the texts are, for the report."""
    mean = sum(map(len, texts)) / len(texts)
    return f"{len(texts)} made-up texts, seed {SEED}, {mean:.0f} characters on average"


def _text(chance: random.Random, *, with_links: bool) -> str:
    length = chance.lognormvariate(0, 0.4) * 0.77 * MEAN_CHARS  # What is started is finished
    sentences: list[str] = []
    while sum(map(len, sentences)) < length:
        words = chance.choices(WORDS, WEIGHTS, k=chance.randint(6, 18))
        sentences.append(" ".join(words).capitalize() + ".")
    return " ".join(sentences) + (LINKS if with_links else "")
