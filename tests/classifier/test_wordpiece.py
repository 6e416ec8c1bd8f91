import pytest
from hypothesis import given
from hypothesis import strategies as st

from modsvc.classifier.wordpiece import WordPiece

VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "un",
    "##kind",
    "##ly",
    "kind",
    "rat",
    "!",
    "'",
    "s",
    "1",
    "##0",
]


@pytest.fixture(scope="module")
def wordpiece():
    return WordPiece(VOCABULARY)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("kind", ["kind"]),
        ("unkindly", ["un", "##kind", "##ly"]),
        ("kind!", ["kind", "!"]),
        ("rat's", ["rat", "'", "s"]),
        ("100", ["1", "##0", "##0"]),
        ("un_kind", ["un", "[UNK]", "kind"]),
        ("zebra", ["[UNK]"]),
        ("unzebrakind", ["un", "[UNK]", "##kind"]),  # BERT's own way forgets the whole word.
        ("!!!!!!!!", ["!", "!", "!"]),
        ("\N{RAT}", ["rat"]),
        ("kind\N{RAT}kind", ["kind", "rat", "kind"]),
        ("\N{RAT}\N{EMOJI MODIFIER FITZPATRICK TYPE-6}", ["rat"]),
        ("\ue000", ["[UNK]"]),
    ],
)
def test_a_text_is_spelled_in_pieces(wordpiece, text, pieces):
    assert [VOCABULARY[number] for number in wordpiece.encode(text)] == pieces


def test_a_word_may_be_spelled_as_if_it_were_another(wordpiece):
    alike = WordPiece(VOCABULARY, read_as={"unkindly": "kind"})

    assert alike.encode("unkindly rat") == wordpiece.encode("kind rat")
    assert [word.text for word in alike.words("unkindly rat")] == ["unkindly", "rat"]


def test_a_word_is_spelled_as_it_is_beside_what_gives_it_another_sense():
    alike = WordPiece(VOCABULARY, {"un": "kind", "rat": "kind"}, {("un", "rat")})

    numbers = alike.spell(["un", "rat", "rat", "un", "un"])

    assert [VOCABULARY[number] for [number] in numbers] == ["un", "rat", "kind", "kind", "kind"]


@given(text=st.text(max_size=200))
def test_every_character_but_white_space_lies_in_one_word(wordpiece, text):
    words = list(wordpiece.words(text))

    assert all(text[word.start : word.end] == word.text for word in words)
    assert "".join(word.text for word in words) == "".join(text.split())
    assert wordpiece.encode(text) == [
        piece for pieces in wordpiece.spell([word.text for word in words]) for piece in pieces
    ]


def test_a_word_as_long_as_a_comment_may_be_is_spelled_whole(wordpiece):
    assert len(wordpiece.encode("kind" * 5_000)) == 5_000


def test_a_vocabulary_without_the_signs_every_text_needs_is_refused():
    with pytest.raises(KeyError, match="UNK"):
        WordPiece(["[PAD]", "[CLS]", "[SEP]"])
