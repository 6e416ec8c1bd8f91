"""Contenders side by side, as ratios: `python -m benchmarks [name] [--quick] [--json]`.

Offline and on loopback only. Contenders take turns in at least three rounds, and what is compared
is the median of the rounds' ratios, so that a busy machine slows both alike.
"""
