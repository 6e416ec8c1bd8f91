"""The encoder: a small network that reads words in their context, beside the linear model.

A text is read in windows that overlap, and for each head the window that says most counts. Windows
cost some milliseconds each, so that of a long text only the first, the last and those between that
look worst to a cheaper judge are read, if the caller has one; who has not gets all of them read.
Each window is a run of its own. In a batch the network's eight-bit arithmetic would scale all texts
by the largest number in any of them, and a comment's scores would depend on its neighbours; alone
they never change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modsvc.classifier.artifact import MANIFEST, read_verified
from modsvc.classifier.wordpiece import Word, WordPiece
from modsvc.core.groups import NO_GROUP
from modsvc.core.identity import ALIKE
from modsvc.core.signals import Span
from modsvc.errors import EncoderUnavailable, ModelInvalid

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

ENCODER_FORMAT = 2
NETWORK = "encoder.onnx"
VOCABULARY = "vocab.txt"
# As many windows of a text are read if there is a suspicion to choose them by.
MAX_WINDOWS = 4
# More than words have. A word of thousands of signs must not be read again for each window of it.
_CHARS_PER_PIECE = 8
# Says of stretches of one text how bad each looks, shape (n_stretches,); only the order counts.
Suspicion = Callable[[Sequence[str]], NDArray[np.float64]]


class Encoder:
    """An opened encoder. Threads may share it: a call runs on its own thread and on no other.

    Attributes
    ----------
    version
        The model's version, part of every decision it had a part in.
    heads
        What its logits are of, in their order: labels, and heads that lend to them.
    """

    def __init__(self, session: InferenceSession, wordpiece: WordPiece, facts: _Facts) -> None:
        self.version, self.heads = facts.version, facts.heads
        self._facts, self._session, self._wordpiece = facts, session, wordpiece

    @classmethod
    def open(cls, folder: Path, *, expected_sha256: str) -> Encoder:
        """Open an encoder's folder whose manifest has this SHA-256.

        Raises
        ------
        EncoderUnavailable
            What runs it is not installed.
        ModelInvalid
            A file is missing or altered, or does not hold what the manifest says.
        """
        manifest, contents = read_verified(folder, expected_sha256=expected_sha256)
        broken: tuple[type[Exception], ...] = (KeyError, TypeError, ValueError, *_import_runtime())
        try:
            facts = _Facts.read(manifest)
            vocabulary = contents[VOCABULARY].decode().rstrip("\n").split("\n")
            wordpiece = WordPiece(vocabulary, ALIKE, NO_GROUP)
            encoder = cls(_open_session(contents[NETWORK]), wordpiece, facts)
            nothing = [wordpiece.start, wordpiece.end]
            n_logits = len(encoder._run(nothing))
            encoder._run(nothing, "token_logits")
        except broken as error:
            raise ModelInvalid(
                f"{folder / MANIFEST} is not of an encoder that this version can run ({error!r})"
            ) from error
        if n_logits != len(encoder.heads):
            raise ModelInvalid(
                f"{folder / NETWORK} gives {n_logits} logits, the manifest names {encoder.heads}"
            )
        return encoder

    def logits(
        self, texts: Sequence[str], suspicion: Suspicion | None = None
    ) -> NDArray[np.float64]:
        """Return the logits of texts as read, shape (n_texts, n_heads).

        A head says of a long text what it says of the worst window of it that is read: of all, or
        with a suspicion of MAX_WINDOWS: the first, the last, and the most suspicious between them.

        Raises
        ------
        ModelInvalid
            A logit is not a number; nothing may be decided by it.
        """
        worst = [
            np.max([self._run(pieces) for pieces in self._chosen(text, suspicion)], axis=0)
            for text in texts
        ]
        logits = np.array(worst, np.float64).reshape(len(texts), len(self.heads))
        if not np.isfinite(logits).all():
            raise ModelInvalid(f"model {self.version} gave a logit that is not a number")
        return logits

    def token_weights(self, text: str) -> tuple[Span, ...]:
        """Say of each word of a text as read how likely it is that it offends, in [0, 1].

        The spans are stretches of `text`, in order: every word and sign of it is in one.
        """
        words = list(self._wordpiece.words(text))
        lengths = self._lengths(words)
        logits = np.full(sum(lengths), -np.inf)
        for start, pieces in self._windows(text):
            here = slice(start, start + len(pieces) - 2)
            logits[here] = np.maximum(logits[here], self._run(pieces, "token_logits")[1:-1])
        weights = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        ends = np.cumsum(lengths)
        return tuple(
            Span(word.start, word.end, float(weights[end - length : end].max(initial=0.0)))
            for word, length, end in zip(words, lengths, ends.tolist(), strict=True)
        )

    def _windows(self, text: str) -> Iterator[tuple[int, list[int]]]:
        """Yield where each window begins, in pieces, and its pieces between start and end."""
        spelled = self._wordpiece.encode(text)
        room = self._facts.window - 2
        step = room - self._facts.overlap
        for start in range(0, max(1, len(spelled) - self._facts.overlap), step):
            yield (
                start,
                [self._wordpiece.start, *spelled[start : start + room], self._wordpiece.end],
            )

    def _chosen(self, text: str, suspicion: Suspicion | None) -> list[list[int]]:
        """Return the windows to read."""
        windows = list(self._windows(text))
        pieces = [pieces for _, pieces in windows]
        if suspicion is None or len(windows) <= MAX_WINDOWS:
            return pieces
        looks = suspicion(self._stretches(text, windows[1:-1]))
        worst = np.argsort(-looks, kind="stable")[: MAX_WINDOWS - 2].tolist()
        return [pieces[0], *(pieces[1 + i] for i in worst), pieces[-1]]

    def _stretches(self, text: str, windows: Sequence[tuple[int, list[int]]]) -> list[str]:
        """Return what each window is of, in whole words; one far longer than a window is cut."""
        longest = _CHARS_PER_PIECE * self._facts.window
        words = list(self._wordpiece.words(text))
        word_of_piece = [
            word
            for word, length in zip(words, self._lengths(words), strict=True)
            for _ in range(length)
        ]
        return [
            text[word_of_piece[start].start : word_of_piece[start + len(pieces) - 3].end][:longest]
            for start, pieces in windows
        ]

    def _lengths(self, words: Sequence[Word]) -> list[int]:
        """Return how many pieces each word of a text has."""
        return [len(pieces) for pieces in self._wordpiece.spell([word.text for word in words])]

    def _run(self, pieces: list[int], asked: str = "logits") -> NDArray[np.float32]:
        """Return one window's logits, shape (n_heads,), or its "token_logits", (n_pieces,)."""
        ids = np.array([pieces], np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        [answered] = self._session.run([asked], feed)
        found: NDArray[np.float32] = answered[0]
        return found


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a manifest says of its encoder; `window` and `overlap` are counted in pieces."""

    version: str
    heads: tuple[str, ...]
    window: int
    overlap: int

    @classmethod
    def read(cls, manifest: Mapping[str, Any]) -> _Facts:
        """Take the facts; KeyError, TypeError or ValueError says that they make no sense."""
        if (found := manifest["encoder_format"]) != ENCODER_FORMAT:
            raise ValueError(f"format {found}, expected {ENCODER_FORMAT}")
        facts = cls(
            str(manifest["version"]),
            tuple(manifest["heads"]),
            int(manifest["window"]),
            int(manifest["overlap"]),
        )
        if not facts.heads or not 0 <= facts.overlap < facts.window - 2:
            raise ValueError(f"impossible {facts}")
        return facts


def _import_runtime() -> tuple[type[Exception], ...]:
    """Import onnxruntime, which is an extra, and return the errors it raises.

    Raises
    ------
    EncoderUnavailable
        It is not installed.
    """
    try:
        from onnxruntime.capi import onnxruntime_pybind11_state as state
    except ImportError as error:
        raise EncoderUnavailable(
            f"the encoder needs onnxruntime ({error}): pip install 'modsvc[encoder]'"
        ) from error
    # They have no base of their own.
    kinds = [each for each in vars(state).values() if isinstance(each, type)]
    return tuple(kind for kind in kinds if issubclass(kind, Exception))


def _open_session(network: bytes) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = 1  # The server has a worker a core; they must not fight over it.
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # A plan for each length of text would be kept for good.
    options.log_severity_level = 3
    return InferenceSession(network, options, providers=["CPUExecutionProvider"])
