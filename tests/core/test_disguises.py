import pytest

from modsvc.core.disguises import LETTER_STEPS, RAW_STEPS, WORD_STEPS

STEPS = (*RAW_STEPS, *LETTER_STEPS, *WORD_STEPS)


@pytest.mark.parametrize(
    "unit",
    [
        "@",
        "!",
        "$",
        "1",
        "a@",
        "a.",
        "a ",
        "aa",
        ".",
        "\u202e",
        "🇦",
        "и\u0306",
        "か\u3099",
        "\u1107\u1161",
    ],
)
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_no_step_looks_twice_at_the_same_stretch_to_see_whether_it_has_work(step, unit):
    # A million characters: a look that grew with the square of them would outlast the time limit.
    STEPS[step].hint(unit * (1_000_000 // len(unit)))
