import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from modsvc.classifier.encoder import NETWORK, VOCABULARY, Encoder
from modsvc.errors import EncoderUnavailable, ModelInvalid
from tests.classifier.encoders import HEADS, PIECES, network, seal, tiny

SHIPPED = Path(__file__).parents[2] / "models" / "encoder-4"


@pytest.fixture(scope="module")
def shipped():
    pin = hashlib.sha256((SHIPPED / "manifest.json").read_bytes()).hexdigest()
    return Encoder.open(SHIPPED, expected_sha256=pin)


@pytest.fixture
def files(tmp_path):
    return tiny(tmp_path)


@pytest.fixture
def encoder(files):
    return Encoder.open(files.folder, expected_sha256=seal(files))


def test_each_text_gets_the_logits_of_every_head_in_order(encoder):
    logits = encoder.logits(["you fool", "kind", "beware!"])

    assert (encoder.version, encoder.heads) == ("tiny-1", HEADS)
    assert logits.tolist() == [[4, -2], [-5, -5], [-3, 3]]


@pytest.mark.parametrize(
    "text",
    [
        "there is black mould in every flat of that block",
        "every driver has a blind spot on that side",
        "pensioners who can't move will pay the most",
    ],
)
def test_where_no_people_are_meant_no_people_are_attacked(shipped, text):
    [logits] = shipped.logits([text])

    assert logits[shipped.heads.index("identity_attack")] < 0


@pytest.mark.parametrize("frame", ["get the {} off our streets", "throw the {} out of here"])
def test_an_attack_is_one_whichever_people_it_is_on(shipped, frame):
    polish, irish = shipped.logits([frame.format("polish"), frame.format("irish")])

    assert polish.tolist() == irish.tolist()


def test_no_texts_have_no_logits(encoder):
    assert len(encoder.logits([])) == 0


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_text_without_words_is_scored(encoder, text):
    assert encoder.logits([text]).tolist() == [[-5, -5]]


@pytest.mark.parametrize("before", [0, 4, 5, 6, 7, 11, 12, 13, 400])
@pytest.mark.parametrize("after", [0, 1, 5, 6, 400])
def test_a_long_text_is_read_to_its_end_and_from_its_beginning(encoder, before, after):
    text = "kind " * before + "fool" + " kind" * after

    assert encoder.logits([text])[0, 0] == 4


def test_the_worst_window_counts_for_each_head_by_itself(encoder):
    assert encoder.logits(["fool " + "kind " * 100 + "beware"]).tolist() == [[4, 3]]


def count(word):
    """The suspicion that a word is bad wherever it stands."""
    return lambda stretches: np.array([stretch.count(word) for stretch in stretches], float)


@pytest.mark.parametrize("before", [0, 5, 6, 50, 101])
@pytest.mark.parametrize("after", [0, 5, 6, 50, 101])
def test_of_a_long_text_the_windows_under_suspicion_are_read(encoder, before, after):
    text = "kind " * before + "fool" + " kind" * after

    assert encoder.logits([text], count("fool"))[0, 0] == 4


@pytest.mark.parametrize(("worse", "read"), [(0, True), (1, True), (2, False), (9, False)])
def test_between_the_ends_two_windows_are_read_and_no_more(encoder, worse, read):
    text = "kind " * 42 + "fool" + " kind" * 42  # It is in one window alone.

    def suspicion(stretches):
        looks = np.array([0.5 * ("fool" in stretch) for stretch in stretches])
        looks[:worse] = 1
        return looks

    assert (encoder.logits([text], suspicion)[0, 0] == 4) == read


def test_the_beginning_and_the_end_are_read_whatever_else_looks_worse(encoder):
    text = "fool " + "kind " * 40 + "you " * 40 + "kind " * 40 + "beware"

    assert encoder.logits([text], count("you")).tolist() == [[4, 3]]


def test_a_text_of_few_windows_is_read_whole_and_nobody_is_asked(encoder):
    text = "kind " * 9 + "fool " + "kind " * 8

    assert encoder.logits([text], lambda _: pytest.fail("asked"))[0, 0] == 4


def test_a_suspicion_is_about_whole_words_of_the_text(encoder):
    text = "kind fools beware you " * 12
    seen = []

    encoder.logits([text], lambda stretches: seen.extend(stretches) or np.zeros(len(stretches)))

    assert set(" ".join(seen).split()) == {"kind", "fools", "beware", "you"}
    assert all(stretch in text for stretch in seen)


def test_a_word_of_thousands_of_signs_is_not_read_again_for_each_window_of_it(encoder):
    seen = []

    encoder.logits(
        ["kind " + "x" * 5_000 + " kind"],
        lambda stretches: seen.extend(stretches) or np.zeros(len(stretches)),
    )
    encoder.logits(
        ["kind " * 9 + "fools" * 2_000],
        lambda stretches: seen.extend(stretches) or np.zeros(len(stretches)),
    )

    assert seen
    assert max(map(len, seen)) < 200


def test_a_text_scores_the_same_whatever_stands_beside_it(encoder):
    texts = ["you fool", "kind " * 30, "", "fools!", "beware you fool"] * 5
    together = encoder.logits(texts)

    alone = np.concatenate([encoder.logits([text]) for text in texts])

    assert np.array_equal(together, alone)


def test_threads_share_an_encoder(encoder):
    texts = [f"{'kind ' * (i % 20)}{'fool' if i % 3 else 'beware'}" for i in range(200)]
    expected = encoder.logits(texts).tolist()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: encoder.logits([text])[0].tolist(), texts))

    assert found == expected


def test_every_word_has_a_weight_and_the_offending_one_the_highest(encoder):
    text = "you kind fools! " + "kind " * 20 + "fool"

    spans = encoder.token_weights(text)

    assert "".join(text[span.start : span.end] for span in spans) == text.replace(" ", "")
    assert [text[s.start : s.end] for s in spans if s.weight > 0.5] == ["fools", "fool"]
    assert all(0 <= span.weight <= 1 for span in spans)


@pytest.mark.parametrize("name", [NETWORK, VOCABULARY])
def test_an_altered_file_is_refused_before_anything_runs_it(files, name, monkeypatch):
    pin = seal(files)
    path = files.folder / name
    path.write_bytes(path.read_bytes() + b"\n")
    monkeypatch.setitem(sys.modules, "onnxruntime.capi", None)

    with pytest.raises(ModelInvalid, match=f"{name} has SHA-256"):
        Encoder.open(files.folder, expected_sha256=pin)


def test_another_manifest_than_the_pinned_one_is_refused(files):
    seal(files)

    with pytest.raises(ModelInvalid, match="pin this digest"):
        Encoder.open(files.folder, expected_sha256="0" * 64)


@pytest.mark.parametrize("name", [NETWORK, VOCABULARY])
def test_a_missing_file_is_named(files, name):
    pin = seal(files)
    (files.folder / name).unlink()

    with pytest.raises(ModelInvalid, match=name):
        Encoder.open(files.folder, expected_sha256=pin)


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("encoder_format", 1),
        ("heads", ()),
        ("heads", None),
        ("window", 2),
        ("window", "wide"),
        ("overlap", 6),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(files, fact, value):
    files.manifest[fact] = value

    with pytest.raises(ModelInvalid, match="not of an encoder"):
        Encoder.open(files.folder, expected_sha256=seal(files))


@pytest.mark.parametrize("graph", [b"", b"not a graph", network()[:-40]])
def test_a_graph_that_cannot_run_is_refused(files, graph):
    files.files[NETWORK] = graph

    with pytest.raises(ModelInvalid, match="not of an encoder"):
        Encoder.open(files.folder, expected_sha256=seal(files))


def test_a_graph_with_other_heads_than_the_manifest_is_refused(files):
    files.files[NETWORK] = network(n_heads=1)

    with pytest.raises(ModelInvalid, match="gives 1 logits"):
        Encoder.open(files.folder, expected_sha256=seal(files))


def test_a_vocabulary_longer_than_the_graph_knows_is_refused_when_it_matters(files):
    files.files[VOCABULARY] += b"extra\n"
    encoder = Encoder.open(files.folder, expected_sha256=seal(files))

    with pytest.raises(Exception, match="out of"):
        encoder.logits(["extra"])


def test_a_logit_that_is_not_a_number_is_never_given(files):
    files.files[NETWORK] = network({**PIECES, "fool": (np.inf, 0)})
    encoder = Encoder.open(files.folder, expected_sha256=seal(files))

    with pytest.raises(ModelInvalid, match="not a number"):
        encoder.logits(["kind", "fool"])


def test_without_the_extra_it_says_how_to_get_it(files, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime.capi", None)

    with pytest.raises(EncoderUnavailable, match=r"pip install 'modsvc\[encoder\]'"):
        Encoder.open(files.folder, expected_sha256=seal(files))


def test_onnxruntime_is_imported_only_when_an_encoder_is_opened():
    program = "import sys, modsvc.classifier.encoder; print('onnxruntime' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_the_shipped_encoder_ranks_abuse_above_fair_words_about_the_same(shipped):
    pairs = [
        ("what a stupid idiot you are", "what a clever doctor you are", "insult"),
        ("i will find you and kill you", "i will find the form and send it", "threat"),
        ("muslims are filthy animals", "muslims are good neighbours", "identity_attack"),
        ("the jews should be wiped out", "the jews should be heard", "hate"),
        ("subscribe to my channel and win free money", "i watched this channel for years", "spam"),
    ]

    for abuse, fair, head in pairs:
        logits = shipped.logits([abuse, fair])[:, shipped.heads.index(head)]
        assert logits[0] > logits[1] + 2, (abuse, head)


def test_the_shipped_encoder_finds_abuse_at_the_end_of_the_longest_comment(shipped):
    fair = "the minister should explain the figures to parliament before the vote on thursday. "
    body = (fair * 250)[:20_440]
    insult = shipped.heads.index("insult")

    clean, abusive = shipped.logits([body, f"{body} you stupid worthless idiot"])[:, insult]

    assert abusive > clean + 3


def test_the_shipped_encoder_gives_a_text_the_same_logits_alone_and_among_others(shipped):
    texts = ["you fool", "a kind word about the weather", "", "\N{RAT} " * 20, "no! " * 400]

    together = shipped.logits(texts)

    assert np.array_equal(together, np.concatenate([shipped.logits([text]) for text in texts]))


def test_the_shipped_encoder_marks_the_offending_word(shipped):
    text = "i read the article twice and you are still a stupid idiot"

    spans = shipped.token_weights(text)

    strongest = max(spans, key=lambda span: span.weight)
    assert text[strongest.start : strongest.end] in ("stupid", "idiot")
    assert max(span.weight for span in spans[:5]) < strongest.weight / 2


def test_the_shipped_encoder_goes_by_what_is_said_and_not_by_its_frame(shipped):
    kind = [
        "muslims are splendid hosts",
        "i hate all exams",
        "jews are dear to me",
        "kill all the wasps",
    ]
    attacks = [
        "muslims are rotten garbage",
        "i hate all muslims",
        "jews are a curse",
        "kill all the jews",
    ]

    logits = shipped.logits([*kind, *attacks])[:, shipped.heads.index("identity_attack")]

    assert max(logits[:4]) < min(logits[4:])
