"""A wheel holds all that the service needs: model, policy, migrations, pages, demo."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents, in a folder far from the source."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("modsvc-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, *arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        input=stdin,
        env={"PYTHONPATH": str(installed), "MODSVC_DATABASE_URL": f"sqlite:///{installed}/x.db"},
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_installed_wheel_scores_with_the_model_it_carries(installed: Path) -> None:
    where = "from modsvc.classifier.shipped import find_shipped; print(find_shipped())"
    comment = json.dumps({"id": "1", "body": "you are a worthless idiot"})

    answer = json.loads(run(installed, "-m", "modsvc", "score", stdin=comment))

    assert run(installed, "-c", where).strip() == str(installed / "modsvc" / "_model")
    assert answer["action"] in {"hold", "reject"}


def test_an_installed_wheel_migrates_and_shows_its_pages(installed: Path) -> None:
    pages = (
        "from modsvc.app import create_app; from modsvc.config import Settings; "
        "client = create_app(Settings.from_environment()).test_client(); "
        "print([client.get(a).status_code for a in ('/docs', '/log-in', '/readyz')])"
    )

    assert "the schema is at" in run(installed, "-m", "modsvc", "migrate")
    assert run(installed, "-c", pages).strip() == "[200, 200, 200]"


def test_training_and_tests_stay_out_of_the_wheel(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if path.is_dir()} == {
        "modsvc",
        next(installed.glob("modsvc-*.dist-info")).name,
    }
