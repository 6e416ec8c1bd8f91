"""What the classifier may say: each label with a sentence of meaning, and what it doubts."""

LABELS: dict[str, str] = {
    "toxicity": "Rude or disrespectful enough to make someone leave the discussion.",
    "severe_toxicity": "Very hateful or aggressive; hard to read even for the hardened.",
    "obscene": "Swears or is otherwise coarse.",
    "threat": "Says that someone will be, or should be, hurt.",
    "insult": "Belittles a person or a group of people.",
    "identity_attack": "Attacks people for what they are: origin, faith, sex, body.",
    "spam": "Advertises, lures or scams instead of joining the discussion.",
}

# Signals by which the classifier says that its scores are not to be had, or not to be trusted.
DOUBTS: dict[str, str] = {
    "bias.unstable": "It would be rejected, but not if other groups or names stood in it.",
    "language.unscored": "It, or part of it, is in a language the classifier was not trained for.",
}
