"""The network: BERT's layers, two ways of pooling, a head for each label and one for words."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

_MASKED = -10_000.0


class Attention(nn.Module):
    """Self-attention written out, which on a CPU is quicker to train than the fused kernel."""

    def __init__(self, width: int, n_heads: int) -> None:
        super().__init__()
        self.n_heads = n_heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Mix each place with the others; both of shape (n, t, width), bias (n, 1, 1, t)."""
        n, t, width = hidden.shape
        parts = self.qkv(hidden).view(n, t, 3, self.n_heads, width // self.n_heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) / math.sqrt(width // self.n_heads) + bias
        mixed = scores.softmax(-1).to(value.dtype) @ value
        return self.out(mixed.transpose(1, 2).reshape(n, t, width))


class Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, width: int, inner: int, n_heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(width, n_heads)
        self.attention_norm = nn.LayerNorm(width, eps=1e-12)
        self.inner = nn.Linear(width, inner)
        self.outer = nn.Linear(inner, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, bias: Tensor) -> Tensor:
        """Shapes as in Attention."""
        hidden = self.attention_norm(hidden + self.dropout(self.attention(hidden, bias)))
        inner = nn.functional.gelu(self.inner(hidden))
        return self.norm(hidden + self.dropout(self.outer(inner)))


class Network(nn.Module):
    """A small BERT whose lower layers are frozen, with pooling and heads.

    `offsets` holds by what each source's logits differ from the first's, since the sets were
    gathered and judged in different ways; it is learned beside the rest and dropped at use.
    """

    def __init__(
        self,
        config: dict[str, Any],
        *,
        n_heads: int,
        n_sources: int,
        n_frozen: int,
        dropout: float,
    ) -> None:
        super().__init__()
        width = config["hidden_size"]
        self.n_frozen = n_frozen
        self.words = nn.Embedding(config["vocab_size"], width)
        self.places = nn.Embedding(config["max_position_embeddings"], width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            Layer(width, config["intermediate_size"], config["num_attention_heads"], dropout)
            for _ in range(config["num_hidden_layers"])
        )
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(2 * width, n_heads)
        self.word_head = nn.Linear(width, 1)
        self.offsets = nn.Embedding(n_sources, n_heads, padding_idx=0)
        nn.init.zeros_(self.offsets.weight)
        for part in (self.words, self.places, self.norm, *self.layers[:n_frozen]):
            part.requires_grad_(False)

    def train(self, mode: bool = True) -> Network:
        """Keep dropout out of the frozen layers."""
        super().train(mode)
        for layer in self.layers[: self.n_frozen]:
            layer.eval()
        return self

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (n, n_heads) of texts and (n, t) of their pieces."""
        mask = attention_mask.to(self.norm.weight.dtype)
        bias = (1.0 - mask)[:, None, None, :] * _MASKED
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        hidden = self.norm(self.words(input_ids) + self.places(places))
        for layer in self.layers:
            hidden = layer(hidden, bias)
        hidden = hidden.float()
        each = mask[:, :, None]
        mean = (hidden * each).sum(1) / each.sum(1)
        most = (hidden + (1.0 - each) * _MASKED).amax(1)
        logits = self.heads(self.dropout(torch.cat([mean, most], 1)))
        return logits, self.word_head(self.dropout(hidden)).squeeze(-1)


def load_base(folder: Path, start: Path | None = None, **options: Any) -> Network:
    """Build the network on the weights of a published BERT: config.json and model.safetensors.

    `start` is a checkpoint of the same network to go on from instead.
    """
    from safetensors.torch import load_file

    network = Network(json.loads((folder / "config.json").read_text()), **options)
    if start is not None:
        network.load_state_dict(torch.load(start, weights_only=True))
        return network
    weights = load_file(folder / "model.safetensors")
    own = network.state_dict()

    def take(name: str, *published: str) -> None:
        for kind in ("weight", "bias"):
            found = [weights[f"{source}.{kind}"] for source in published]
            own[f"{name}.{kind}"].copy_(torch.cat(found) if len(found) > 1 else found[0])

    own["words.weight"].copy_(weights["embeddings.word_embeddings.weight"])
    # One kind of segment is ever used, so its embedding is part of every place's.
    own["places.weight"].copy_(
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    take("norm", "embeddings.LayerNorm")
    for i in range(len(network.layers)):
        layer, base = f"layers.{i}", f"encoder.layer.{i}"
        take(
            f"{layer}.attention.qkv",
            *(f"{base}.attention.self.{part}" for part in ("query", "key", "value")),
        )
        take(f"{layer}.attention.out", f"{base}.attention.output.dense")
        take(f"{layer}.attention_norm", f"{base}.attention.output.LayerNorm")
        take(f"{layer}.inner", f"{base}.intermediate.dense")
        take(f"{layer}.outer", f"{base}.output.dense")
        take(f"{layer}.norm", f"{base}.output.LayerNorm")
    return network


def mean_of(checkpoints: Sequence[Path]) -> dict[str, Tensor]:
    """Return the mean of the weights at several points of a fine-tuning.

    It ranks better than the last of them, on comments of other kinds most of all. After Izmailov et
    al. (2018), https://arxiv.org/abs/1803.05407.
    """
    found = [torch.load(path, weights_only=True) for path in checkpoints]
    return {name: torch.stack([each[name] for each in found]).mean(0) for name in found[0]}
