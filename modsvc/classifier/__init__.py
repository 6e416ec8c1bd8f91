"""The classifier: from a reading to calibrated scores, in numpy alone."""
