"""The model that comes with this version, written by `python -m training fit`."""

from pathlib import Path

from modsvc.errors import ModelInvalid

VERSION = "linear-6"
MANIFEST_SHA256 = "c3c8bf7ed5b54092f5c249aa5088899b43d98c90409306dd1b8b33dce4a4c236"


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
