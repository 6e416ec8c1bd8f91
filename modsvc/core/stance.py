"""What an author's own words do with a quotation beside them: take it over, or keep off it.

"So true" and "my words exactly" make another's words the author's; "that is no way to speak" and
telling who said so keep them off. Where neither is plain, a longer text is an answer, and a few
words could be either, a question too. To take a distance for consent costs a moderator a look; to
take consent for a distance lets abuse through. So consent wins where there are signs of both.
"""

from __future__ import annotations

import re

from modsvc.core.text import normalise

# So many different words, links and tags aside, answer a quotation even where they neither reject
# it nor agree in any way.
_AMPLE_WORDS = 10


def _any_of(phrases: str) -> re.Pattern[str]:
    """Match any of the phrases, one a line: "/" is "or" within a word, "~" up to three words."""
    patterns = []
    for phrase in filter(None, map(str.strip, phrases.split("\n"))):
        words = [f"(?:{'|'.join(map(re.escape, word.split('/')))})" for word in phrase.split(" ")]
        patterns.append(" ".join(words).replace(" (?:\\~) ", r"(?: \S+){0,3} "))
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


# Consent, as long as nothing turns it round.
_CONSENT = _any_of(
    """
    i/we/must/fully/totally/completely/absolutely/strongly/all/everybody/everyone ~ agree/concur
    he/she/they/you/it/that/this/which/who/man/guy/lady/author is/are/was/were ~ right/true/correct
    he/she/it/that/this/which is/was ~ spot/truth/fact/facts
    is/was right/true/correct/truth
    so/very/too/sad/all/damn/quite/perfectly true/right/correct
    well/rightly/wisely/perfectly/nicely/bravely/finally said/put/spoken
    what/as/like i/we ~ think/thought/say/said/saying/feel/felt/believe/mean/meant/tell/told/call
    i/we ~ say/said/saying/thought/think/mean ~ it/that/this/so/same/exactly
    my/our thoughts/words/view/views/sentiment/sentiments/feelings/opinion/point
    my/our own/very thoughts/words/view/views/sentiments/feelings/opinion
    speaks for me/us/many/all/most
    took/out ~ my mouth
    same here
    someone/somebody/anyone/person ~ say/says/said/saying
    had the guts/courage/balls
    said/says/saying/say it/what/all/best/louder/the
    as/like he/she/they/you said/says/wrote
    be said/repeated
    worth/bears repeating
    on the nose/money
    hit/hits/hitting the nail
    nailed/nails it/that/this
    amen/preach/bravo/gospel/qft
    spot/bang on
    hear hear
    truth hurts
    so much this
    the/plain/simple/sad/honest truth
    true that/dat/story/words
    second/seconded this/that/it
    stand/standing by
    every word
    every single/last word
    gets it
    am with you/him/her/them
    post/comment/quote/line of the
    more of this
    goes/go/stands/counts for you/him/her/them/all
    applies to
    includes/including you/him/her/them
    describes/describing/fits/suits you/him/her/them/it
    sums/sum ~ up
    same/right to/back you/at/him/her/them
    what/who/how/all/everything you/he/she/they/we are/is
    """
)
# Consent by a word, too common to tell anything of a longer text.
_NODS = _any_of(
    """
    exactly/precisely/indeed/absolutely/definitely/certainly/yes/yep/yup/yeah/aye/ditto/likewise
    true/truer/truth/facts/agree/agreed/correct/kudos/bingo/thanks/finally
    """
)
# Consent that has a negation in it.
_CANNOT_DENY = _any_of(
    """
    can/could/would not agree more
    can/could/would not agree ~ more
    do/does/can/could/would anyone/anybody/you ~ doubt/deny/disagree/dispute
    is/was/are/were he/she/it/that/they/i ~ wrong/lying/exaggerating/only
    what more
    sorry if/but
    can/could/would not ~ argue/deny/disagree/fault/dispute/better
    no/not/nobody/nothing/who/never ~ deny/denies/disagree/disagrees/dispute/doubt/exaggerate
    no/not/nobody/nothing/never ~ wrong/false/untrue/lie/lies/lying/lied/exaggeration/exaggerating
    not/never ~ sorry/apologise/apologize/ashamed/rude/offensive/insult/insulting/abuse/hateful
    not/never ~ racist/racism/sexist/sexism/bigoted/bigotry/nonsense/truer
    is/are/was not he/she/it/that/this/they ~ right/true/correct
    no argument/argue/question/cap/kidding/shame/insult/slur/abuse/apology/apologies
    call/calls/makes me
    nothing to add
    nothing but
    no need/reason to say/add/apologise/apologize
    """
)
_APPLAUSE = re.compile(r"[👏💯👍🙌🙏🎯🔥💪✅❤♥^]|\+ ?1\b|\b1(?:00|000) ?(?:%|percent)")
_TURNS_ROUND = _any_of("not/no/never/nobody/none/neither/nor/hardly/without/if/would/should/could")
_DISTANCE = _any_of(
    """
    not/never ~ agree/true/right/ok/okay/fair/nice/funny/how/necessary/argument/acceptable/believe
    not/never ~ say/speak/talk/call/called/read/polite/help/welcome/allowed/decent/kind/appropriate
    nobody/none ~ agree/believe/speak/talk/deserves
    no way/place/call/excuse/reason/room/thank/basis/evidence/argument
    rude/racist/racism/sexist/sexism/bigoted/bigotry/hateful/offensive/insult/insulting/slur/slurs
    abuse/abusive/unacceptable/inappropriate/uncalled/disrespect/disrespectful/uncivil/untrue/false
    nonsense/disagree/apologise/apologize/apology/delete/deleted/remove/removed/flagged/manners
    how dare
    instead of
    stop saying/calling/talking/reading
    stopped at/reading
    it/that/this/which is/was ~ wrong/disgusting/disgraceful/shameful/awful/vile/horrible/cruel/low
    what/such a/an ~ thing/way/remark/comment
    is a lie/slander/libel/slur/disgrace
    is the kind/sort of
    says more/much/lots/enough about
    passes for
    he/she/they/you said/wrote/called/told/shouted/talk/talks
    """
)
_SAYS_NO = re.compile(r"(?:^|[.!…] ?)(?:no|nope|wrong|nonsense|rubbish|shame)\b")

_WORD = re.compile(r"\w+(?:'\w+)*")
_STROKE = re.compile(r"[./]")
_CLAUSE = re.compile(r"[^,.;:!?…()\n]+")
_SHORT_NOT = re.compile(r"\b(ca|do|does|did|is|are|was|were|could|would|should|wo|ai)n(?:'?t|ot)\b")
_SHORT = (("'s", " is"), ("'re", " are"), ("'m", " am"), ("'ve", " have"), ("'d", " would"))


def takes_over(own: str) -> bool:
    """Tell whether the words beside a quotation agree with it, or turn it on somebody."""
    text = _read(own)
    consent = [_CONSENT] if _is_ample(text) else [_CONSENT, _NODS]
    return bool(_APPLAUSE.search(text) or _CANNOT_DENY.search(text)) or any(
        not _TURNS_ROUND.search(clause, 0, match.end())
        for clause in _CLAUSE.findall(text)
        for pattern in consent
        for match in pattern.finditer(clause)
    )


def keeps_off(own: str) -> bool:
    """Tell whether the words beside a quotation answer, question, condemn or report it."""
    text = _read(own)
    if _DISTANCE.search(text) or _SAYS_NO.search(text):
        return True
    return _is_ample(text) and not _CONSENT.search(text)


def _is_ample(text: str) -> bool:
    # An address has two dots or strokes, or more.
    parts = [
        part for part in text.split() if part[0] not in "#@" and len(_STROKE.findall(part)) < 2
    ]
    return len(set(_WORD.findall(" ".join(parts)))) >= _AMPLE_WORDS


def _read(own: str) -> str:
    """Read a text with its contractions spelled out."""
    text = _SHORT_NOT.sub(r"\1 not", normalise(own).text.strip()).replace("ca not", "can not")
    for short, long in _SHORT:
        text = text.replace(short, long)
    return text
