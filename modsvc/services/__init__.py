"""What the service does: one file each, one transaction each."""
