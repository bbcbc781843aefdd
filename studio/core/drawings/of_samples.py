"""What there is to see of samples that checks of the data list: doubted labels (C14), and copies (C12)."""

from studio.core.checks.data_details import Leak, Suspect
from studio.core.drawings.drawing import Sight
from studio.core.looks import Look
from studio.core.phrases import phrase

Labels = tuple[str, ...]


def suspect_to_see(one: Suspect, split: str, labels: Labels) -> Sight:
    """A sample of "test", doubted by the model, or of "train", doubted by the quick classifier."""
    label, other = _name(labels, one.label), _name(labels, one.looks_like)
    if split == "test":
        words = phrase(
            "It is labelled '{label}'. The model takes it for '{other}'.",
            label=label, other=other,
        )  # fmt: skip
    else:
        words = phrase(
            "It is labelled '{label}'. The quick classifier takes it for '{other}'.", label=label, other=other
        )
    bars = (
        (phrase("{label} (its label)", label=label), one.label_score),
        (phrase("{label} (looks like)", label=other), one.score),
    )
    return Sight((Look(split, one.row, one.label),), words, bars)


def pair_to_see(one: Leak) -> Sight:
    """Two samples of different splits that are the same, or nearly."""
    words = phrase("{share} alike: {how}.", share=f"{one.similarity * 100:.1f} %", how=one.how)
    return Sight((Look(one.split, one.row), Look(one.other_split, one.other_row)), words)


def _name(labels: Labels, place: int) -> str:
    return labels[place] if 0 <= place < len(labels) else str(place)
