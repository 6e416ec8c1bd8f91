"""From the fitted network to the folder that is served: one ONNX graph of eight-bit weights."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

_OPSET = 17


def to_onnx(network: nn.Module) -> bytes:
    """Write the network as a graph of 32-bit numbers, for any number of texts of any length."""
    network.eval()
    ids = torch.ones(2, 7, dtype=torch.int64)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.onnx"
        with warnings.catch_warnings():
            # The exporter that replaces this one needs packages of its own for the same graph.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network,
                (ids, torch.ones_like(ids)),
                path,
                dynamo=False,
                opset_version=_OPSET,
                input_names=["input_ids", "attention_mask"],
                output_names=["logits", "token_logits"],
                dynamic_axes={
                    "input_ids": {0: "n", 1: "t"},
                    "attention_mask": {0: "n", 1: "t"},
                    "logits": {0: "n"},
                    "token_logits": {0: "n", 1: "t"},
                },
            )
        return path.read_bytes()


def quantise(graph: bytes) -> bytes:
    """Keep the weights in eight bits, each output channel with a scale of its own.

    Of the eight, seven are used: processors without VNNI add pairs of products in sixteen bits and
    would overflow, so that scores would depend on the machine.
    """
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder) / "full.onnx", Path(folder) / "small.onnx"
        full.write_bytes(graph)
        quantize_dynamic(
            full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
        )
        return small.read_bytes()
