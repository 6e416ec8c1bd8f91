"""What a second look changes, with scorers whose reasons are known."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core import second_look
from modsvc.core.comment import Article, Parent
from modsvc.core.decision import Action
from modsvc.core.messages import message
from modsvc.core.policy import Band
from modsvc.core.screening import screen, screen_many
from modsvc.core.signals import Span
from tests.factories import make_comment
from tests.fakes import FakeScorer
from tests.strategies import default_policy

# Bands of its own, since those of the default policy follow from the model.
PLAIN = Band(hold=0.45, reject=0.97)
POLICY = replace(
    default_policy(),
    bands={**default_policy().bands, **dict.fromkeys(("toxicity", "insult"), PLAIN)},
    bands_alone={},
)
NEUTRAL = replace(POLICY, reply_odds=1.0)
INSULT = "You are a dreadful, dreadful man"


class ByWords(FakeScorer):
    """Scores toxicity and insult by the worst word of a text, and counts how often it is asked."""

    def __init__(self, words: dict[str, float], **labels: dict[str, float]) -> None:
        super().__init__()
        self.words, self.labels = words, labels
        self.calls: list[list[str]] = []

    def score(self, readings):
        self.calls.append([reading.text for reading in readings])
        return [self.scores | self.of(reading.text) for reading in readings]

    def of(self, text):
        worst = max((s for word, s in self.words.items() if word in text), default=0.0)
        others = {
            label: max((s for word, s in words.items() if word in text), default=0.0)
            for label, words in self.labels.items()
        }
        return {"toxicity": worst} | others


def codes(decision):
    return {reason.signal.code for reason in decision.reasons}


def detail(decision, code):
    return dict(next(r.signal.detail for r in decision.reasons if r.signal.code == code))


# What is never looked at twice.


def test_an_approved_comment_is_scored_once_whatever_surrounds_it() -> None:
    scorer = ByWords({"dreadful": 0.99})
    surroundings = {
        "article": Article("a-1", "A title", body="An article about the muslims of France."),
        "parent": Parent("c-0", INSULT),
    }

    screen(make_comment('"You are right" he said.', **surroundings), scorer=scorer, policy=POLICY)

    assert len(scorer.calls) == 1


def test_a_batch_is_looked_at_again_in_two_rounds_at_most() -> None:
    scorer = ByWords({"dreadful": 0.99, "gas": 0.6})
    article = Article("a-1", "Gas", body="Gas prices rise.")
    bodies = ["The muslims are dreadful.", f'"{INSULT}" is what he said.', "Gas is gas.", "Fine."]
    comments = [
        make_comment(body, id=f"c-{n}", article=article, parent=Parent("c-0", INSULT))
        for n, body in enumerate(bodies * 5)
    ]

    screen_many(comments, scorer=scorer, policy=POLICY)

    assert len(scorer.calls) == 3


# Who is named.


def test_a_rejection_that_depends_on_who_is_named_is_held_and_says_so() -> None:
    scorer = ByWords({"muslims": 0.99})

    decision = screen(make_comment("The muslims came."), scorer=scorer, policy=POLICY)

    assert decision.action is Action.HOLD
    assert codes(decision) == {"toxicity", "bias.unstable"}
    assert detail(decision, "bias.unstable") == {"label": "toxicity"}
    assert decision.scores["toxicity"] == 0.99  # What the classifier said stays on record.


def test_a_rejection_that_does_not_depend_on_who_is_named_stands() -> None:
    scorer = ByWords({"dreadful": 0.99})

    decision = screen(make_comment("The muslims are dreadful."), scorer=scorer, policy=POLICY)

    assert decision.action is Action.REJECT
    assert codes(decision) == {"toxicity"}


def test_one_label_that_is_sure_still_rejects_beside_one_that_is_not() -> None:
    scorer = ByWords({"muslims": 0.99}, insult={"dreadful": 0.99})

    decision = screen(make_comment("The muslims are dreadful."), scorer=scorer, policy=POLICY)

    assert decision.action is Action.REJECT
    assert detail(decision, "bias.unstable") == {"label": "toxicity"}


def test_a_comment_that_names_nobody_costs_nothing_more() -> None:
    scorer = ByWords({"dreadful": 0.99})

    screen(make_comment("That is dreadful."), scorer=scorer, policy=POLICY)

    assert len(scorer.calls) == 1


def test_what_would_only_be_held_is_not_asked_about_others() -> None:
    scorer = ByWords({"muslims": 0.6})

    decision = screen(make_comment("The muslims came."), scorer=scorer, policy=POLICY)

    assert codes(decision) == {"toxicity"}
    assert len(scorer.calls) == 1


# Quotations.


def test_a_rejection_is_made_sure_where_the_bands_of_the_stage_that_judged_would_reject() -> None:
    policy = replace(POLICY, bands_alone={"toxicity": Band(hold=0.2, reject=0.7)})
    scorer = ByWords({"muslims": 0.8})

    decision = screen(make_comment("The muslims came."), scorer=scorer, policy=policy)

    assert decision.action is Action.HOLD
    assert codes(decision) == {"toxicity", "bias.unstable"}


def test_a_second_look_begins_where_the_bands_of_the_stage_that_judged_would_hold() -> None:
    policy = replace(POLICY, bands_alone={"toxicity": Band(hold=0.2)})
    article = Article("a-1", "Gas", body="Gas prices rise.")

    decision = screen(
        make_comment("Gas is gas.", article=article), scorer=ByWords({"gas": 0.3}), policy=policy
    )

    assert decision.action is Action.APPROVE
    assert decision.scores["toxicity"] == 0.0


@pytest.mark.parametrize(
    "body",
    [
        f"> {INSULT}\nThat is no way to speak.",
        f"&gt; {INSULT}\nThat is no way to speak.",
        f'"{INSULT}" is no way to speak.',
        f"“{INSULT}” is no way to speak.",
        f"„{INSULT}“ is no way to speak.",
        f"«{INSULT}» is no way to speak.",
        f"<blockquote>{INSULT}</blockquote>That is no way to speak.",
        '"You are a … dreadful man" is no way to speak.',
        '"YOU ARE A DREADFUL" is no way to speak.',
    ],
)
def test_a_quotation_of_the_comment_answered_is_not_the_authors_word(body: str) -> None:
    scorer = ByWords({"dreadful": 0.99})

    decision = screen(
        make_comment(body, parent=Parent("c-0", f"Well! {INSULT}.")), scorer=scorer, policy=POLICY
    )

    assert decision.action is Action.APPROVE
    assert decision.scores["toxicity"] == 0.0


def test_a_quotation_of_the_article_is_not_the_authors_word() -> None:
    article = Article("a-1", body=f"He shouted: {INSULT}! Then he left.")

    decision = screen(
        make_comment(f'So "{INSULT}" is how he talks.', article=article),
        scorer=ByWords({"dreadful": 0.99}),
        policy=POLICY,
    )

    assert decision.action is Action.APPROVE


@pytest.mark.parametrize(
    "body",
    [
        f'"{INSULT}" is what I say to you.',  # Nobody said so before.
        '"dreadful man" is what I say.',  # Too little to be a quotation.
    ],
)
def test_quotation_marks_alone_excuse_nothing(body: str) -> None:
    decision = screen(
        make_comment(body, parent=Parent("c-0", "Even a dreadful man may vote.")),
        scorer=ByWords({"dreadful": 0.99}),
        policy=POLICY,
    )

    assert decision.action is Action.REJECT


def test_a_bare_quotation_is_judged_as_if_it_were_the_authors() -> None:
    decision = screen(
        make_comment(f"> {INSULT}\nYes!", parent=Parent("c-0", INSULT)),
        scorer=ByWords({"dreadful": 0.99}),
        policy=POLICY,
    )

    assert decision.action is Action.REJECT


def test_what_is_added_to_a_quotation_is_judged_and_marked_where_it_stands() -> None:
    class Pointing(ByWords):
        def explain(self, reading, label):
            start = reading.text.index("dreadful")
            return (Span(*reading.span(start, start + 8)),)

    body = f"> {INSULT}\nNo, it is you who is dreadful here."

    decision = screen(
        make_comment(body, parent=Parent("c-0", INSULT)),
        scorer=Pointing({"dreadful": 0.99}),
        policy=POLICY,
    )

    [span] = decision.reasons[0].signal.spans
    assert body[span.start : span.end] == "dreadful"
    assert span.start > body.index("\n")


# Topics.

ARTICLE = Article(
    "a-1", "Gas leak", body="Gas killed the muslims of the village, the bastard said."
)


def screened(body, scorer, **changes):
    return screen(
        make_comment(body, **{"article": ARTICLE, **changes}), scorer=scorer, policy=POLICY
    )


def test_what_the_article_itself_says_is_topic_and_the_reason_says_so() -> None:
    scorer = ByWords({"gas": 0.8, "awful": 0.5})

    assert screened("Gas again!", scorer).action is Action.APPROVE
    decision = screened("Gas again, awful!", scorer)

    assert detail(decision, "toxicity") == {"topic": 1}
    assert "article's topic (1)" in message(decision.reasons[0].signal)


@pytest.mark.parametrize(
    "body",
    ["Gas to you!", "@reader gas", "Gas the muslims."],
    ids=["addresses", "addresses by name", "names a group"],
)
def test_the_articles_words_excuse_no_attack(body: str) -> None:
    assert screened(body, ByWords({"gas": 0.8})).action is Action.HOLD


@pytest.mark.parametrize("label", ["threat", "identity_attack"])
def test_a_threat_and_an_attack_on_a_group_are_never_topic(label: str) -> None:
    assert screened("Gas again!", ByWords({}, **{label: {"gas": 0.8}})).action is Action.HOLD


@pytest.mark.parametrize("label", ["insult", "obscene"])
def test_a_word_that_is_an_insult_is_nobodys_topic(label: str) -> None:
    scorer = ByWords({"bastard": 0.8}, **{label: {"bastard": 0.7}})

    assert screened("The bastard again!", scorer).action is Action.HOLD


# Replies.

ANSWERED = Parent("c-0", "I like the tax.")


def test_an_attack_on_the_person_answered_weighs_more() -> None:
    scorer = ByWords({"clown": 0.4})

    alone = screen(make_comment("You clown, really now."), scorer=scorer, policy=POLICY)
    reply = screen(
        make_comment("You clown, really now.", parent=ANSWERED), scorer=scorer, policy=POLICY
    )

    assert (alone.action, reply.action) == (Action.APPROVE, Action.HOLD)
    assert reply.scores["toxicity"] == pytest.approx(0.5)
    assert detail(reply, "toxicity") == {"reply": POLICY.reply_odds}


def test_a_bare_word_is_said_to_whoever_is_answered() -> None:
    reply = screen(
        make_comment("Clown.", parent=ANSWERED), scorer=ByWords({"clown": 0.4}), policy=POLICY
    )

    assert reply.action is Action.HOLD


def test_a_reply_about_others_weighs_no_more() -> None:
    body = "The minister is a clown and everybody knows it."

    reply = screen(
        make_comment(body, parent=ANSWERED), scorer=ByWords({"clown": 0.4}), policy=POLICY
    )

    assert reply.scores["toxicity"] == 0.4


def test_that_it_answers_someone_never_rejects_by_itself() -> None:
    reply = screen(
        make_comment("You clown.", parent=ANSWERED), scorer=ByWords({"clown": 0.96}), policy=POLICY
    )

    assert reply.action is Action.HOLD


# Laws.

words = st.sampled_from([*INSULT.split(), "gas", "the", "muslims", '"', ">", "\n", ".", "“", "”"])
bodies = st.lists(words, max_size=20).map(" ".join)
SCORER = {"dreadful": 0.99, "gas": 0.8, "muslims": 0.6}


@given(body=bodies)
def test_without_texts_around_it_a_comment_is_judged_by_its_words_alone(body: str) -> None:
    comment = make_comment(body, article=Article("a-1", url="https://x.example"))

    plain = screen(comment, scorer=ByWords(SCORER), policy=POLICY)
    answering = screen(
        replace(comment, parent=Parent("c-0")), scorer=ByWords(SCORER), policy=POLICY
    )

    assert plain == answering
    assert plain.scores["toxicity"] == ByWords(SCORER).of(body)["toxicity"]


@given(body=bodies, told=bodies, answered=bodies)
def test_but_for_the_reply_context_never_makes_it_worse(
    body: str, told: str, answered: str
) -> None:
    comment = make_comment(body)
    around = replace(comment, article=Article("a-1", told, body=told), parent=Parent("c", answered))

    plain, informed = (
        screen(each, scorer=ByWords(SCORER), policy=NEUTRAL) for each in (comment, around)
    )

    assert informed.action <= plain.action
    assert all(informed.scores[label] <= plain.scores[label] for label in plain.scores)


@given(body=bodies, answered=bodies)
def test_a_reply_is_never_judged_more_mildly_for_what_it_answers_than_its_own_words(
    body: str, answered: str
) -> None:
    comment = make_comment(body, parent=Parent("c", answered))

    neutral, weighed = (
        screen(comment, scorer=ByWords(SCORER), policy=policy) for policy in (NEUTRAL, POLICY)
    )

    assert weighed.action >= neutral.action


@given(together=st.lists(bodies, max_size=6))
def test_together_and_alone_comments_are_looked_at_alike(together: list[str]) -> None:
    comments = [
        make_comment(body, article=ARTICLE, parent=Parent("c-0", INSULT)) for body in together
    ]

    decisions = screen_many(comments, scorer=ByWords(SCORER), policy=POLICY)

    assert decisions == [screen(c, scorer=ByWords(SCORER), policy=POLICY) for c in comments]


# Failures.


def test_a_second_look_that_fails_holds_and_rejects_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Tired(ByWords):
        def score(self, readings):
            if self.calls:
                raise ValueError(readings[0].raw)
            return super().score(readings)

    with caplog.at_level(logging.DEBUG):
        decision = screen(
            make_comment("The muslims are dreadful canaries."),
            scorer=Tired({"dreadful": 0.99}),
            policy=POLICY,
        )

    assert decision.action is Action.HOLD
    assert codes(decision) == {"toxicity", "second_look.failed"}
    assert decision.scores["toxicity"] == 0.99
    assert "canaries" not in caplog.text


def test_a_bug_in_the_second_look_holds_the_comment_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, _limit: int) -> list[str]:
        if "canary" in text:
            raise RuntimeError(text)
        return []

    monkeypatch.setattr(second_look, "swaps", broken)
    comments = [make_comment("A dreadful canary."), make_comment("A dreadful dog.")]

    held, rejected = screen_many(comments, scorer=ByWords({"dreadful": 0.99}), policy=POLICY)

    assert codes(held) == {"toxicity", "second_look.failed"}
    assert (held.action, rejected.action) == (Action.HOLD, Action.REJECT)
    assert "canary" not in caplog.text


def test_where_a_label_has_no_hold_an_unstable_one_is_held_all_the_same() -> None:
    policy = replace(POLICY, bands={**POLICY.bands, "toxicity": Band(reject=0.97)})

    decision = screen(
        make_comment("The muslims came."), scorer=ByWords({"muslims": 0.99}), policy=policy
    )

    assert decision.action is Action.HOLD


def test_a_huge_article_is_read_as_far_as_stated() -> None:
    far = Article("a-1", body="filler " * 10_000 + INSULT)
    near = Article("a-1", body=f"{INSULT} " + "filler " * 10_000)
    body = f'So "{INSULT}" is how he talks.'

    decisions = [
        screen(make_comment(body, article=a), scorer=ByWords({"dreadful": 0.99}), policy=POLICY)
        for a in (far, near)
    ]

    assert [d.action for d in decisions] == [Action.REJECT, Action.APPROVE]


def test_a_long_text_is_asked_about_with_other_groups_only_once() -> None:
    scorer = ByWords({"dreadful": 0.99})

    screen(make_comment("Dreadful muslims. " * 100), scorer=scorer, policy=POLICY)

    assert [len(call) for call in scorer.calls] == [1, 1]
