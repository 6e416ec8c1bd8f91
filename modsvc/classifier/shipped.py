"""The model that comes with this version, written by `python -m training fit`."""

from pathlib import Path

from modsvc.errors import ModelInvalid

VERSION = "linear-4"
MANIFEST_SHA256 = "6f79bb1d98f7d9868bbbcb10b7b59660f8d68a0cb49d1f0e2277faf095aa75ac"


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
