"""`modsvc words`: a site's list from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from modsvc.words import seeds
from tests.cli.conftest import Run


@pytest.fixture
def site(run: Run) -> str:
    assert run("site", "add", "gazette").returncode == 0
    return "--site=gazette"


def test_words_are_added_listed_and_removed(run: Run, site: str) -> None:
    more = ("--action=reject", "--language=he", "--note=from the desk", "--last-day=2999-12-31")

    added = run("words", "add", "טיפש", "בן של  זונה", site, *more)
    again = run("words", "add", "ט.י.פ.ש", "dolt", site, "--language=he")

    assert added.stdout == "added 2\n", added.stderr
    assert again.stdout == "added 1, on the list already and left as it is: 1\n"
    listed = run("words", "list", site).stdout.splitlines()
    assert listed == [
        "dolt\thold\the\t\t",
        "בן של זונה\treject\the\tfrom the desk\t2999-12-31",
        "טיפש\treject\the\tfrom the desk\t2999-12-31",
    ]
    assert "dolt\thold\the\t\t\t0\t\n" in run("words", "list", site, "--hits").stdout
    assert run("words", "remove", "dolt", "טיפש", site).stdout == "removed 2\n"
    assert len(run("words", "list", site).stdout.splitlines()) == 1


def test_what_is_listed_can_be_imported_again(run: Run, site: str, tmp_path: Path) -> None:
    text = "\ufefffool\treject\ten\twhy\t2999-12-31\r\n\r\nيا حمار\n"
    (tmp_path / "list.txt").write_text(text, encoding="utf-8")

    done = run("words", "import", "list.txt", site, "--note=from a file")

    assert done.stdout == "added 2\n", done.stderr
    listed = run("words", "list", site).stdout
    assert listed == "fool\treject\ten\twhy\t2999-12-31\nيا حمار\thold\t\tfrom a file\t\n"
    again = run("words", "import", "-", site, stdin=listed)
    assert again.stdout == "added 0, on the list already and left as it is: 2\n"


def test_a_line_that_cannot_be_used_is_named_and_nothing_is_added(run: Run, site: str) -> None:
    done = run("words", "import", "-", site, stdin="fool\n\n!!!\ndolt\tban\n")

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "line 3 has no letter or digit to be found by",
        "line 4 says “ban” where it must say hold or reject",
        "nothing was added: 2 of the lines cannot be used",
    ]
    assert run("words", "list", site).stdout == ""


def test_a_list_to_begin_with_is_imported_in_its_language(run: Run, site: str) -> None:
    done = run("words", "import", "--seed=he", site, "--action=reject")

    assert done.stdout.startswith(f"added {seeds()['he']}"), done.stderr
    lines = run("words", "list", site).stdout.splitlines()
    assert {tuple(line.split("\t")[1:]) for line in lines} == {("reject", "he", "", "")}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "!!!"), "'!!!' has no letter or digit to be found by; nothing was added"),
        (("add", "fool", "--last-day=2020-01-01"), "which is past; nothing was added"),
        (("add", "fool", "--language=x"), "names the language “x”"),
        (("remove", "fool"), "'fool' is not on the list of gazette; nothing was removed"),
        (("import", "--seed=xx"), "there is no list to begin with for 'xx'; there are ar, cs,"),
        (("import",), "name a file, or say --seed LANGUAGE"),
    ],
)
def test_what_is_refused_is_said_in_one_line(
    run: Run, site: str, arguments: tuple[str, ...], said: str
) -> None:
    done = run("words", *arguments, site)

    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_site_that_is_not_there_is_named(run: Run) -> None:
    for arguments in (("list",), ("add", "fool")):
        done = run("words", *arguments, "--site=nowhere")

        assert done.returncode == 2
        assert "there is no site 'nowhere'" in done.stderr


def test_a_file_that_is_not_utf_8_is_named(run: Run, site: str, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"fool\n\xff\xfe\n")

    done = run("words", "import", "list.txt", site)

    assert done.returncode == 2
    assert "list.txt is not UTF-8" in done.stderr
