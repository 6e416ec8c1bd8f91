"""What the words beside a quotation make of it. The quotation itself is not among them."""

import pytest

from modsvc.core.stance import keeps_off, takes_over

CONSENT = [
    "is exactly what I think",
    "This. So much this.",
    "^ this",
    "So true, every word of it",
    "Well said",
    "AGREED!!!",
    "+1",
    "100 % with you there",
    "👏👏👏 finally someone",
    "He’s right, you know",
    "My thoughts exactly",
    "I couldn't have put it better",
    "Couldnt agree more with this man",
    "Amen to that, sister",
    "preach it brother",
    "Finally someone says it out loud",
    "He is not wrong though",
    "Not wrong, is he?",
    "Isn't he right?",
    "nobody can deny it any longer",
    "is not even racist, just facts",
    "Call me racist but yes",
    "I won't apologise for thinking so",
    "Yes. No need to say more",
    "That goes for you too",
    "is what you are",
    "I agree with every word of what was written there and would add much more to it",
    "I have been saying this for years and nobody in this town ever listened to me",
]
DISTANCE = [
    "That is no way to speak.",
    "is not an argument about taxes.",
    "I stopped at, sorry.",
    "So is what passes for debate.",
    "He said to a colleague.",
    "I don't agree at all",
    "That is not true",
    "nobody should agree with this",
    "I do not think he is right",
    "This is disgusting and wrong.",
    "is not exactly polite",
    "No, it is you who is wrong here.",
    "When you say so, do you mean everyone, or just those who agree with it?",
    "You could have said that the figures are false. I would've agreed with you then.",
    "I have done so five times, and the trains got better each time.",
]


@pytest.mark.parametrize("own", CONSENT)
def test_who_agrees_takes_the_words_over(own: str) -> None:
    assert takes_over(own)


@pytest.mark.parametrize("own", DISTANCE)
def test_who_answers_asks_or_condemns_keeps_off(own: str) -> None:
    assert keeps_off(own)
    assert not takes_over(own)


@pytest.mark.parametrize("own", ["and ugly too", "They will never change", "We all know it", ""])
def test_a_few_words_that_could_be_either_are_neither(own: str) -> None:
    assert not keeps_off(own)
    assert not takes_over(own)


@pytest.mark.parametrize(
    "own",
    [
        "Who brings the petrol? Please",
        "What are we waiting for, lads?",
        "Mods, please pin this to the top",
        "lol " * 12,
        "https://www.news.example/2024/05/06/a-b-c-d-e-f-g-h-i-j-k.html",
        "#so #many #tags #and #nothing #that #was #ever #said #by #anybody #here",
        "If you ask me he is right about them, and I have lived there for years",
        "Without a doubt he is right and I will say so to anybody who asks me",
    ],
)
def test_a_question_filler_links_and_turned_consent_are_no_distance(own: str) -> None:
    assert not keeps_off(own)
