"""A review's answers as a TOML file that a person can write, keep under version control and give to `--review`.

```toml
signed_by = "Ada"                      # whoever stands for it
second_signed_by = "Grace"             # a second person, where the tier asks for one
use = "Opens the hatch for our own cat."
out_of_scope = ["other animals"]
raised = { tier = "T2", by = "Ada" }   # a higher tier than the answers below lead to

[intake]                               # every question about the use
bench = false

[limits]                               # set before the test results are seen
max_miss_share = 0.05

[answers.D1]
choice = "yes"                         # yes, no or na
text = "…"
opened = ["C17"]                       # evidence that you looked at
judged = { 559 = "right" }             # for V7 and V8: each sample that is listed

[[overrides]]
item = "C2"
by = "Ada"
at = "2026-11-26"
reason = "…"                           # at least 40 characters
risk = "…"
measure = "…"
expires = "2026-12-31"                 # or "subject": until model, data or target change

[made_for]                             # what you looked at: `tinyml-studio run` prints these lines
source = "4f21…"                       # the model's file, data, recipe and board
checks = { C1 = "pass", C2 = "warn" }  # what each check said
```

A file vouches only for what it was made for. Without `made_for`, or where model, data, recipe or board are others,
nobody has signed, no evidence was opened, and answers about more than the use have to be confirmed; so it is for each
check that says something else. What the file says was opened is logged and printed as its word. A file that the
window writes names `parts`, `subject` and hashes instead: its answers and signatures count for these alone.
"""

import json
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.core.checklist import Checklist, Part, Question
from studio.core.checks.check import Check
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_later
from studio.core.review.answers import Answer, Answers, Judged, Judgement, Override, Raised, Role, SignOff
from studio.core.review.items import checks_hash
from studio.core.review.made_for import MadeFor, made_for_text
from studio.core.review.overrides import SUBJECT
from studio.core.review.subject import Subject, parts_of
from studio.core.storage import read_error

_STATEMENT = phrase_later(
    "Signed in an answers file, for this model, data, recipe and board and for what each check says."
)
_SIGNATURES = {Role.MAKER: "", Role.SECOND: "second_"}


@dataclass(frozen=True, slots=True)
class _AtHand:
    """What the answers are read for, and what the file was made for."""

    subject: Subject
    source: str
    checks: tuple[Check, ...]
    at: str
    made: MadeFor

    def parts(self, entered: Answers) -> dict[str, str]:
        """What the file vouches for: the use that it names itself, all else where it was made for what is at hand."""
        now = parts_of(self.subject, entered)
        return now if self.made.vouches(self.source) else {Part.USE: now[Part.USE]}


def read_answers(
    path: Path,
    checklist: Checklist,
    subject: Subject,
    at: str,
    source: str = "",
    checks: tuple[Check, ...] = (),
) -> Answers:
    """The answers in a TOML file, as they count for `subject`, its `source` and what `checks` say.

    `at` is the time of signing (RFC 3339). Answers that name the `parts` they were given for keep them, and are stale
    where these are others now. Raises StudioError where the file is not as described above.
    """
    data = _data(path)
    try:
        made = _made_for(data)
        return _answers(data, checklist, _AtHand(subject, source, checks, at, made))
    except (StudioError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise _unreadable(path, error) from error


def quotes_results(path: Path) -> bool:
    """True where an answers file says what checks said: whoever wrote its limits may have known the results.

    Raises StudioError where the file cannot be read.
    """
    data = _data(path)
    try:
        return bool(_made_for(data).checks)
    except ValueError as error:
        raise _unreadable(path, error) from error


def _data(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError as error:
        raise _unreadable(path, error) from error


def _made_for(data: dict[str, Any]) -> MadeFor:
    return from_json(MadeFor, data.get("made_for", {}), "made_for")


def _unreadable(path: Path, error: Exception) -> StudioError:
    return StudioError(phrase("{file} is not a readable answers file: {why}.", file=path, why=error))


def _answers(data: dict[str, Any], checklist: Checklist, hand: _AtHand) -> Answers:
    intake = {str(key): _flag(value, f"intake.{key}") for key, value in data.get("intake", {}).items()}
    limits = from_json(dict[str, float], data.get("limits", {}), "limits")
    checklist.check_limits(limits)
    signer = from_json(str, data.get("signed_by", ""), "signed_by")
    entered = Answers(
        intake=intake if "intake" in data else None,
        use=from_json(str, data.get("use", ""), "use"),
        out_of_scope=from_json(tuple[str, ...], data.get("out_of_scope", []), "out_of_scope"),
        limits=limits,
        raised=from_json(Raised, data["raised"], "raised") if "raised" in data else None,
        overrides=tuple(
            _override(entry, hand, f"overrides[{place}]")
            for place, entry in enumerate(data.get("overrides", []))
        ),
    )
    parts = hand.parts(entered)
    known = {question.id: question for question in checklist.questions}
    entered = replace(
        entered,
        answers=tuple(
            _answer(key, value, known.get(key), parts, signer, hand)
            for key, value in data.get("answers", {}).items()
        ),
    )
    for role, prefix in _SIGNATURES.items():
        by = from_json(str, data.get(f"{prefix}signed_by", ""), f"{prefix}signed_by")
        if by:
            entered = entered.signed(_signature(data, prefix, role, by, hand, entered))
    return entered


def _answer(
    name: str, value: dict[str, Any], question: Question | None, parts: dict[str, str], by: str, hand: _AtHand
) -> Answer:
    if question is None:
        raise ValueError(phrase("{entry} is no question of the checklist", entry=f"answers.{name}"))
    given = dict(value)
    for old in ("model_sha256", "data_sha256"):  # of files written before answers named their parts
        if given.pop(old, ""):
            given.setdefault("parts", {})
    about = {part.value: parts[part] for part in question.depends if part in parts}
    judged = tuple(
        Judged(int(row), from_json(Judgement, word, f"answers.{name}.judged"))
        for row, word in given.pop("judged", {}).items()
    )
    opened = from_json(tuple[str, ...], given.pop("opened", []), f"answers.{name}.opened")
    given["stated"] = hand.made.opened(opened, hand.checks) if hand.made.vouches(hand.source) else ()
    given = {"parts": about, "by": by, "at": hand.at, **given, "id": name}
    return replace(from_json(Answer, given, f"answers.{name}"), judged=judged)


def _override(entry: dict[str, Any], hand: _AtHand, where: str) -> Override:
    given = {key: value if isinstance(value, str) else str(value) for key, value in entry.items()}
    if given.get("expires") == "subject":
        given["expires"] = f"{SUBJECT}{hand.subject.hash if hand.made.vouches(hand.source) else ''}"
    return from_json(Override, given, where)


def _signature(
    data: dict[str, Any], prefix: str, role: Role, by: str, hand: _AtHand, entered: Answers
) -> SignOff:
    def text(name: str, usual: str) -> str:
        return from_json(str, data.get(f"{prefix}{name}", usual), f"{prefix}{name}")

    named = f"{prefix}subject" in data
    counts = not named and hand.made.signs(hand.source, hand.checks)
    return SignOff(
        by,
        text("signed_at", hand.at),
        text("subject", hand.subject.hash if counts else ""),
        text("answers_sha256", entered.hash),
        text("checks_sha256", checks_hash(hand.checks) if counts else ""),
        role,
        text("statement", phrase(_STATEMENT) if counts else ""),
        text("key", ""),
        text("signature", ""),
    )


def write_answers(entered: Answers, made: MadeFor | None = None) -> str:
    """The answers as TOML text, as `read_answers` takes it back; a signature keeps what it was for.

    `made` is what is at hand: only with it does the evidence that answers state count when the file is read.
    """
    lines = []
    for signed in (entered.signoff, entered.second):
        if signed is not None:
            prefix = _SIGNATURES[signed.role]
            given = {
                "signed_by": signed.by,
                "signed_at": signed.at,
                "subject": signed.subject_hash,
                "answers_sha256": signed.answers_hash,
                "checks_sha256": signed.checks_hash,
                "statement": signed.statement,
                "key": signed.key,
                "signature": signed.signature,
            }
            lines += [f"{prefix}{name} = {_quoted(value)}" for name, value in given.items() if value]
    if entered.use:
        lines.append(f"use = {_quoted(entered.use)}")
    if entered.out_of_scope:
        lines.append(f"out_of_scope = [{', '.join(map(_quoted, entered.out_of_scope))}]")
    if entered.raised is not None:
        raised = entered.raised
        lines.append(f"raised = {{ tier = {_quoted(raised.tier.value)}, by = {_quoted(raised.by)} }}")
    if entered.intake is not None:
        lines += ["", "[intake]"]
        lines += [f"{name} = {'true' if yes else 'false'}" for name, yes in entered.intake.items()]
    if entered.limits:
        lines += ["", "[limits]"]
        lines += [f"{name} = {value!r}" for name, value in entered.limits.items()]
    for answer in entered.answers:
        lines += ["", *_answer_lines(answer)]
    for override in entered.overrides:
        lines += ["", "[[overrides]]"]
        lines += [f"{name} = {_quoted(value)}" for name, value in to_json(override).items() if value]
    if made is not None:
        lines += ["", made_for_text(made).rstrip()]
    return "\n".join(lines) + "\n"


def _answer_lines(answer: Answer) -> list[str]:
    lines = [f"[answers.{answer.id}]", f"choice = {_quoted(answer.choice.value)}"]
    lines.append(f"text = {_quoted(answer.text)}")
    lines += [f"{name} = {_quoted(value)}" for name, value in (("by", answer.by), ("at", answer.at)) if value]
    if answer.stated:
        lines.append(f"opened = [{', '.join(map(_quoted, answer.stated))}]")
    for name, pairs in (
        ("judged", [(str(one.row), one.judgement.value) for one in answer.judged]),
        ("parts", list(answer.parts.items())),
    ):
        if pairs:
            lines.append(f"{name} = {{ {', '.join(f'{key} = {_quoted(value)}' for key, value in pairs)} }}")
    return lines


def _quoted(text: str) -> str:
    # A TOML basic string takes the escapes of JSON, once DEL is escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(phrase("{entry} should be true or false", entry=where))
    return value
