"""From a fitted pipeline to the files that are served, and back to the pipeline."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import tomllib
from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from modsvc.classifier.artifact import FEATURES, FORMAT, LEXICON, MANIFEST, Artifact, verify
from modsvc.classifier.tagger import ARRAYS
from modsvc.core.lexicon import Lexicon
from training import card
from training.data import digest
from training.own import FILES
from training.sets import LabelledSet

PARAMS = Path(__file__).with_name("params.toml")
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "joblib")
_OWN = {
    "about": "abusive and fair comments, or adverts and their twins, written for this model",
    "official": "the project's own source, training/sentences/",
    "licence": "Apache-2.0",
    "attribution": "the modsvc authors",
    "may_ship": True,
}


class WrongLibraries(Exception):
    """The pipeline was written by another minor version of scikit-learn and must not be opened."""


def read_params() -> dict[str, Any]:
    """Return params.toml."""
    return tomllib.loads(PARAMS.read_text(encoding="utf-8"))


def to_artifact(pipeline: Pipeline, version: str) -> Artifact:
    """Return what would be served, without a tagger or an encoder and without writing anything."""
    views, heads = pipeline["views"], pipeline["heads"]
    return Artifact(
        version=version,
        manifest_sha256="",
        labels=tuple(heads.labels),
        full_view=frozenset(heads.full_view),
        identity_terms=frozenset(views.identity_terms),
        idf=views.idf_,
        rows=heads.rows_,
        weights=heads.weights_,
        mark_weights=heads.mark_weights_,
        calibration=heads.calibration_,
        lexicon=Lexicon.from_text(views.lexicon) if views.lexicon else None,
    )


def write(
    folder: Path,
    artifact: Artifact,
    pipeline: Pipeline,
    *,
    params: str,
    facts: Mapping[str, Any],
    plots: Mapping[str, bytes],
) -> str:
    """Write a model's whole folder and return the SHA-256 of its manifest, which is its pin.

    `params` is the text the model was built from, `facts` what else the manifest says. The same
    data, params and libraries give the same bytes.
    """
    files: dict[str, bytes] = {"params.toml": params.encode(), **plots}
    for name, array in _arrays(artifact).items():
        file = io.BytesIO()
        np.save(file, array, allow_pickle=False)
        files[f"{name}.npy"] = file.getvalue()
    if artifact.lexicon:
        files[LEXICON] = artifact.lexicon.to_text().encode()
    pickled = io.BytesIO()
    joblib.dump(pipeline, pickled, compress=6)
    files["pipeline.joblib"] = pickled.getvalue()
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": artifact.version,
        "labels": artifact.labels,
        "languages": ["en"],
        "features": FEATURES,
        "full_view": sorted(artifact.full_view),
        "identity_terms": sorted(artifact.identity_terms),
    }
    if joined := artifact.joined:
        manifest["joined"] = {
            "version": joined.version,
            "manifest_sha256": joined.manifest_sha256,
            "heads": joined.heads,
        }
    manifest |= {
        "rates": dict(zip(artifact.labels, pipeline["heads"].rates_.tolist(), strict=True)),
        "libraries": {name: installed(name) for name in _LIBRARIES}
        | {"python": platform.python_version()},
        **card.rounded(facts),
    }
    return _seal(folder, manifest, files)


def _arrays(artifact: Artifact) -> dict[str, NDArray[Any]]:
    """Return a model's arrays by the names of their files."""
    tagger = artifact.tagger
    return {
        "idf": artifact.idf,
        "rows": artifact.rows,
        "weights": artifact.weights,
        "marks": artifact.mark_weights,
        "calibration": artifact.calibration,
        **({f"tagger_{name}": getattr(tagger, name) for name in ARRAYS} if tagger else {}),
        **({"joined": artifact.joined.weights} if artifact.joined else {}),
    }


def learned_from(data: Path, sources: Sequence[LabelledSet]) -> list[dict[str, Any]]:
    """Return what the manifest says of each set that a model learned from, and of our own files."""
    sets = [
        {
            "name": source.name,
            "about": source.about,
            "official": source.official,
            "licence": source.licence,
            "attribution": source.attribution,
            "may_ship": source.may_ship,
            "sha256": digest(data, source),
        }
        for source in sources
    ]
    own = [{"name": path.name, **_OWN, "sha256": sha256_of(path)} for path in FILES]
    return sets + own


def release(candidate: Path, out: Path, record: Mapping[str, Any]) -> str:
    """Write a candidate's folder to `out` with the record of its release, and return its pin.

    What is served stays as it is; the card says what the release was decided by.
    """
    manifest = json.loads((candidate / MANIFEST).read_text(encoding="utf-8"))
    files = {name: (candidate / name).read_bytes() for name in manifest["files"]}
    return _seal(out, manifest | {"record": card.rounded(record)}, files)


def _seal(folder: Path, manifest: dict[str, Any], files: dict[str, bytes]) -> str:
    """Write the card, the files, and a manifest that vouches for them; return its digest."""
    files["card.md"] = card.render(manifest).encode()
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in sorted(files.items())
    }
    content = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name, each in {**files, MANIFEST: content}.items():
        (folder / name).write_bytes(each)
    return sha256_of(folder / MANIFEST)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pin(source: Path, version: str, sha256: str) -> None:
    """Write a model's version and pin into `modsvc/classifier/shipped.py`."""
    lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
    facts = {"VERSION": version, "MANIFEST_SHA256": sha256}
    pinned = [
        f'{name} = "{facts[name]}"\n' if (name := line.split(" = ")[0]) in facts else line
        for line in lines
    ]
    source.write_text("".join(pinned), encoding="utf-8")


def load_pipeline(folder: Path, *, expected_sha256: str) -> Pipeline:
    """Open the pipeline, after checking that every file is the pinned one: a pickle can run code.

    Raises
    ------
    ModelInvalid
        A file is missing or altered.
    WrongLibraries
        It needs another scikit-learn; a fitted pipeline belongs to its minor version.
    """
    manifest = verify(folder, expected_sha256=expected_sha256)
    wanted, found = manifest["libraries"]["scikit-learn"], installed("scikit-learn")
    if wanted.split(".")[:2] != found.split(".")[:2]:
        raise WrongLibraries(
            f"{folder / 'pipeline.joblib'} needs scikit-learn {wanted}, found {found}: install it,"
            " or run `make train`"
        )
    pipeline: Pipeline = joblib.load(folder / "pipeline.joblib")
    return pipeline
