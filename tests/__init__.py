"""The tests. Here is what must be said before any of them imports what they test."""

import os

# Of numpy's threads, which wait by spinning, each process has one: there are as many as processors.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
