"""MODEL_CARD.md: the review as a model card with the front matter and headings that the Hugging Face Hub reads.

The headings that the Hub's template has are kept in English, the studio's own are translated (model cards: Mitchell and
others, arXiv 1810.03993).
"""

from studio.core.checklist import Stage
from studio.core.evaluation import Evaluation
from studio.core.phrases import phrase
from studio.core.review.front_matter import Head, front_matter
from studio.core.review.printed import Printed, until
from studio.core.review.printed_answers import Told
from studio.core.review.printed_tables import Pairs
from studio.core.review.record import Review


def model_card(shown: Printed, reviewed: Review, evaluation: Evaluation, head: Head) -> bytes:
    """The card in Markdown, with its YAML head."""
    lines = [*front_matter(head, shown.name, reviewed, evaluation), "", f"# {_plain(shown.name)}", ""]
    lines += [*_first(shown), f"**{_plain(shown.verdict)}**", "", f"*{shown.notice}*", ""]
    lines += ["## Model Details", "", *_table((*shown.facts, *_unnamed())), "", *_uses(shown)]
    lines += ["## Bias, Risks, and Limitations", ""]
    lines += [f"- {_plain(point)}" for point in shown.open_points] or [phrase("Nothing was left open.")]
    lines += ["", _part(phrase("Decisions to go on all the same (overrides)")), "", *_overrides(shown), ""]
    lines += ["## Training Details", "", "### Training Data", "", *_table(shown.data), ""]
    lines += _told(shown.told[Stage.DEVELOPMENT])
    lines += ["## Evaluation", "", "### Results", "", *_table(shown.results), "", *_parts(shown)]
    if shown.limits:
        lines += [_part(phrase("Limits that the maker set")), "", *_table(shown.limits), ""]
    lines += [_part(phrase("Checks")), "", *_head("", phrase("check"), phrase("says"), phrase("in words"))]
    lines += [_row(one.id, one.title, one.word, one.sentence) for one in shown.checks]
    lines += ["", _chapter(phrase("Deployment")), "", *_told(shown.told[Stage.DEPLOYMENT])]
    lines += ["## Technical Specifications", "", *_table(shown.hardware), ""]
    lines += [_chapter(phrase("How this was reviewed")), "", *_table(shown.effort), "", *_verify(shown)]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _chapter(words: str) -> str:
    return f"## {words}"


def _part(words: str) -> str:
    return f"### {words}"


def _first(shown: Printed) -> list[str]:
    if not shown.limit:
        words = phrase("Nobody wrote down the one limit that those affected must know.")
        return [f"**{words}**", ""]
    words = phrase("Know this limit first:")
    return [f"**{words}** {_plain(shown.limit)}", ""]


def _unnamed() -> Pairs:
    """What the Hub's head leaves open here, so that nobody takes silence for leave."""
    return ((phrase("Licence of the model"), phrase("not stated by the maker")),)


def _uses(shown: Printed) -> list[str]:
    unsaid = phrase("Not stated by the maker.")
    lines = ["## Uses", "", "### Direct Use", "", _plain(shown.use) or unsaid, "", "### Out-of-Scope Use", ""]
    lines += [f"- {_plain(one)}" for one in shown.not_for] or [unsaid]
    return [*lines, "", *_told(shown.told[Stage.DESIGN])]


def _parts(shown: Printed) -> list[str]:
    """How well it works in parts, and what compression did to them."""
    lines = []
    if shown.bars:
        lines += ["### Factors", "", *_head("", phrase("share"), phrase("95 % interval"), phrase("samples"))]
        for bar in shown.bars:
            between = phrase("{low} to {high}", low=f"{bar.low * 100:.0f} %", high=f"{bar.high * 100:.0f} %")
            lines.append(_row(bar.name, f"{bar.value * 100:.1f} %", between, str(bar.n)))
        lines.append("")
    if shown.harm:
        heads = ("", phrase("samples"), phrase("broken"), phrase("mended"))
        lines += [_part(phrase("Harm by compression")), "", *_head(*heads)]
        lines += [*(_row(*row) for row in shown.harm), ""]
    return lines


def _verify(shown: Printed) -> list[str]:
    hashes = tuple((name, f"`{value}`") for name, value in shown.hashes)
    return [
        _chapter(phrase("How to verify")),
        "",
        *_table(hashes),
        "",
        phrase(
            "`tinyml-studio review verify FOLDER` computes all of this again from the files in the folder; "
            "`review.json` holds the whole record, `review-log.jsonl` its log."
        ),
        phrase(
            "Whoever owns the files could write the log anew: compare its last row with the one that the maker "
            "published."
        ),
    ]


def _told(rows: tuple[Told, ...]) -> list[str]:
    lines = []
    for one in rows:
        lines += [f"**{one.id}. {_plain(one.question)}** {_plain(one.answer)}"]
        lines += [f"*{_plain(note)}*" for note in one.notes]
        lines.append("")
    return lines


def _overrides(shown: Printed) -> list[str]:
    if not shown.overrides:
        return [phrase("None.")]
    lines = []
    for one in shown.overrides:
        said = {"who": _plain(one.by), "day": one.at[:10], "end": until(one)}
        item = f"**{_plain(one.item)}**"
        if one.tier is not None:
            # Translators: an override of the tier, and the lower tier to use.
            item = phrase("{item} (to {tier})", item=item, tier=one.tier.value)
        decided = phrase("{item}, by {who} on {day}, {end}.", item=item, **said)
        risk = phrase("Risk accepted: {risk}", risk=_plain(one.risk))
        measure = phrase("What is done about it: {measure}", measure=_plain(one.measure))
        lines += [f"- {decided} {_plain(one.reason)}", f"  {risk} {measure}"]
    return lines


def _head(*names: str) -> list[str]:
    return [_row(*names), f"|{'---|' * len(names)}"]


def _row(*cells: str) -> str:
    return f"|{'|'.join(f' {_cell(cell)} ' if cell else ' ' for cell in cells)}|"


def _table(rows: Pairs) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {_cell(name)} | {_cell(value)} |" for name, value in rows)]


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """One line, with nothing that Markdown would take for HTML."""
    return " ".join(text.split()).replace("<", "&lt;").replace(">", "&gt;")
