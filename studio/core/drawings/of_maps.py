"""Drawings of evidence maps (C11): by covering and by integrated gradients, the same samples below each other."""

from dataclasses import replace

from studio.core.checks.input_details import EvidenceMap, EvidenceMaps
from studio.core.drawings.drawing import Drawing, MapRow, SampleMaps

_COVERED = "On the device: the fall of the score with a patch covered"
_ADDED = "Before compression: what a patch adds (integrated gradients)"
_LEFT_OUT = "not computed"


def of_maps(detail: EvidenceMaps) -> tuple[Drawing, ...]:
    """Where the answers to single samples come from, in two ways where there was an original to ask."""
    maps = detail.maps
    rows = [MapRow(_COVERED, maps, tuple(_trust(one) for one in maps), tuple(map_words(one) for one in maps))]
    gaps = [abs(one.gradients.gap) for one in maps if one.gradients is not None]
    note = ""
    if gaps:
        second = tuple(_second(one) for one in maps)
        words = tuple(_agreement(one) for one in maps), tuple(_added(one) for one in maps)
        rows.append(MapRow(_ADDED, second, *words))
        note = (
            "The stronger the colour, the more a patch speaks for the answer; what speaks against it is left bare. "
            "The parts of the second maps add up to the change of the score but for "
            f"{max(gaps) * 100:.1f} points at most (completeness). "
            "Rank correlation (ρ): 1 is the same order of all patches, 0 is chance."
        )
    return (SampleMaps("Where the answer comes from", tuple(rows), note),)


def map_words(one: EvidenceMap) -> str:
    """What an evidence map says, and whether it is to be believed."""
    words = f"Covering the tenth that matters most {_change(one.top_drop)}; random tenths: {_change(one.random_drop)}."
    return words if one.faithful else f"{words} Do not rely on this map."


def _second(one: EvidenceMap) -> EvidenceMap | None:
    return replace(one, drops=one.gradients.parts) if one.gradients is not None else None


def _trust(one: EvidenceMap) -> str:
    return "holds" if one.faithful else "do not rely on it"


def _agreement(one: EvidenceMap) -> str:
    found = one.gradients
    if found is None:
        return _LEFT_OUT
    if not found.exact:
        return "does not add up"
    if found.agreement is None:
        return "nothing to compare"
    return f"ρ {found.agreement:.2f}".replace("-", "−")


def _added(one: EvidenceMap) -> str:
    found = one.gradients
    if found is None:
        return "Integrated gradients were not computed for this sample: the model is large."
    words = (
        f"From the mean of the data to this sample the score {_moved(found.change)}; the patches add up to that but "
        f"for {abs(found.gap) * 100:.1f} points."
    )
    if not found.exact:
        return f"{words} That is too much to rely on this map."
    if found.agreement is None:
        return f"{words} The map above is the same everywhere, so that there is nothing to compare."
    order = f"{found.agreement:.2f}".replace("-", "−")
    return f"{words} Both maps' patches: rank correlation {order}."


def _moved(change: float) -> str:
    return f"{'rises' if change >= 0 else 'falls'} by {abs(change) * 100:.0f} points"


def _change(drop: float) -> str:
    points = f"{abs(drop) * 100:.0f} points"
    return f"lowers the score by {points}" if drop >= 0 else f"raises the score by {points}"
