from __future__ import annotations

import json
from dataclasses import fields
from types import MappingProxyType

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from modsvc.core import keyboard
from modsvc.core.preferences import (
    BLURRED,
    MOST_BEFORE_BREAK,
    READING,
    THEMES,
    Preferences,
    read,
    write,
)

keys = st.one_of(st.just(""), st.from_regex(keyboard.KEY, fullmatch=True))
some = st.builds(
    Preferences,
    theme=st.sampled_from(THEMES),
    language=st.sampled_from(["", "he", "en", "pt-BR"]),
    keys=st.sampled_from(list(keyboard.SETS)),
    changed_keys=st.dictionaries(st.sampled_from(list(keyboard.OURS)), keys, max_size=4).map(
        MappingProxyType
    ),
    blurred=st.frozensets(st.sampled_from(BLURRED)),
    reading=st.sampled_from(READING),
    break_after=st.integers(0, MOST_BEFORE_BREAK),
    blind=st.booleans(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


@given(some)
def test_what_was_written_is_read_again(preferences: Preferences) -> None:
    assume(keyboard.clash(preferences.keymap) is None)

    assert read(write(preferences)) == preferences


def test_the_defaults_are_written_as_nothing_so_that_they_may_change() -> None:
    assert write(Preferences()) == "{}"


@given(st.dictionaries(st.sampled_from([f.name for f in fields(Preferences)]), json_values))
def test_whatever_is_stored_can_be_read(said: dict[str, object]) -> None:
    found = read(json.dumps(said))

    assert read(write(found)) == found


@pytest.mark.parametrize("text", ["", "no", "[]", "null", '"theme"'])
def test_what_is_no_object_says_nothing(text: str) -> None:
    assert read(text) == Preferences()


def test_what_is_not_known_is_ignored_and_what_cannot_be_is_left_at_its_default() -> None:
    said = {
        "flavour": "mint",
        "theme": "purple",
        "break_after": True,
        "blurred": "slurs",
        "changed_keys": {"fly": "y", "skip": ";"},
        "blind": True,
    }

    found = read(json.dumps(said))

    assert found == Preferences(blind=True, changed_keys={"skip": ";"})


@pytest.mark.parametrize("chosen", keyboard.SETS)
def test_no_set_has_one_key_for_two_actions(chosen: str) -> None:
    keys = keyboard.keymap(chosen, {})

    assert keyboard.clash(keys) is None
    assert all(keyboard.is_key(key) for key in keys.values())
    assert set(keys) == (set() if chosen == keyboard.OFF else set(keyboard.OURS))


def test_corals_people_find_corals_keys() -> None:
    theirs = {"next": "j", "previous": "k", "approve": "d", "reject": "f", "one": "z", "sheet": "?"}

    assert theirs.items() <= keyboard.keymap("coral", {}).items()


def test_an_action_can_have_another_key_or_none_and_keys_can_be_off() -> None:
    changed = {"approve": "y", "skip": ""}

    ours = keyboard.keymap("ours", changed)

    assert (ours["approve"], "skip" in ours) == ("y", False)
    assert keyboard.keymap("off", changed) == {}


@pytest.mark.parametrize(
    ("changed", "clashing"),
    [({"approve": "r"}, {"approve", "reject"}), ({"skip": "g"}, {"skip", "held"})],
)
def test_two_actions_of_one_key_are_named(changed: dict[str, str], clashing: set[str]) -> None:
    found = keyboard.clash(keyboard.keymap("ours", changed))

    assert set(found or ()) == clashing


@pytest.mark.parametrize("key", ["1", " ", "ab", "g  h", "Enter", "\n", "g\nh", "G h"])
def test_what_is_no_key_is_refused(key: str) -> None:
    assert not keyboard.is_key(key)


def test_keys_that_clash_in_the_chosen_set_are_forgotten() -> None:
    assert read('{"keys": "coral", "changed_keys": {"skip": "d"}}') == Preferences(keys="coral")
    assert read('{"keys": "ours", "changed_keys": {"skip": "d"}}').keymap["skip"] == "d"
