"""Drawings of evidence maps (C11): by covering and by integrated gradients, the same samples below each other."""

from dataclasses import replace

from studio.core.checks.check import told
from studio.core.checks.input_details import EvidenceMap, EvidenceMaps
from studio.core.drawings.drawing import Drawing, MapRow, SampleMaps
from studio.core.phrases import phrase


def of_maps(detail: EvidenceMaps) -> tuple[Drawing, ...]:
    """Where the answers to single samples come from, in two ways where there was an original to ask."""
    maps = detail.maps
    heading = phrase("On the device: the fall of the score with a patch covered")
    rows = [MapRow(heading, maps, tuple(_trust(one) for one in maps), tuple(map_words(one) for one in maps))]
    gaps = [abs(one.gradients.gap) for one in maps if one.gradients is not None]
    note = ""
    if gaps:
        second = tuple(_second(one) for one in maps)
        words = tuple(_agreement(one) for one in maps), tuple(_added(one) for one in maps)
        heading = phrase("Before compression: what a patch adds (integrated gradients)")
        rows.append(MapRow(heading, second, *words))
        note = phrase(
            "The stronger the colour, the more a patch speaks for the answer; what speaks against it is left bare. "
            "The parts of the second maps add up to the change of the score but for {points} points at most "
            "(completeness). Rank correlation (ρ): 1 is the same order of all patches, 0 is chance.",
            points=f"{max(gaps) * 100:.1f}",
        )
    return (SampleMaps(phrase("Where the answer comes from"), tuple(rows), note),)


def map_words(one: EvidenceMap) -> str:
    """What an evidence map says, and whether it is to be believed."""
    words = phrase(
        "Covering the tenth that matters most {change}; random tenths: {random}.",
        change=_change(one.top_drop),
        random=_change(one.random_drop),
    )
    return words if one.faithful else told(words, phrase("Do not rely on this map."))


def _second(one: EvidenceMap) -> EvidenceMap | None:
    return replace(one, drops=one.gradients.parts) if one.gradients is not None else None


def _trust(one: EvidenceMap) -> str:
    return phrase("holds") if one.faithful else phrase("do not rely on it")


def _agreement(one: EvidenceMap) -> str:
    found = one.gradients
    if found is None:
        return phrase("not computed")
    if not found.exact:
        return phrase("does not add up")
    if found.agreement is None:
        return phrase("nothing to compare")
    return f"ρ {found.agreement:.2f}".replace("-", "−")


def _added(one: EvidenceMap) -> str:
    found = one.gradients
    if found is None:
        return phrase("Integrated gradients were not computed for this sample: the model is large.")
    words = _moved(found.change, found.gap)
    if not found.exact:
        return told(words, phrase("That is too much to rely on this map."))
    if found.agreement is None:
        return told(
            words, phrase("The map above is the same everywhere, so that there is nothing to compare.")
        )
    order = f"{found.agreement:.2f}".replace("-", "−")
    return told(words, phrase("Both maps' patches: rank correlation {order}.", order=order))


def _moved(change: float, gap: float) -> str:
    points, rest = f"{abs(change) * 100:.0f}", f"{abs(gap) * 100:.1f}"
    if change >= 0:
        return phrase(
            "From the mean of the data to this sample the score rises by {points} points; the patches add up to that "
            "but for {rest} points.",
            points=points, rest=rest,
        )  # fmt: skip
    return phrase(
        "From the mean of the data to this sample the score falls by {points} points; the patches add up to that but "
        "for {rest} points.",
        points=points, rest=rest,
    )  # fmt: skip


def _change(drop: float) -> str:
    points = f"{abs(drop) * 100:.0f}"
    if drop >= 0:
        return phrase("lowers the score by {points} points", points=points)
    return phrase("raises the score by {points} points", points=points)
