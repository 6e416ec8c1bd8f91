"""The encoder's folder: graph, vocabulary, what they were made from, and the digests of all."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from modsvc.classifier.artifact import MANIFEST
from modsvc.classifier.encoder import ENCODER_FORMAT, NETWORK, VOCABULARY
from training.card import rounded
from training.data import digest
from training.encoder.identities import SENTENCES
from training.encoder.rows import SPANS
from training.own import FILES
from training.sets import HEADS, SETS, TRAINING

BASE = {
    "name": "sentence-transformers/all-MiniLM-L6-v2",
    "licence": "Apache-2.0; it comes from nreimers/MiniLM-L6-H384-uncased, MIT",
}
# A window is read at once; its overlap with the next is more than any word's surroundings.
_WINDOW, _OVERLAP = 128, 32
_LIBRARIES = ("torch", "onnx", "onnxruntime", "numpy")
_CARD = """\
# Encoder {version}

Reads a comment's words in their context and gives logits for these heads: {heads}.
It judges beside the linear model, never alone: the two are averaged and calibrated together, and
the card of that model says how good they are. English only.

Fine-tuned from {base}.
The embeddings and the lowest {n_frozen} of its layers are as published; the weights are the mean of
{n_checkpoints} checkpoints, rounded to eight bits. It learned from {rows:,} labelled comments and
from sentences of our own. All names of groups but those of the sexes and ages are read as one and
the same, so that a name says nothing by itself.

On comments nothing was fitted on, the area under the curve of each head by itself; for words, the
F1 of the characters that offend:

{figures}

| set | what | licence | by |
|---|---|---|---|
{data}

It misses irony, polite contempt and what needs the article to be understood. `civil` was learned
from comments chosen for being nearly toxic, where people themselves disagree. Read to its
end, a text of many thousand signs takes it a second; the service reads parts (`docs/model.md`).
"""


def write(
    folder: Path,
    graph: bytes,
    *,
    vocabulary: Path,
    params_file: Path,
    params: Mapping[str, Any],
    data: Path,
    n_rows: int,
    n_checkpoints: int,
    figures: Mapping[str, float],
) -> str:
    """Write the whole folder and return the SHA-256 of its manifest, which is its pin."""
    sources = [*TRAINING, *(source for source in SETS if source.name == SPANS)]
    manifest: dict[str, Any] = {
        "encoder_format": ENCODER_FORMAT,
        "version": params["version"],
        "heads": HEADS,
        "window": _WINDOW,
        "overlap": _OVERLAP,
        "base": BASE | {"sha256": _sha256((vocabulary.parent / "model.safetensors").read_bytes())},
        "data": [
            {
                "name": source.name,
                "about": source.about,
                "official": source.official,
                "licence": source.licence,
                "attribution": source.attribution,
                "sha256": digest(data, source),
            }
            for source in sources
        ],
        "own": {path.name: _sha256(path.read_bytes()) for path in (*FILES, SENTENCES)},
        "rows_fitted": n_rows,
        "mean_of_checkpoints": n_checkpoints,
        "figures": rounded(figures),
        "libraries": _versions(_LIBRARIES) | {"python": platform.python_version()},
    }
    files = {
        NETWORK: graph,
        VOCABULARY: vocabulary.read_bytes(),
        "params.toml": params_file.read_bytes(),
        "card.md": _card(manifest, params).encode(),
    }
    manifest["files"] = {
        name: {"sha256": _sha256(content), "bytes": len(content)}
        for name, content in sorted(files.items())
    }
    files[MANIFEST] = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return _sha256(files[MANIFEST])


def _card(manifest: Mapping[str, Any], params: Mapping[str, Any]) -> str:
    def lines(rows: Sequence[Sequence[object]]) -> str:
        return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)

    figures = [(name, f"{value:.4f}") for name, value in manifest["figures"].items()]
    data = [
        [source[key] for key in ("name", "about", "licence", "attribution")]
        for source in manifest["data"]
    ]
    return _CARD.format(
        version=manifest["version"],
        heads=", ".join(manifest["heads"]),
        base=f"{BASE['name']} ({BASE['licence']})",
        n_frozen=params["network"]["n_frozen"],
        rows=manifest["rows_fitted"],
        n_checkpoints=manifest["mean_of_checkpoints"],
        figures=lines([("figure", ""), ("---", "---:"), *figures]),
        data=lines(data),
    )


def _versions(names: Sequence[str]) -> dict[str, str]:
    # What only fits may be missing where a fitted network is written.
    return {name: installed(name) for name in names if find_spec(name)}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
