import subprocess
import sys

import pytest

from modsvc.classifier import shipped
from training import cost
from training.cost_of import ONE

TEXTS = ["Thank you, a fair and careful article.", "What nonsense."] * 20


def test_a_contender_is_measured_in_a_process_of_its_own():
    found = cost.in_fresh_process(ONE, str(shipped.find_shipped()), TEXTS)

    assert found["texts"] == len(TEXTS)
    assert 0 < found["us_each"] <= found["us_each_p99"]
    assert found["us_in_batch"] > 0
    assert found["load_s"] > 0
    assert found["memory_mb"] > 1


def test_stage_one_is_measured_without_loading_the_encoder():
    code = (
        "import sys; from training.cost_of import ONE, open_ours;"
        f"open_ours(ONE, {str(shipped.find_shipped())!r})(['Thank you.']);"
        "sys.exit('onnxruntime' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_contender_that_breaks_is_not_passed_over(tmp_path):
    with pytest.raises(cost.CostUnknown, match="stage one could not be measured"):
        cost.in_fresh_process(ONE, str(tmp_path), TEXTS)


def test_ratios_are_to_the_plain_pipeline_and_to_bert_where_it_is_there():
    found = {
        "ours": {"us_each": 200.0},
        cost.peers.PLAIN: {"us_each": 2_000.0},
        cost.BERT: {"absent": "torch is not installed"},
    }

    assert cost.ratios(found["ours"], found) == {"times_plain": 0.1}
    assert cost.ratios(found[cost.BERT], found) == {}
