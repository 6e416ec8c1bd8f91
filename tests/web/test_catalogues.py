"""The catalogues: complete, up to date, and with nothing on a page that is not in them."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from modsvc.core.sentence import Sentence
from modsvc.web.language import ENGLISH, LANGUAGES, translated
from modsvc.web.translations import FOLDER, path_of, read
from modsvc.web.translations.__main__ import said, up_to_date
from tests.web.bare import bare_texts

OTHERS = sorted(set(LANGUAGES) - {ENGLISH.code})
TEMPLATES = sorted(FOLDER.parent.joinpath("templates").glob("*.html"))
PERCENT = re.compile(r"%\((\w+)\)s|%%")


def messages(language: str) -> list[Message]:
    with path_of(language).open("rb") as file:
        return [each for each in read_po(file, locale=language) if each.id]


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def places(text: str) -> set[str]:
    """What is put into a text."""
    named = {name for _, name, _, _ in Formatter().parse(PERCENT.sub("", text)) if name}
    return named | {name for name in PERCENT.findall(text) if name}


def test_every_language_but_english_has_a_catalogue_and_none_is_compiled_ahead():
    assert not [*FOLDER.rglob("*.mo")]
    assert [folder.name for folder in sorted(FOLDER.iterdir()) if path_of(folder.name).is_file()] == OTHERS  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalogue_says_all_that_the_pages_say_and_no_more(language: str):
    assert path_of(language).read_bytes() == up_to_date(path_of(language)), "make translations"


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_a_translation_into_which_the_same_is_put(language: str):
    found = messages(language)
    assert len(found) > 250
    for message in found:
        singular, *plural = forms(message.id)
        translations = forms(message.string)

        assert not message.fuzzy, message.id
        assert all(translations), message.id
        for n, each in enumerate(translations):
            # What is one or two may be said without its number.
            counted = {"num", "count", "n"} if plural and n < 2 else set()
            most = places(plural[0] if plural else singular)
            assert most - counted <= places(each) <= most, (message.id, each)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_ends_and_is_marked_up_as_the_text_does(language: str):
    for message in messages(language):
        for each in forms(message.string):
            text = forms(message.id)[-1]
            for end in (".", ":", "…"):
                assert text.endswith(end) == each.endswith(end), (text, each)
            tags = [sorted(re.findall(r"</?\w+[^>]*>", said)) for said in (text, each)]
            assert tags[0] == tags[1], (text, each)


def test_what_a_catalogue_says_is_what_a_page_gets():
    assert read("he").gettext("Queue") == "תור"
    assert read("he").ngettext("%(num)s day", "%(num)s days", 2) == "יומיים"
    assert read("xx").gettext("Queue") == "Queue"


def test_sentences_of_the_core_are_gathered_too():
    gathered = said()

    for text in ("Reads as an insult.", "there is no case {case}", "Abusive or insulting"):
        assert gathered.get(text), text


def test_a_sentence_reads_as_english_and_keeps_its_pattern():
    sentence = Sentence("there is no case {case}", case=7)

    assert sentence == "there is no case 7" == translated(sentence)
    assert (sentence.pattern, sentence.values) == ("there is no case {case}", {"case": 7})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_has_no_english_that_is_not_translated(path: Path):
    assert bare_texts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Nothing here</p>", "Nothing here"),
        ('<p title="Nothing here">{{ x }}</p>', "Nothing here"),
        ('<p>{{ "more" if x else _("less") }}</p>', "more"),
        ('<p>{{ x or "none" }} {{ "what" | capitalize }}</p>', "none what"),
        ('{% for a, b in ((1, "Held from"),) %}{{ b }}{% endfor %}', "Held from"),
        ('{{ shown("Queue") }}', "Queue"),
        ("{% trans %}All{% endtrans %} of it", "of it"),
    ],
)
def test_english_that_is_not_translated_is_found(template: str, found: str):
    assert found in bare_texts(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p class="{{ "main" if x }}">{{ _("Nothing here") }}</p>',
        "<p>{% trans n=1 %}One{% pluralize %}{{ n }}{% endtrans %}, modsvc</p>",
        "<code>score.spam</code>{{ ngettext('One case', 'Some cases', 2) }}",
    ],
)
def test_what_is_translated_or_no_english_is_not_found(template: str):
    assert bare_texts(template) == []
