"""The model's files: opened only after they have proved to be the ones that were pinned.

A pin is the SHA-256 of `manifest.json`, and the manifest holds the SHA-256 of every other file, so
one number, kept with the code or in the operator's settings, vouches for the whole folder.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from modsvc.classifier import features, tagger
from modsvc.core.labels import LABELS
from modsvc.core.lexicon import Lexicon
from modsvc.errors import ModelInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 2  # 1 let some labels see which group was named.
MANIFEST = "manifest.json"
LEXICON = "lexicon.txt"
_MAX_MANIFEST_BYTES = 1 << 20
_MAX_FILE_BYTES = 64 << 20
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.(?:npy|joblib|md|onnx|svg|toml|txt)")
# What the hashing of this version of the code looks like; another would read the weights as noise.
FEATURES = {
    "word_buckets": features.WORD_BUCKETS,
    "char_buckets": features.CHAR_BUCKETS,
    "char_sizes": list(features.CHAR_SIZES),
    "marks": features.N_MARKS,
}


@dataclass(frozen=True, slots=True)
class Joined:
    """The encoder that a model was fitted to be joined with, and how.

    `weights` is what `both.join` takes, shape (1 + n_heads + 2, n_labels).
    """

    version: str
    manifest_sha256: str
    heads: tuple[str, ...]
    weights: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model's arrays, which cannot be written, and what the manifest says of them.

    A label's score is `sigmoid(slope · (values · weights + marks · mark_weights) + offset)`, the
    values being `features.weigh` of its view. Labels in `full_view` see every word, but of the
    `identity_terms` only that one stands there; the others see none of these.
    """

    version: str
    manifest_sha256: str
    labels: tuple[str, ...]
    full_view: frozenset[str]
    identity_terms: frozenset[str]
    idf: NDArray[np.float16]  # (N_BUCKETS,); 0 where training did not meet the n-gram.
    rows: NDArray[np.uint16]  # (N_BUCKETS,): each bucket's row of `weights`; row 0 is all zeros.
    weights: NDArray[np.float16]  # (n_rows, n_labels)
    mark_weights: NDArray[np.float64]  # (N_MARKS, n_labels)
    calibration: NDArray[np.float64]  # (n_labels, 2): slope and offset.
    tagger: tagger.TaggerArrays | None = None  # A model may lack one; pushes then explain alone.
    lexicon: Lexicon | None = (
        None  # With it texts are read; None where words are taken as they are.
    )
    folder: Path | None = None  # Where it was read from; None if it was just fitted.
    joined: Joined | None = None  # Nor need there be an encoder; the model then judges alone.


def open_artifact(folder: Path, *, expected_sha256: str) -> Artifact:
    """Verify the folder against its pin, then open it.

    Raises
    ------
    ModelInvalid
        Something is missing, altered, of another format, or not a number.
    """
    manifest, contents = read_verified(folder, expected_sha256=expected_sha256)
    try:
        return _assemble(folder, manifest, contents, expected_sha256.lower())
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelInvalid(
            f"{folder / MANIFEST} lacks or misstates {error}: fit the model anew with this version"
        ) from error


def verify(folder: Path, *, expected_sha256: str) -> dict[str, Any]:
    """Check every file's digest, opening none of them, and return the manifest.

    Raises
    ------
    ModelInvalid
        A file is missing or is not the one that was pinned.
    """
    return read_verified(folder, expected_sha256=expected_sha256)[0]


def read_verified(folder: Path, *, expected_sha256: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Give the manifest, and every file's content as it was when its digest was checked.

    What is served is read once and kept: a file that changes afterwards, or between the check and
    a second reading, must not become a score.

    Raises
    ------
    ModelInvalid
        A file is missing or is not the one that was pinned.
    """
    path = folder / MANIFEST
    content = _read(path, _MAX_MANIFEST_BYTES)
    found = hashlib.sha256(content).hexdigest()
    if found != expected_sha256.lower():
        raise ModelInvalid(
            f"{path} has SHA-256 {found}, expected {expected_sha256}: restore the folder, or"
            " pin this digest if you trust whoever changed it"
        )
    try:
        manifest = json.loads(content)
        files = {name: facts["sha256"] for name, facts in manifest["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelInvalid(f"{path} is not a model's manifest ({error!r})") from error
    contents = {}
    for name, digest in files.items():
        if not _FILE_NAME.fullmatch(name):
            raise ModelInvalid(f"{path} names the file {name!r}: only plain names are allowed")
        contents[name] = _read(folder / name, _MAX_FILE_BYTES)
        found = hashlib.sha256(contents[name]).hexdigest()
        if found != digest:
            raise ModelInvalid(
                f"{folder / name} has SHA-256 {found}, the manifest says {digest}: restore the file"
            )
    return dict(manifest), contents


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise ModelInvalid(f"{path} cannot be read ({error.strerror}): restore the file") from error
    if len(content) > limit:
        raise ModelInvalid(f"{path} is larger than {limit} bytes: this is not a model's file")
    return content


def _assemble(
    folder: Path, manifest: dict[str, Any], contents: dict[str, bytes], digest: str
) -> Artifact:
    if manifest["format"] != FORMAT or manifest["features"] != FEATURES:
        raise ModelInvalid(
            f"{folder / MANIFEST} is of format {manifest['format']} with features"
            f" {manifest['features']}; this version reads format {FORMAT} with {FEATURES}"
        )
    labels = tuple(manifest["labels"])
    if not labels or len(set(labels)) != len(labels) or not LABELS.keys() >= set(labels):
        raise ModelInvalid(f"{folder / MANIFEST} names labels {labels}, known are {tuple(LABELS)}")

    def array(name: str, dtype: str, *shape: int | None) -> NDArray[Any]:
        if name not in manifest["files"]:
            raise ModelInvalid(f"{folder / MANIFEST} does not list {name}")
        return _open_array(folder / name, contents[name], np.dtype(dtype), shape)

    artifact = Artifact(
        version=manifest["version"],
        manifest_sha256=digest,
        labels=labels,
        full_view=frozenset(manifest["full_view"]),
        identity_terms=frozenset(manifest["identity_terms"]),
        idf=array("idf.npy", "float16", features.N_BUCKETS),
        rows=array("rows.npy", "uint16", features.N_BUCKETS),
        weights=array("weights.npy", "float16", None, len(labels)),
        mark_weights=array("marks.npy", "float64", features.N_MARKS, len(labels)),
        calibration=array("calibration.npy", "float64", len(labels), 2),
        tagger=tagger.TaggerArrays(
            **{
                name: array(f"tagger_{name}.npy", dtype, *shape)
                for name, (dtype, shape) in tagger.ARRAYS.items()
            }
        )
        if any(name.startswith("tagger_") for name in manifest["files"])
        else None,
        lexicon=_open_lexicon(folder / LEXICON, contents[LEXICON]) if LEXICON in contents else None,
        folder=folder,
        joined=Joined(
            encoder["version"],
            encoder["manifest_sha256"],
            tuple(encoder["heads"]),
            array("joined.npy", "float64", len(encoder["heads"]) + 3, len(labels)),
        )
        if (encoder := manifest.get("joined"))
        else None,
    )
    if int(artifact.rows.max()) >= len(artifact.weights):
        raise ModelInvalid(f"{folder / 'rows.npy'} points past the end of weights.npy")
    if artifact.weights[0].any():
        raise ModelInvalid(f"{folder / 'weights.npy'} has a first row that is not zero")
    return artifact


def _open_lexicon(path: Path, content: bytes) -> Lexicon:
    try:
        return Lexicon.from_text(content.decode())
    except ValueError as error:
        raise ModelInvalid(f"{path} cannot be used: {error}") from error


def _open_array(
    path: Path, content: bytes, dtype: np.dtype[Any], shape: tuple[int | None, ...]
) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
        array.flags.writeable = False
    except (ValueError, OSError, EOFError) as error:
        raise ModelInvalid(f"{path} is not a plain array ({error})") from error
    fits = len(array.shape) == len(shape) and all(
        wanted in (None, length) for length, wanted in zip(array.shape, shape, strict=True)
    )
    if array.dtype != dtype or not fits or not array.size:
        raise ModelInvalid(
            f"{path} holds {array.dtype} of shape {array.shape}, expected {dtype} of shape {shape}"
        )
    if not np.isfinite(array).all():
        raise ModelInvalid(f"{path} holds values that are not numbers: fit the model anew")
    return array
