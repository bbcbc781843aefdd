"""A review's answers as a TOML file that a person can write, keep under version control and give to `--review`.

```toml
signed_by = "Ada"                      # whoever stands for it; signs what is at hand when the file is read
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
```

What the file says was opened is logged and printed as its word. Where it names the `subject` or `answers_sha256` that
were signed (as the window writes it), and they are others, the signature does not count.
"""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.core.checklist import Checklist, Question
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.review.answers import Answer, Answers, Judged, Judgement, Override, Raised, Role, SignOff
from studio.core.review.overrides import SUBJECT
from studio.core.review.subject import Subject, parts_of
from studio.core.storage import read_error

_SIGNATURES = {Role.MAKER: "", Role.SECOND: "second_"}


def read_answers(path: Path, checklist: Checklist, subject: Subject, at: str) -> Answers:
    """The answers in a TOML file, given for `subject`; `at` is the time of signing (RFC 3339).

    Answers that name the `parts` they were given for keep them, and are stale where these are others now. Raises
    StudioError where the file is not as described above.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError as error:
        raise StudioError(f"{path} is not a readable answers file: {error}.") from error
    try:
        return _answers(data, checklist, subject, at)
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise StudioError(f"{path} is not a readable answers file: {error}.") from error


def _answers(data: dict[str, Any], checklist: Checklist, subject: Subject, at: str) -> Answers:
    intake = {str(key): _flag(value, f"intake.{key}") for key, value in data.get("intake", {}).items()}
    limits = from_json(dict[str, float], data.get("limits", {}), "limits")
    for name in limits:
        if all(rule.id != name for rule in checklist.own_limits):
            raise ValueError(f"limits.{name} is no limit of the checklist")
    signer = from_json(str, data.get("signed_by", ""), "signed_by")
    entered = Answers(
        intake=intake if "intake" in data else None,
        use=from_json(str, data.get("use", ""), "use"),
        out_of_scope=from_json(tuple[str, ...], data.get("out_of_scope", []), "out_of_scope"),
        limits=limits,
        raised=from_json(Raised, data["raised"], "raised") if "raised" in data else None,
        overrides=tuple(
            _override(entry, subject, f"overrides[{place}]")
            for place, entry in enumerate(data.get("overrides", []))
        ),
    )
    now = parts_of(subject, entered)
    known = {question.id: question for question in checklist.questions}
    entered = replace(
        entered,
        answers=tuple(
            _answer(key, value, known.get(key), now, signer, at)
            for key, value in data.get("answers", {}).items()
        ),
    )
    for role, prefix in _SIGNATURES.items():
        by = from_json(str, data.get(f"{prefix}signed_by", ""), f"{prefix}signed_by")
        if by:
            entered = entered.signed(_signature(data, prefix, role, by, at, subject, entered))
    return entered


def _answer(
    name: str, value: dict[str, Any], question: Question | None, now: dict[str, str], by: str, at: str
) -> Answer:
    if question is None:
        raise ValueError(f"answers.{name} is no question of the checklist")
    given = dict(value)
    for old in ("model_sha256", "data_sha256"):  # of files written before answers named their parts
        if given.pop(old, ""):
            given.setdefault("parts", {})
    parts = {part.value: now[part] for part in question.depends}
    judged = tuple(
        Judged(int(row), from_json(Judgement, word, f"answers.{name}.judged"))
        for row, word in given.pop("judged", {}).items()
    )
    given["stated"] = given.pop("opened", [])
    given = {"parts": parts, "by": by, "at": at, **given, "id": name}
    return replace(from_json(Answer, given, f"answers.{name}"), judged=judged)


def _override(entry: dict[str, Any], subject: Subject, where: str) -> Override:
    given = {key: value if isinstance(value, str) else str(value) for key, value in entry.items()}
    if given.get("expires") == "subject":
        given["expires"] = f"{SUBJECT}{subject.hash}"
    return from_json(Override, given, where)


def _signature(
    data: dict[str, Any], prefix: str, role: Role, by: str, at: str, subject: Subject, entered: Answers
) -> SignOff:
    def text(name: str, usual: str) -> str:
        return from_json(str, data.get(f"{prefix}{name}", usual), f"{prefix}{name}")

    return SignOff(
        by,
        text("signed_at", at),
        text("subject", subject.hash),
        text("answers_sha256", entered.hash),
        text("checks_sha256", ""),
        role,
        text("statement", ""),
        text("key", ""),
        text("signature", ""),
    )


def write_answers(entered: Answers) -> str:
    """The answers as TOML text, as `read_answers` takes it back; a signature keeps what it was for."""
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
        raise ValueError(f"{where} should be true or false")
    return value
