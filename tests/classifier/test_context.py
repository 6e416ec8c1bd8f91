"""Pairs under the shipped model: the same words as the author's own, and as another's."""

from dataclasses import replace

import pytest

from modsvc.core.comment import Article, Parent
from modsvc.core.decision import Action
from modsvc.core.screening import screen
from tests.factories import make_comment
from tests.strategies import default_policy

# What surroundings change, and not how cautious stage one must be when it judges alone: by its own
# bands it holds a kind reply now and then.
POLICY = replace(default_policy(), bands_alone={})
RUDE = "You are a stupid idiot and should shut your fat mouth."
PARENT = Parent("c-0", f"{RUDE} The government is right about the taxes.")
ARTICLE = Article(
    "a-1",
    "Minister calls rival a liar on live television",
    section="Politics",
    body=(
        'The minister called his rival "a stupid liar and a pathetic coward" on live television.'
        " The rival said the minister was a disgrace and a fat pig."
        " Doctors warn that anal cancer and breast cancer kill more women than men."
        " A black widow spider is poisonous. The killer raped two women and shot a third."
    ),
)


def judged(scorer, body, **around):
    return screen(make_comment(body, **around), scorer=scorer, policy=POLICY)


@pytest.mark.parametrize(
    ("fair", "around"),
    [
        (f"> {RUDE}\nThat is no way to talk to anybody here.", {"parent": PARENT}),
        (f"&gt; {RUDE}\n\nThat is no way to discuss the taxes.", {"parent": PARENT}),
        (f'"{RUDE}" Nonsense. Let us stay with the taxes.', {"parent": PARENT}),
        (f"“{RUDE}” is not an argument about taxes.", {"parent": PARENT}),
        (f"«{RUDE}» Somebody delete this.", {"parent": PARENT}),
        (
            "<blockquote>You are a stupid idiot</blockquote>Please mind your manners.",
            {"parent": PARENT},
        ),
        ('I stopped at "should shut your fat mouth", sorry.', {"parent": PARENT}),
        (
            '"a stupid liar and a pathetic coward" every evening, and our children watch it with us now.',
            {"article": ARTICLE},
        ),
        ('So "a disgrace and a fat pig" is what passes for debate.', {"article": ARTICLE}),
        ('He said "stupid liar and a pathetic coward" to a colleague.', {"article": ARTICLE}),
    ],
)
def test_what_is_quoted_is_not_held_against_the_one_who_quotes(shipped, fair, around):
    bare, informed = judged(shipped, fair), judged(shipped, fair, **around)

    assert bare.action > Action.APPROVE
    assert informed.action < bare.action
    assert informed.scores["insult"] < bare.scores["insult"]


@pytest.mark.parametrize(
    ("abuse", "around"),
    [
        (f"> {RUDE}\nNo, you are the stupid idiot here, you moron.", {"parent": PARENT}),
        (f'"{RUDE}" And you are a fucking moron yourself.', {"parent": PARENT}),
        (f"> {RUDE}\nYes!", {"parent": PARENT}),
        (f'"{RUDE}"', {"parent": PARENT}),
        (f'"{RUDE}" is exactly what I think.', {"parent": PARENT}),
        (f"> {RUDE}\nSo true, finally someone says it.", {"parent": PARENT}),
        (f'"{RUDE}" That goes for you and all your friends here.', {"parent": PARENT}),
        ('"a stupid liar and a pathetic coward": he is right.', {"article": ARTICLE}),
        ('"You are a worthless moron" is what I think of you.', {"parent": PARENT}),
        ('You "stupid idiot".', {"parent": PARENT}),
        ("> You are a worthless moron\nThat is what you are.", {"parent": PARENT}),
        ("You are a stupid liar and a pathetic coward.", {"article": ARTICLE}),
        ("The minister is a fat pig and a stupid liar.", {"article": ARTICLE}),
        ("You stupid pig.", {"article": ARTICLE}),
        ("Black women are pigs.", {"article": ARTICLE}),
        ("I will come and kill you, coward.", {"article": ARTICLE}),
    ],
)
def test_abuse_is_no_milder_for_what_stands_around_it(shipped, abuse, around):
    bare, informed = judged(shipped, abuse), judged(shipped, abuse, **around)

    assert bare.action > Action.APPROVE
    assert informed.action >= bare.action


def test_a_call_for_violence_in_the_articles_words_still_waits_for_a_person(shipped):
    informed = judged(shipped, "Kill the liar! Shoot him!", article=ARTICLE)

    assert informed.action >= Action.HOLD


@pytest.mark.parametrize(
    "topical",
    ["Anal cancer and breast cancer both kill.", "Cancer kills, and anal cancer kills quietly."],
)
def test_what_the_article_says_itself_weighs_less(shipped, topical):
    bare, informed = judged(shipped, topical), judged(shipped, topical, article=ARTICLE)

    assert informed.scores["toxicity"] < bare.scores["toxicity"]


@pytest.mark.parametrize(
    "reply", ["You people never learn, do you?", "Are you blind or just dense?", "What a clown."]
)
def test_an_attack_on_the_person_answered_weighs_more(shipped, reply):
    bare, informed = judged(shipped, reply), judged(shipped, reply, parent=PARENT)

    assert informed.scores["insult"] > bare.scores["insult"]
    assert informed.action >= bare.action


@pytest.mark.parametrize(
    "kind", ["Thank you, I agree with you.", "You may be right.", "Good point."]
)
def test_a_kind_reply_is_approved_all_the_same(shipped, kind):
    assert judged(shipped, kind, parent=PARENT).action is Action.APPROVE
