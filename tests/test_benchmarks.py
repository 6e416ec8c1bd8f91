"""The benchmarks, as far as they can break with nobody looking: what they ask of the service."""

from pathlib import Path

from benchmarks.servers import patient_policy
from modsvc.core.policy_document import read_policy


def test_the_policy_that_lets_one_author_send_all_is_one_that_the_service_takes(tmp_path: Path):
    policy = read_policy(patient_policy(tmp_path).read_text(encoding="utf-8"))

    assert policy.limits.max_author_minute >= 100_000
    assert policy.bands["author.rejections"].stops_from is None
