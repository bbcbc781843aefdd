"""DATASHEET.html: an ML-sensor datasheet as one file without scripts, for whoever is affected by the device.

Its parts follow the template of the Datasheets for Machine Learning Sensors (Stewart, Warden and others, arXiv
2306.08848): overview, outputs, compliance, model, data, security and privacy, end-to-end performance, hardware.
"""

from collections.abc import Iterable
from html import escape

from studio.core.checklist import Stage
from studio.core.checks.check import Verdict
from studio.core.phrases import language, phrase, phrase_count, phrase_later
from studio.core.review.printed import Bar, Checked, Printed, until
from studio.core.review.printed_answers import Told
from studio.core.review.printed_tables import Pairs

_STYLE = """
body { font-family: sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; line-height: 1.45;
       color: #1c1f24; background: #ffffff; }
h1 { margin-bottom: 0.2em; } h2 { margin-top: 1.8em; border-bottom: 1px solid #c9ced6; }
table { border-collapse: collapse; width: 100%; margin: 0.6em 0; }
th, td { text-align: left; vertical-align: top; padding: 0.25em 0.8em 0.25em 0; border-bottom: 1px solid #e3e6ea; }
th { font-weight: normal; color: #4a5361; width: 32%; }
.first { border: 2px solid #1c1f24; padding: 0.6em 1em; margin: 1em 0; }
.first p { margin: 0.3em 0; } .limit { font-size: 1.25em; font-weight: bold; }
.note, .small { color: #4a5361; font-size: 0.92em; } .failed { color: #a3231a; font-weight: bold; }
code { font-size: 0.85em; word-break: break-all; }
"""
_SAFETY = ("P1", "P2", "P3")
_ROW = 22
_LETTERS = 36  # of a bar's name
_LEFT, _WIDTH, _TEXT = 250, 700, 100


def datasheet(shown: Printed) -> bytes:
    """The datasheet as one HTML file (UTF-8) with its drawings inside."""
    told = {one.id: one for rows in shown.told.values() for one in rows}
    safety = [told[name] for name in _SAFETY if name in told]
    others = [one for one in shown.told[Stage.DEPLOYMENT] if one.id not in _SAFETY]
    parts = [
        f"<h1>{escape(shown.name)}</h1>",
        _front(shown, told),
        _heading(phrase("Overview")),
        _paragraph(shown.use or phrase("The maker did not say what it is for.")),
        _list(phrase("Not to be used for:"), shown.not_for),
        _table(shown.facts),
        _told(shown.told[Stage.DESIGN]),
        _heading(phrase("Outputs and what they mean")),
        _outputs(shown),
        _paragraph(shown.pace),
        _heading(phrase("Compliance")),
        _paragraph(phrase("Not assessed. {notice}", notice=shown.notice)),
        _heading(phrase("Data")),
        _table(shown.data),
        _told(shown.told[Stage.DEVELOPMENT]),
        _heading(phrase("How well it works")),
        _table(shown.results),
        _drawing(shown.bars),
        _table(shown.limits, phrase("Limits that the maker set")),
        _harm(shown),
        _checks(shown),
        _heading(phrase("Security and privacy")),
        _told(safety),
        _heading(phrase("In use")),
        _told(others),
        _heading(phrase("Hardware")),
        _table(shown.hardware),
        _paragraph(phrase("Environmental impact: not stated by the maker.")),
        _heading(phrase("What is still open")),
        _list("", shown.open_points) or _paragraph(phrase("Nothing.")),
        _overrides(shown),
        _heading(phrase("When this sheet no longer holds")),
        _paragraph(
            phrase(
                "Once one of these is another, what stands beside it has to be done again. The board says which model "
                "it runs; compare it with the hash below."
            )
        ),
        _table(shown.triggers),
        _heading(phrase("How this was reviewed")),
        _table(shown.effort),
        _table(shown.hashes, code=True),
        _heading(phrase("Words")),
        _table(tuple((phrase(word), phrase(meaning)) for word, meaning in _WORDS)),
    ]
    body = "\n".join(part for part in parts if part)
    title = escape(phrase("Datasheet: {name}", name=shown.name))
    page = (
        f'<!DOCTYPE html>\n<html lang="{escape(language().replace("_", "-"))}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return page.encode("utf-8", "replace")


_WORDS: Pairs = (
    (
        phrase_later("False alarm"),
        phrase_later("It says that something is there, and nothing is."),
    ),
    (phrase_later("Miss"), phrase_later("Something is there, and it does not say so.")),
    (
        phrase_later("95 % interval"),
        phrase_later("Where the true figure lies in 95 of 100 such tests: the fewer the samples, the wider."),
    ),
    (
        phrase_later("Cannot tell"),
        phrase_later("There were too few samples, or none of the right kind. It is not good news."),
    ),
    (
        phrase_later("Hash (SHA-256)"),
        phrase_later("A fingerprint: if a single byte changes, it is another."),
    ),
)


def _front(shown: Printed, told: dict[str, Told]) -> str:
    limit = shown.limit or phrase("Nobody wrote down the one limit that those affected must know.")
    unsaid = phrase("not stated by the maker")
    rows = [
        (phrase("What leaves the device"), told["P1"].answer if "P1" in told else unsaid),
        (phrase("How you notice it, and how to stop it"), told["P2"].answer if "P2" in told else unsaid),
    ]
    rows += [(f"{one.title} ({one.word})", one.sentence) for one in shown.checks if one.id in ("C4", "C5")]
    first = f'<p class="limit">{escape(limit)}</p><p><b>{escape(shown.verdict)}</b></p>'
    return f'<div class="first">{first}{_table(tuple(rows))}</div>'


def _outputs(shown: Printed) -> str:
    if not shown.labels:
        return _paragraph(phrase("It answers with numbers."))
    return _paragraph(
        phrase_count(
            "It names one of {count} things, with a score for each: {labels}. It names one of them whatever it is "
            "shown, unless the program around it rejects low scores.",
            "It names one of {count} things, with a score for each: {labels}. It names one of them whatever it is "
            "shown, unless the program around it rejects low scores.",
            len(shown.labels),
            labels=", ".join(shown.labels),
        )
    )


def _drawing(bars: tuple[Bar, ...]) -> str:
    if not bars:
        return ""
    height = _ROW * len(bars) + 30
    span = _WIDTH - _LEFT - _TEXT

    def x(share: float) -> float:
        return _LEFT + span * min(max(share, 0.0), 1.0)

    title = phrase("Shares of right answers with their 95 % intervals")
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
    ]
    for tick in (0, 25, 50, 75, 100):
        at = x(tick / 100)
        parts.append(f'<line x1="{at:.1f}" y1="0" x2="{at:.1f}" y2="{height - 22}" stroke="#e3e6ea"/>')
        parts.append(
            f'<text x="{at:.1f}" y="{height - 6}" text-anchor="middle" fill="#4a5361">{tick} %</text>'
        )
    for place, bar in enumerate(bars):
        y = _ROW * place + _ROW / 2
        name = bar.name if len(bar.name) <= _LETTERS else f"{bar.name[: _LETTERS - 1]}…"
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#1c1f24">{escape(name)}</text>'
        )
        parts.append(
            f'<line x1="{x(bar.low):.1f}" y1="{y:.1f}" x2="{x(bar.high):.1f}" y2="{y:.1f}" stroke="#1f5fa8" '
            'stroke-width="3"/>'
        )
        parts.append(f'<circle cx="{x(bar.value):.1f}" cy="{y:.1f}" r="5" fill="#1f5fa8"/>')
        words = escape(phrase("{share} of {all}", share=f"{bar.value * 100:.0f} %", all=bar.n))
        parts.append(f'<text x="{_WIDTH - _TEXT + 8}" y="{y + 4:.1f}" fill="#1c1f24">{words}</text>')
    return "".join([*parts, "</svg>"])


def _checks(shown: Printed) -> str:
    rows = "".join(
        f"<tr><th>{escape(one.id)} {escape(one.title)}</th><td>{_marked(one)}: {escape(one.sentence)}</td></tr>"
        for one in shown.checks
    )
    heading = escape(phrase("Checks"))
    return f"<h3>{heading}</h3><table>{rows}</table>" if rows else ""


def _marked(one: Checked) -> str:
    word = escape(one.word)
    return f'<span class="failed">{word}</span>' if one.verdict is Verdict.FAIL else word


def _harm(shown: Printed) -> str:
    if not shown.harm:
        return ""
    title = escape(phrase("Harm by compression"))
    heads = (phrase("samples"), phrase("broken"), phrase("mended"))
    cells = "".join(f"<td>{escape(name)}</td>" for name in heads)
    head = f"<tr><th>{title}</th>{cells}</tr>"
    rows = "".join(
        f"<tr><th>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>"
        for row in shown.harm
    )
    return f"<table>{head}{rows}</table>"


def _overrides(shown: Printed) -> str:
    parts = []
    for one in shown.overrides:
        words = (
            phrase(
                "{item} was overridden by {who} on {day}, {end}.",
                item=one.item,
                who=one.by,
                day=one.at[:10],
                end=until(one),
            ),
            one.reason,
            phrase("Risk accepted: {risk}", risk=one.risk),
            phrase("What is done about it: {measure}", measure=one.measure),
        )
        parts.append(_paragraph(" ".join(words)))
    heading = escape(phrase("Decisions to go on all the same"))
    return f"<h3>{heading}</h3>{''.join(parts)}" if parts else ""


def _told(rows: Iterable[Told]) -> str:
    parts = []
    for one in rows:
        notes = "".join(f'<br><span class="note">{escape(note)}</span>' for note in one.notes)
        parts.append(f"<tr><th>{escape(one.question)}</th><td>{escape(one.answer)}{notes}</td></tr>")
    return f"<table>{''.join(parts)}</table>" if parts else ""


def _table(rows: Pairs, title: str = "", *, code: bool = False) -> str:
    if not rows:
        return ""
    around = ("<code>", "</code>") if code else ("", "")
    body = "".join(
        f"<tr><th>{escape(name)}</th><td>{around[0]}{escape(value)}{around[1]}</td></tr>"
        for name, value in rows
    )
    return f"{f'<h3>{escape(title)}</h3>' if title else ''}<table>{body}</table>"


def _heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _list(title: str, rows: tuple[str, ...]) -> str:
    if not rows:
        return ""
    heading = f"<p>{escape(title)}</p>" if title else ""
    return f"{heading}<ul>{''.join(f'<li>{escape(row)}</li>' for row in rows)}</ul>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
