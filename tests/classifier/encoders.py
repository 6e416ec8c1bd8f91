"""Encoders of a few numbers, in the very format of the shipped one."""

import hashlib
import json
from types import SimpleNamespace

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from modsvc.classifier.artifact import MANIFEST
from modsvc.classifier.encoder import ENCODER_FORMAT, NETWORK, VOCABULARY

HEADS = ("insult", "threat")
# Each piece with its logits; a text's logit is the highest of its pieces.
PIECES = {
    "[PAD]": (-9, -9), "[UNK]": (-5, -5), "[CLS]": (-5, -5), "[SEP]": (-5, -5),
    "you": (-5, -5), "kind": (-5, -5), "fool": (4, -2), "##s": (-5, -5), "beware": (-3, 3), "!": (-5, -5),
}  # fmt: skip


def network(pieces=PIECES, n_heads=2):
    """A graph that looks each piece up, and takes the highest of a text."""
    table = np.array([logits[:n_heads] for logits in pieces.values()], np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["each"]),
        helper.make_node("ReduceMax", ["each"], ["logits"], axes=[1], keepdims=0),
        helper.make_node("Gather", ["each", "first"], ["token_logits"], axis=2),
    ]
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"])
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", n_heads]),
        helper.make_tensor_value_info("token_logits", TensorProto.FLOAT, ["n", "t"]),
    ]
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array(0, np.int64), "first"),
    ]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()


def tiny(folder, pieces=PIECES, **facts):
    """Files and manifest of an encoder, to be altered and then sealed."""
    n_heads = len(facts.get("heads", HEADS))
    files = {NETWORK: network(pieces, n_heads), VOCABULARY: "\n".join([*pieces, ""]).encode()}
    manifest = {
        "encoder_format": ENCODER_FORMAT,
        "version": "tiny-1",
        "heads": HEADS,
        "window": 8,
        "overlap": 2,
    }
    return SimpleNamespace(folder=folder, files=files, manifest={**manifest, **facts})


def seal(encoder):
    """Write an encoder's folder and return its pin."""
    digests = {name: {"sha256": _sha256(content)} for name, content in encoder.files.items()}
    for name, content in encoder.files.items():
        (encoder.folder / name).write_bytes(content)
    content = json.dumps({**encoder.manifest, "files": digests}).encode()
    (encoder.folder / MANIFEST).write_bytes(content)
    return _sha256(content)


def _sha256(content):
    return hashlib.sha256(content).hexdigest()
