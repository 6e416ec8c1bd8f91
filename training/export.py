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
from sklearn.pipeline import Pipeline

from modsvc.classifier.artifact import FEATURES, FORMAT, MANIFEST, Artifact, Joined, verify
from modsvc.classifier.tagger import TaggerArrays
from training import card
from training.data import digest
from training.own import FAIR, UNFAIR
from training.risk import Bands
from training.sets import LabelledSet

PARAMS = Path(__file__).with_name("params.toml")
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "joblib")
_ABOUT_OWN = {
    FAIR: "fair comments on hard subjects, written for this model",
    UNFAIR: "abusive comments of the kinds that models miss, written for this model",
}
_OWN = {
    "official": "the project's own source, training/",
    "licence": "Apache-2.0",
    "attribution": "the modsvc authors",
    "may_ship": True,
}
_ARRAYS = {
    "idf": "idf",
    "rows": "rows",
    "weights": "weights",
    "marks": "mark_weights",
    "calibration": "calibration",
}


class WrongLibraries(Exception):
    """The pipeline was written by another minor version of scikit-learn and must not be opened."""


def read_params() -> dict[str, Any]:
    """Return params.toml."""
    return tomllib.loads(PARAMS.read_text(encoding="utf-8"))


def to_artifact(
    pipeline: Pipeline,
    version: str,
    *,
    tagger: TaggerArrays | None = None,
    joined: Joined | None = None,
) -> Artifact:
    """Return what would be served, without writing anything."""
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
        tagger=tagger,
        joined=joined,
    )


def write(
    folder: Path,
    pipeline: Pipeline,
    *,
    params: str,
    data: Path,
    sources: Sequence[LabelledSet],
    n_rows: int,
    metrics: Mapping[str, Any],
    bands: Bands,
    plots: Mapping[str, bytes],
) -> str:
    """Write a model's whole folder and return the SHA-256 of its manifest, which is its pin.

    `params` is the text the model was built from. The same data, params and libraries give the same
    bytes.
    """
    artifact = to_artifact(pipeline, tomllib.loads(params)["version"])
    files: dict[str, bytes] = {"params.toml": params.encode(), **plots}
    for name, attribute in _ARRAYS.items():
        file = io.BytesIO()
        np.save(file, getattr(artifact, attribute), allow_pickle=False)
        files[f"{name}.npy"] = file.getvalue()
    pickled = io.BytesIO()
    joblib.dump(pipeline, pickled, compress=6)
    files["pipeline.joblib"] = pickled.getvalue()
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": artifact.version,
        "labels": artifact.labels,
        "features": FEATURES,
        "full_view": sorted(artifact.full_view),
        "identity_terms": sorted(artifact.identity_terms),
        "data": [
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
        + [
            {"name": path.name, "about": about, **_OWN, "sha256": sha256_of(path)}
            for path, about in _ABOUT_OWN.items()
        ],
        "rows_fitted": n_rows,
        "rates": dict(zip(artifact.labels, pipeline["heads"].rates_.tolist(), strict=True)),
        "libraries": {name: installed(name) for name in _LIBRARIES}
        | {"python": platform.python_version()},
        "metrics": card.rounded(metrics),
        "bands": card.rounded(bands.as_json()),
    }
    return _seal(folder, manifest, files)


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
