"""The model that comes with this version, written by `python -m training fit`."""

from pathlib import Path

from modsvc.errors import ModelInvalid

VERSION = "linear-5"
MANIFEST_SHA256 = "bb1b152d2edc8586927334f82c6352a9957afd7ac1bcd3bc41660b808bf71266"


def find_shipped() -> Path:
    """Return the shipped model's folder: inside an installed wheel, else in the source tree.

    Raises
    ------
    ModelInvalid
        It is in neither place.
    """
    package = Path(__file__).resolve().parents[1]
    installed, in_source = package / "_model", package.parent / "models" / VERSION
    for folder in (installed, in_source):
        if folder.is_dir():
            return folder
    raise ModelInvalid(
        f"the shipped model is neither in {installed} nor in {in_source}: install modsvc again,"
        " or run `make train`"
    )
