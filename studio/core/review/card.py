"""MODEL_CARD.md: the review as a model card with the front matter and headings that the Hugging Face Hub reads.

The headings are those of the Hub's template (model cards: Mitchell and others, arXiv 1810.03993).
"""

import json

from studio.core.checklist import Stage
from studio.core.dataset import Task
from studio.core.evaluation import Evaluation
from studio.core.review.printed import Pairs, Printed, Told
from studio.core.review.record import Review

_TASKS = {
    Task.CLASSIFICATION: "other",
    Task.REGRESSION: "other",
    Task.AUTOENCODER: "other",
}


def model_card(shown: Printed, reviewed: Review, evaluation: Evaluation) -> bytes:
    """The card in Markdown, with its YAML head."""
    lines = [*_front(shown, reviewed, evaluation), "", f"# {_plain(shown.name)}", ""]
    if shown.limit:
        lines += [f"**Know this limit first:** {_plain(shown.limit)}", ""]
    else:
        lines += ["**Nobody wrote down the one limit that those affected must know.**", ""]
    lines += [f"**{_plain(shown.verdict)}**", "", f"*{shown.notice}*", ""]
    lines += ["## Model Details", "", *_table(shown.facts), ""]
    lines += ["## Uses", "", "### Direct Use", "", _plain(shown.use) or "Not stated by the maker.", ""]
    lines += ["### Out-of-Scope Use", ""]
    lines += [f"- {_plain(one)}" for one in shown.not_for] or ["Not stated by the maker."]
    lines += ["", *_told(shown.told[Stage.DESIGN])]
    lines += ["## Bias, Risks, and Limitations", ""]
    lines += [f"- {_plain(point)}" for point in shown.open_points] or ["Nothing was left open."]
    lines += ["", "### Decisions to go on all the same (overrides)", "", *_overrides(shown), ""]
    lines += ["## Training Details", "", "### Training Data", "", *_table(shown.data), ""]
    lines += _told(shown.told[Stage.DEVELOPMENT])
    lines += ["## Evaluation", "", "### Results", "", *_table(shown.results), ""]
    if shown.bars:
        lines += ["### Factors", "", "| | share | 95 % interval | samples |", "|---|---|---|---|"]
        lines += [
            f"| {_cell(bar.name)} | {bar.value * 100:.1f} % | {bar.low * 100:.0f} to {bar.high * 100:.0f} % | {bar.n} |"
            for bar in shown.bars
        ]
        lines.append("")
    if shown.harm:
        lines += ["### Harm by compression", "", "| | samples | broken | mended |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(map(_cell, row))} |" for row in shown.harm]
        lines.append("")
    if shown.limits:
        lines += ["### Limits that the maker set", "", *_table(shown.limits), ""]
    lines += ["### Checks", "", "| | check | says | in words |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in shown.checks]
    lines += ["", "## Deployment", "", *_told(shown.told[Stage.DEPLOYMENT])]
    lines += ["## Technical Specifications", "", *_table(shown.hardware), ""]
    lines += ["## How this was reviewed", "", *_table(shown.effort), ""]
    lines += [
        "## How to verify",
        "",
        *_table(tuple((name, f"`{value}`") for name, value in shown.hashes)),
        "",
    ]
    lines += [
        "`tinyml-studio review verify FOLDER` computes all of this again from the files in the folder; `review.json`",
        "holds the whole record, `review-log.jsonl` its log. Whoever owns the files could write the log anew: compare",
        "its last row with the one that the maker published.",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _front(shown: Printed, reviewed: Review, evaluation: Evaluation) -> list[str]:
    metric = {"type": "accuracy" if evaluation.metric == "accuracy" else "other", "name": evaluation.metric}
    metric_value = round(evaluation.accuracy, 6)
    found = {
        "license": "other",
        "license_name": "not-stated",
        "library_name": "tflite",
        "tags": ["tinyml", "tflite-micro", f"reviewed-tier-{reviewed.tier.value.lower()}"],
        "metrics": [evaluation.metric],
        "model-index": [
            {
                "name": shown.name,
                "results": [
                    {
                        "task": {"type": _TASKS[evaluation.task], "name": evaluation.task.value},
                        "dataset": {
                            "type": "own",
                            "name": f"test data {reviewed.subject.test_sha256[:12] or 'own'}",
                        },
                        "metrics": [{**metric, "value": metric_value}],
                    }
                ],
            }
        ],
        "x-rai": {
            "subject_hash": reviewed.subject.hash,
            "tier": reviewed.tier.value,
            "level": reviewed.gate.level.value,
            "log_head": reviewed.logged.head.hash,
            "overrides": len(reviewed.entered.overrides),
        },
    }
    # JSON is YAML as well, so that no name needs rules of its own.
    return ["---", *(f"{key}: {json.dumps(value)}" for key, value in found.items()), "---"]


def _told(rows: tuple[Told, ...]) -> list[str]:
    lines = []
    for one in rows:
        lines += [f"**{one.id}. {_plain(one.question)}** {_plain(one.answer)}"]
        lines += [f"*{_plain(note)}*" for note in one.notes]
        lines.append("")
    return lines


def _overrides(shown: Printed) -> list[str]:
    if not shown.overrides:
        return ["None."]
    lines = []
    for one in shown.overrides:
        end = (
            "until model, data or target change"
            if one.expires.startswith("subject:")
            else f"until {one.expires}"
        )
        tier = f" (to {one.tier.value})" if one.tier is not None else ""
        lines.append(
            f"- **{_plain(one.item)}**{tier}, by {_plain(one.by)} on {one.at[:10]}, {end}. {_plain(one.reason)}"
        )
        lines.append(f"  Risk accepted: {_plain(one.risk)} What is done about it: {_plain(one.measure)}")
    return lines


def _table(rows: Pairs) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {_cell(name)} | {_cell(value)} |" for name, value in rows)]


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """One line, with nothing that Markdown would take for HTML."""
    return " ".join(text.split()).replace("<", "&lt;").replace(">", "&gt;")
