"""`python -m modsvc` is the command `modsvc`."""

from modsvc.cli import main

main()
