"""When a comment is looked at again, what that may change, and what if it fails."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.core import second_look
from modsvc.core.comment import Article, Parent
from modsvc.core.decision import Action
from modsvc.core.policy import Band
from modsvc.core.screening import screen, screen_many
from tests.core.looks import INSULT, NEUTRAL, POLICY, ByWords, codes, detail
from tests.core.test_stance import CONSENT
from tests.factories import make_comment

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


# Laws.

ARTICLE = Article(
    "a-1", "Gas leak", body="Gas killed the muslims of the village, the bastard said."
)
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


@given(
    agreeing=st.sampled_from(CONSENT), around=st.sampled_from(["> %s\n%s", '"%s" %s', "“%s”, %s"])
)
def test_who_agrees_with_what_is_quoted_is_judged_as_without_context(
    agreeing: str, around: str
) -> None:
    comment = make_comment(around % (INSULT, agreeing))
    told = Article("a-1", body=f"{INSULT}, he wrote.")
    informed = replace(comment, article=told, parent=Parent("c", INSULT))

    plain, in_context = (
        screen(each, scorer=ByWords(SCORER), policy=NEUTRAL) for each in (comment, informed)
    )

    assert in_context == plain


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


def test_a_long_text_is_asked_about_with_other_groups_only_once() -> None:
    scorer = ByWords({"dreadful": 0.99})

    screen(make_comment("Dreadful muslims. " * 100), scorer=scorer, policy=POLICY)

    assert [len(call) for call in scorer.calls] == [1, 1]
