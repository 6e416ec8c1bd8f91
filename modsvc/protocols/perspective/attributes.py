"""What Perspective calls its scores, and which of them are measured here.

https://developers.perspectiveapi.com/s/about-the-api-attributes-and-languages
"""

from __future__ import annotations

LABELS: dict[str, str] = {
    "TOXICITY": "toxicity",
    "SEVERE_TOXICITY": "severe_toxicity",
    "IDENTITY_ATTACK": "identity_attack",
    "INSULT": "insult",
    "PROFANITY": "obscene",
    "THREAT": "threat",
    "TOXICITY_FAST": "toxicity",
    "OBSCENE": "obscene",
    "SPAM": "spam",
}
# What only a site's own decisions can measure, once there are enough of them.
LIKELY_TO_REJECT, REJECTION = "LIKELY_TO_REJECT", "rejection"
# Nothing here measures these: a key may ask for them to be answered with 0 instead of refused.
UNMEASURED = frozenset(
    {
        "SEXUALLY_EXPLICIT",
        "FLIRTATION",
        "ATTACK_ON_AUTHOR",
        "ATTACK_ON_COMMENTER",
        "ATTACK_ON_PUBLISHER",
        "INCOHERENT",
        "INFLAMMATORY",
        "OFF_TOPIC",
        "UNSUBSTANTIAL",
        *(
            f"{name}_EXPERIMENTAL"
            for name in (
                "AFFINITY",
                "ALIENATION",
                "COMPASSION",
                "CURIOSITY",
                "FEARMONGERING",
                "GENERALIZATION",
                "MORAL_OUTRAGE",
                "NUANCE",
                "PERSONAL_STORY",
                "POWER_APPEAL",
                "REASONING",
                "RESPECT",
                "SCAPEGOATING",
            )
        ),
    }
)
_TWIN = "_EXPERIMENTAL"


def label_of(attribute: str) -> str | None:
    """Give what measures an attribute, or its experimental twin: a label, REJECTION, or nothing."""
    name = attribute.removesuffix(_TWIN)
    return REJECTION if name == LIKELY_TO_REJECT else LABELS.get(name)


def is_known(attribute: str) -> bool:
    """Tell whether Perspective has, or had, an attribute of that name."""
    return (
        label_of(attribute) is not None
        or attribute in UNMEASURED
        or attribute.removesuffix(_TWIN) in UNMEASURED
    )
