"""All the rules on one comment, with lists as long as editors make them, beside `re`."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks import texts
from benchmarks.harness import Ratio, Report, in_turn, percentile, ratio
from modsvc.app import DEFAULT_POLICY
from modsvc.classifier.scorer import LinearScorer
from modsvc.core.asking import rule_signals, warm_up
from modsvc.core.comment import MAX_BODY_CHARS, Article, Author, Comment, Subject
from modsvc.core.decision import Action
from modsvc.core.expressions import Expression, Expressions
from modsvc.core.facts import Facts, Record, Sent
from modsvc.core.patterns import Pattern, Patterns
from modsvc.core.policy import Policy
from modsvc.core.policy_document import read_policy
from modsvc.core.rules import RULES
from modsvc.core.text import normalise
from modsvc.core.words import Entry, WordList

N_ENTRIES, N_EXPRESSIONS, N_PATTERNS = 20_000, 50, 200
# Texts that hold what rules look for, among those that do not.
LINKS_EVERY, LISTED_EVERY = 10, 20
# What 20,000 entries may cost a comment, and one rule on any text there can be.
BUDGET_US, RULE_BUDGET_MS = 50.0, 5.0
# What odd texts of the greatest length are made of.
ODD = (
    *("a\u0301\u0316", "a.", " ", "http://", "a.com ", "1 ", "12345 ", "+1 ", "a@b.c ", "a1", "A"),
    *("\u200b", "\u202e", "\u5b57", "\ufdfa", "\u0e01\u0e34", "\U0001f602", "\U0001f1ee\U0001f1f1"),
    *(
        "f \u0443 c ",
        "h.h.h.h-",
        "<b>",
        "4111 ",
        "a@b.co ",
        "1 Aaaa",
        "f.o.o.l ",
        "\u0e01\u0e34\u0e01",
    ),
)
FACTS = Facts(
    language="en", age_days=400, record=Record(60, 55, 2), by_author=Sent(1, 3), n_words=50
)
ASKED = (
    "score.toxicity > 0.{n:02} && links >= 1 && author.age_days < {n}",
    'article.section == "section {n}" && author.rejected > 3',
    "author.last_minute >= {n} || author.repeats > {n}",
    "chars < {n} && capitals > 0.5 && !is_reply",
    'language != "en" && words > {n} && score.spam > 0.2',
)


def run(*, quick: bool) -> Report:
    """Time the rules over made-up texts, and see that the lists find what was put there."""
    scorer = LinearScorer.open_shipped()
    bodies = _bodies(300 if quick else 1_000)
    subjects = [_subject(body, scorer) for body in bodies]
    phrases, found = _phrases(), _patterns()
    plain = read_policy(DEFAULT_POLICY.read_text(encoding="utf-8"))
    listed = replace(plain, words=_listed(phrases, scorer))
    all_on = replace(
        listed,
        patterns=Patterns({f"p{n}": Pattern(each, Action.HOLD) for n, each in enumerate(found)}),
        expressions=Expressions(
            {f"e{n}": Expression(each, Action.HOLD) for n, each in enumerate(_expressions())}
        ),
    )
    warm_up(all_on)
    _check(bodies, subjects, all_on)

    words_of_re = re.compile(rf"\b(?:{'|'.join(map(re.escape, phrases))})\b", re.IGNORECASE)
    patterns_of_re = [re.compile(each, re.IGNORECASE) for each in found]

    def by_re(subject: Subject) -> object:
        body = subject.text.raw
        return [*words_of_re.finditer(body), *(each.search(body) for each in patterns_of_re)]

    def by_list(subject: Subject) -> object:
        return [
            [*all_on.words.find(subject.text, action, language="en")]
            for action in (Action.HOLD, Action.REJECT)
        ]

    times: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[Subject], object], some: int) -> Callable[[], float]:
        def round_() -> float:
            took = []
            for body in bodies[:some]:
                subject = _subject(body, scorer)  # What is found once is remembered with it.
                began = time.perf_counter()
                work(subject)
                took.append(time.perf_counter() - began)
            times.setdefault(name, []).extend(took)
            return percentile(took, 0.5)

        return round_

    everything = len(bodies)
    figures = in_turn(
        {
            "the default policy": timed(
                "the default policy", lambda s: list(rule_signals(s, plain)), everything
            ),
            f"and {N_ENTRIES:,} entries": timed(
                f"and {N_ENTRIES:,} entries", lambda s: list(rule_signals(s, listed)), everything
            ),
            "and all the rest": timed(
                "and all the rest", lambda s: list(rule_signals(s, all_on)), everything
            ),
            "the entries alone": timed("the entries alone", by_list, everything),
            "re, words and regexes": timed("re, words and regexes", by_re, 20),
        }
    )
    report = Report("rules", ["what", "p50 us", "p99 us"])
    for name, took in times.items():
        report.add(name, percentile(took, 0.5) * 1e6, percentile(took, 0.99) * 1e6)
    report.ratios = [
        ratio(
            "all rules and lists to re",
            figures["re, words and regexes"],
            figures["and all the rest"],
        ),
        ratio(
            f"{BUDGET_US:.0f} us to {N_ENTRIES:,} entries",
            [BUDGET_US / 1e6] * len(figures["the entries alone"]),
            figures["the entries alone"],
        ),
    ]
    slowest = _slowest(scorer, all_on)
    report.add(f"slowest on odd texts: {slowest[0]}", slowest[1] * 1e6, slowest[1] * 1e6)
    report.ratios.append(
        Ratio(f"{RULE_BUDGET_MS:.0f} ms to the slowest rule", [RULE_BUDGET_MS / 1e3 / slowest[1]])
    )
    lists = f"{N_ENTRIES:,} entries, {N_EXPRESSIONS} expressions, {N_PATTERNS} regexes"
    report.notes.append(
        f"{len(bodies)} texts; {lists}; every {LINKS_EVERY}th text has links, every "
        f"{LISTED_EVERY}th a word of the list; the text's reading is not counted"
    )
    return report


def _slowest(scorer: LinearScorer, policy: Policy) -> tuple[str, float]:
    """Name the rule that takes longest on any odd text, and its seconds: the best of five."""
    worst = ("none", 0.0)
    for unit in ODD:
        body = (unit * MAX_BODY_CHARS)[:MAX_BODY_CHARS]
        for code, rule in RULES.items():
            best = 1.0
            for _ in range(5):
                subject = _subject(body, scorer)
                subject.text.span(0, 0)  # The way back is worked out once for all rules.
                began = time.thread_time()
                rule(subject, policy)
                best = min(best, time.thread_time() - began)
            worst = max(worst, (code, best), key=lambda each: each[1])
    return worst


def _bodies(count: int) -> list[str]:
    phrases = _phrases()
    bodies = []
    for n, body in enumerate(texts.make(count)):
        more = " https://one.example/x and two.example" if n % LINKS_EVERY == 0 else ""
        more += f" {phrases[n]}" if n % LISTED_EVERY == 0 else ""
        bodies.append(body + more)
    return bodies


def _subject(body: str, scorer: LinearScorer) -> Subject:
    comment = Comment("c", body, Article("a"), Author("u"))
    return Subject(comment, normalise(body, scorer.lexicon), {"toxicity": 0.02, "spam": 0.0}, FACTS)


def _phrases() -> list[str]:
    chance = random.Random(20_000)  # noqa: S311  Made-up words, the same at every run.
    syllables = [
        a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "ol")
    ]
    made: dict[str, None] = {}
    while len(made) < N_ENTRIES:
        made["".join(chance.choices(syllables, k=chance.randint(3, 5)))] = None
    return list(made)


def _listed(phrases: list[str], scorer: LinearScorer) -> WordList:
    actions = (Action.HOLD, Action.REJECT)
    listed = WordList(Entry(each, actions[n % 2], id=n + 1) for n, each in enumerate(phrases))
    listed.prepare(scorer.lexicon)
    return listed


def _patterns() -> list[str]:
    return [
        f"(call|ring|text) me (at|on) [0-9]{{3}}-{n:04}|offer{n} (ends|closes) (today|tonight)"
        for n in range(N_PATTERNS)
    ]


def _expressions() -> list[str]:
    return [ASKED[n % len(ASKED)].format(n=n + 1) for n in range(N_EXPRESSIONS)]


def _check(bodies: list[str], subjects: list[Subject], policy: Policy) -> None:
    """See that what was put into texts is found there, and nothing else of the lists."""
    for n, (body, subject) in enumerate(zip(bodies, subjects, strict=True)):
        codes = {signal.code for signal in rule_signals(subject, policy)}
        listed = bool(codes & {"words.banned", "words.suspect"})
        if listed != (n % LISTED_EVERY == 0) or "rule.failed" in codes:
            raise AssertionError(f"text {n} of {len(body)} characters: {sorted(codes)}")
