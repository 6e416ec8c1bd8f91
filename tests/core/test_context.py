"""What the texts around a comment change, with scorers whose reasons are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from modsvc.core.comment import Article, Parent
from modsvc.core.decision import Action
from modsvc.core.messages import message
from modsvc.core.screening import screen
from modsvc.core.signals import Span
from tests.core.looks import INSULT, NEUTRAL, POLICY, ByWords, codes, detail
from tests.factories import make_comment

# Quotations.


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


_STORY = Article("a-1", body="He called his colleague a most dreadful old man and left.")
_REST = "I have read the report twice, and the council should fix the bridge before winter comes."


def quoting(frame: str) -> Action:
    """What becomes of a comment with the article's words in a frame, and enough of its own."""
    comment = make_comment(f"{frame % 'most dreadful old man'} {_REST}", article=_STORY)
    return screen(comment, scorer=ByWords({"dreadful": 0.99}), policy=POLICY).action


@pytest.mark.parametrize(
    "body",
    [
        'Mary is "%s".',
        'Mary is just "%s".',
        'Mary is a complete "%s".',
        'Mary is clearly one "%s".',
        "Mary is" + 90 * " " + '("%s").',
        'Mary is — *"%s"*.',
        'Mary i\u200bs "%s".',
        "Our mayor is a “%s”.",
        "They're «%s».",
        'You\'re all "%s".',
        'You "%s"!',
        'Mary was, simply, "%s".',
        'Whoever wrote this is a "%s".',
        '"%s" fits her.',
    ],
)
def test_a_quotation_that_is_said_of_somebody_is_the_authors(body: str) -> None:
    assert quoting(body) > Action.APPROVE


@pytest.mark.parametrize(
    "body",
    [
        'The headline is "%s".',
        'The exact phrase used was "%s".',
        'What he said was "%s".',
        'What annoyed me is "%s".',
        'His words were: "%s".',
        'This is "%s".',
        'It\'s "%s" in the article.',
        'The headline\'s "%s".',
        'The mayor\'s "%s" remark is no way to speak.',
        'They wrote "%s".',
        'On Monday: "%s".',
        "Thanks for telling us how things are\n\n> %s\n\n",
        '"%s" is the headline.',
    ],
)
def test_a_quotation_that_is_said_of_words_is_not(body: str) -> None:
    assert quoting(body) is Action.APPROVE


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


@pytest.mark.parametrize(
    "own", ["Yes!", "is exactly what I think", "So true, could not agree more", "He is bald too."]
)
@pytest.mark.parametrize("quote", [f"> {INSULT}\n%s", f'"{INSULT}" %s', f"%s: “{INSULT}”"])
def test_a_quotation_that_is_taken_over_or_may_be_is_the_authors(quote: str, own: str) -> None:
    comment = make_comment(quote % own, parent=Parent("c-0", INSULT))
    scorer = ByWords({"dreadful": 0.99})

    told, alone = (
        screen(each, scorer=scorer, policy=NEUTRAL)
        for each in (comment, replace(comment, parent=None))
    )

    assert told == alone
    assert told.action is Action.REJECT


def test_who_agrees_with_a_quotation_of_the_article_has_no_topic_for_an_excuse() -> None:
    scorer = ByWords({"gas": 0.8})
    article = Article("a-1", body="Gas them all, he wrote on the wall of the station.")

    quoting, agreeing = (
        screen(make_comment(body, article=article), scorer=scorer, policy=POLICY)
        for body in ('"Gas them all" on that wall', '"Gas them all" is what I say')
    )

    assert (quoting.action, agreeing.action) == (Action.APPROVE, Action.HOLD)


def test_a_quoted_threat_is_seen_by_a_person_whatever_stands_beside_it() -> None:
    class Threatening(ByWords):
        def of(self, text):
            return super().of(text) | {"threat": 0.9 if "dreadful" in text else 0.0}

    decision = screen(
        make_comment(f"> {INSULT}\nThat is no way to speak.", parent=Parent("c-0", INSULT)),
        scorer=Threatening({"dreadful": 0.99}),
        policy=POLICY,
    )

    assert decision.action is Action.HOLD
    assert decision.scores["toxicity"] == 0.0
    assert codes(decision) == {"threat"}


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


def test_a_huge_article_is_read_as_far_as_stated() -> None:
    far = Article("a-1", body="filler " * 10_000 + INSULT)
    near = Article("a-1", body=f"{INSULT} " + "filler " * 10_000)
    body = f'So "{INSULT}" is how he talks.'

    decisions = [
        screen(make_comment(body, article=a), scorer=ByWords({"dreadful": 0.99}), policy=POLICY)
        for a in (far, near)
    ]

    assert [d.action for d in decisions] == [Action.REJECT, Action.APPROVE]


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
