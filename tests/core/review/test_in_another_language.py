"""The review speaks the language in use: nothing that the studio says of it is left in English."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from studio.core.checklist import Checklist, Tier
from studio.core.checks.answer_details import Harm, HarmedPart, Part, Slices
from studio.core.checks.check import Check, Measured, Verdict
from studio.core.dataset import SplitInfo
from studio.core.evaluation import Estimate
from studio.core.making import edition_of_studio
from studio.core.papers import CARD, README, SHEET
from studio.core.phrases import phrase, speaking
from studio.core.project import Project, save_project
from studio.core.results import Results
from studio.core.review import (
    Answers,
    Choice,
    Level,
    Logged,
    Override,
    Role,
    Subject,
    logged,
    signing,
)
from studio.core.review.findings import Finding
from studio.core.review.items import State
from studio.core.review.log import Event, head_of, next_row, restart
from studio.core.review.signing import make_key, public_key_of
from studio.core.review.verification import verify_bundle
from studio.core.reviewed import review_of
from studio.core.storage import sha256_of
from studio.headless.closing import closing
from studio.headless.review import show
from tests.core import made
from tests.core.approval import AT as MADE_AT
from tests.core.approval import approval
from tests.core.review import whole
from tests.core.review.test_printed import written
from tests.core.review.test_verification import LATER, bundle, edit, reseal, resealed
from tests.core.review.whole import AT, CHECKLIST, SUBJECT, entered, failing, look, override, signed
from tests.core.test_bundle import export
from tests.foreign import FOREIGN, catalogues_in, unsaid, wrapped

FILES = (
    "manifest.json",
    "review.json",
    "review-log.jsonl",
    "evaluation.json",
    "SHA256SUMS",
    "SIGNATURE.json",
    "review.schema.json",
    "model.tflite",
    "model_UNREVIEWED.tflite",
    "virtual_cortex_m4.elf",
    "mine.review.jsonl",
    "src/model.c",
    "src/model.h",
    "more.c",
    "link.c",
    CARD,
    README,
    SHEET,
)
NAMES = ("Ada", "Grace", "Eve", "Not fine.", "Fine.", "min_accuracy", "max_miss_share")


@pytest.fixture(scope="module", autouse=True)
def foreign(catalogue: Path) -> Iterator[None]:
    with catalogues_in(catalogue):
        yield


def texts_of(checklist: Checklist) -> tuple[str, ...]:
    """What stands in the checklist's file."""
    judgements = (words for one in checklist.questions for words in one.judgements.values())
    return (
        checklist.notice,
        checklist.title,
        *checklist.tiers.values(),
        *(one.text for one in checklist.intake),
        *(one.text for one in checklist.questions),
        *(words for one in checklist.own_limits for words in (one.text, one.unit)),
        *judgements,
    )


def restarted() -> Logged:
    payload = restart(head_of(whole.rows()))
    row = next_row(head_of(()), Event.LOG_RESTARTED, payload, time=AT, actor="Ada", subject_hash=SUBJECT.hash)
    return logged((row,), CHECKLIST)


def loosened() -> Logged:
    rows = whole.rows()
    for limits in ({"max_miss_share": 0.9}, {}):
        row = next_row(
            head_of(rows), Event.LIMITS_SET, {"limits": limits}, time=AT, actor="", subject_hash=SUBJECT.hash
        )
        rows = (*rows, row)
    return logged(rows, CHECKLIST)


def broken() -> tuple[Logged, ...]:
    rows = whole.rows()
    spoilt = (rows[1:], (rows[0], replace(rows[1], prev="0" * 64)), (replace(rows[0], actor="Eve"),))
    return tuple(logged(one, CHECKLIST) for one in spoilt)


def refused() -> Answers:
    known = entered().answer("V1")
    assert known is not None
    return entered().with_answer(replace(known, choice=Choice.NO))


def of_nothing() -> Answers:
    return replace(entered(), answers=tuple(replace(one, parts={}) for one in entered().answers))


def without_judgements() -> Answers:
    found = replace(entered(bystanders=True), limits={})
    return replace(found, answers=tuple(replace(one, judged=()) for one in found.answers))


def lapsed() -> tuple[Override, ...]:
    whole_one = override("V3")
    return (
        replace(whole_one, item="C16"),
        replace(whole_one, by=" "),
        replace(whole_one, reason="Short."),
        replace(whole_one, risk=""),
        replace(whole_one, item="tier"),
        replace(whole_one, expires="subject:0"),
        replace(whole_one, expires="never"),
        replace(whole_one, expires="2027-12-24"),
        replace(whole_one, at="2026-12-02T12:00:00+00:00", expires="2026-12-24"),
        replace(whole_one, expires="2026-11-25"),
    )


def wrongly_signed() -> Iterator[Answers]:
    right = signed(entered())
    assert right.signoff is not None
    for wrong in (
        replace(right.signoff, by=""),
        replace(right.signoff, subject_hash=""),
        replace(right.signoff, subject_hash="0"),
        replace(right.signoff, answers_hash="0"),
        replace(right.signoff, checks_hash="0"),
        replace(right.signoff, key="a" * 64, signature="b" * 128),
    ):
        yield right.signed(wrong)
    stakes = signed(entered(can_harm=True))
    yield stakes
    yield signed(stakes, by="ADA", role=Role.SECOND)
    yield stakes.signed(replace(right.signoff, role=Role.SECOND, by="Grace"))
    yield signed(entered(can_harm=True).with_override(override("tier", tier=Tier.BENCH)))


def spoken_reasons() -> Iterator[str]:
    """Reasons and warnings of the gate in many states."""
    broken_limit = whole.with_check(whole.measuring("C4", Measured("max_miss_share", 0.6, "Fine.")))
    rate = whole.with_check(whole.measuring("C5", Measured("max_alarms_per_hour", 3)))
    often = replace(entered(), limits={"max_alarms_per_hour": 1.0})
    found = [
        look(Answers(), checks=(), facts=Logged()),
        look(Answers(whole.use(bench=True))),
        look(Answers(whole.use(prohibited=True))),
        look(replace(entered(), use="")),
        look(signed(entered()), subject=replace(SUBJECT, model_sha256="9" * 64, target="other")),
        look(of_nothing()),
        look(refused()),
        look(without_judgements(), facts=Logged()),
        look(entered(), facts=restarted()),
        look(entered(), facts=loosened()),
        look(entered(), facts=logged(whole.rows()[1:], CHECKLIST, "")),
        look(entered(), broken_limit),
        look(often, rate),
        *(look(entered(), facts=facts) for facts in broken()),
        *(look(replace(entered(), overrides=(one,))) for one in lapsed()),
        *(look(answers) for answers in wrongly_signed()),
        *(look(entered(), failing("C4", verdict)) for verdict in Verdict),
        look(entered().with_override(override("C4")), failing("C4")),
        look(
            entered(bystanders=True).with_override(override("V7")), samples={"C3": (1,)}, subject=Subject("9")
        ),
    ]
    assert {item.state for one in found for item in one.items} == set(State)
    for one in found:
        yield from (*one.reasons, *one.warnings, *(reason.text for reason in one.gate.bench_reasons))


def test_the_gate_gives_its_reasons_in_the_language_in_use() -> None:
    with speaking(FOREIGN):
        said = list(spoken_reasons())
    assert len(set(said)) > 100
    texts = texts_of(CHECKLIST)
    assert [sentence for sentence in said if unsaid(sentence, *texts, *NAMES, "tier")] == []


class Page(HTMLParser):
    """The text of a page, without its style."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.text = ""
        self.language = ""
        self._style = False
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        if tag == "html":
            self.language = dict(attrs)["lang"] or ""

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text += f" {data}"


def with_details(folder: Path) -> Results:
    """Results whose papers hold every table: harm, slices, misses, a fit, data with groups and several splits."""
    found = made.results(folder)
    assert found.panel is not None
    assert found.dataset is not None
    share = Estimate(0.5, 0.4, 0.6)
    harm = Harm((), (), (), share, (HarmedPart("hand", "left", 9, 3, 1, 0.1, 0.1, True, True),))
    slices = Slices((), (Part("hand", "left", 9, share),))
    checks = (
        *found.panel.checks,
        Check("C3", "C3", Verdict.WARN, "Not fine.", n=9, detail=harm),
        Check("C4", "C4", Verdict.PASS, "Fine.", n=9),
        Check("C7", "C7", Verdict.CANNOT_TELL, "Not fine.", n=9, detail=slices),
    )
    splits = (*found.dataset.splits, SplitInfo("train", 1), SplitInfo("validation", 1))
    dataset = replace(found.dataset, groups=("hand",), splits=splits)
    return replace(found, panel=replace(found.panel, checks=checks), dataset=dataset)


def lowered(folder: Path) -> Path:
    """An export at a lowered tier with two signatures, by answers of which the papers have much to say."""
    results, project = with_details(folder), Project()
    answers = approval(project, results, signed=False, can_harm=True)
    known = {one.id: one for one in answers.answers}
    for name, changes in {
        "D2": {"choice": Choice.NO},
        "D4": {"choice": Choice.NOT_APPLICABLE, "text": "None."},
        "D5": {"text": "None.", "parts": {}},
        "V6": {"stated": ()},
        "V8": {"text": ""},
    }.items():
        answers = answers.with_answer(replace(known[name], **changes))  # type: ignore[arg-type]
    for item in ("V6", "D5", "P1"):
        answers = answers.with_override(replace(override(item), at=MADE_AT))
    answers = answers.with_override(
        replace(override("tier", tier=Tier.THINGS), at=MADE_AT, expires="2026-12-01")
    )
    answers = replace(answers, limits={**answers.limits, "max_alarms_per_hour": 9.0})
    for name, role in (("Ada", Role.MAKER), ("Grace", Role.SECOND)):
        found = review_of(replace(project, entered=answers), results, at=MADE_AT)
        assert found is not None
        signature = found.signature(name, MADE_AT, role, statement="Not fine.")
        if role is Role.SECOND:
            make_key(folder / "grace.pem")
            signature = signing.signed(signature, signing.KeyFile(str(folder / "grace.pem")))
        answers = answers.signed(signature)
    found = review_of(replace(project, entered=answers), results, at=MADE_AT)
    assert found is not None
    assert found.approved, found.reasons
    export(results, found, folder / "out")
    return folder / "out"


def for_the_desk(folder: Path) -> Path:
    """A bench build without data or answers."""
    results = made.results(folder)
    (folder / "sources" / "model.h").write_text("#ifndef STUDIO_MODEL_H\n#define STUDIO_MODEL_H\n#endif\n")
    answers = approval(Project(), results, signed=False)
    answers = replace(answers, answers=tuple(one for one in answers.answers if one.id == "D6"))
    results = replace(results, dataset=None)
    found = review_of(Project(entered=answers), results, at=MADE_AT)
    assert found is not None
    export(results, found, folder / "out", level=Level.BENCH)
    return folder / "out"


HUB = (
    "# Model Details",
    "# Uses",
    "# Direct Use",
    "# Out-of-Scope Use",
    "# Bias, Risks, and Limitations",
    "# Training Details",
    "# Training Data",
    "# Evaluation",
    "# Results",
    "# Factors",
    "# Technical Specifications",
)


@pytest.mark.parametrize("make", [written, lowered, for_the_desk])
def test_the_papers_say_everything_of_their_own_in_the_language_in_use(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    pytest.importorskip("cryptography")
    with speaking(FOREIGN):
        out = make(tmp_path)
    record = json.loads((out / "review.json").read_text("utf-8"))
    names = (
        *texts_of(CHECKLIST),
        *NAMES,
        *(one["text"] for one in record["answers"]),
        *(one[name] for one in record["overrides"] for name in ("reason", "risk", "measure")),
        *(one["sentence"] for one in record["checks"]),
        *(one["title"] for one in record["checks"]),
        *record["intended_use"]["out_of_scope"],
        record["intended_use"]["text"],
        *record["subject"].values(),
        record["subject_hash"],
        record["log"]["head"],
        "Ada <b>",
        "Waves",
        "UNREVIEWED",
        "Virtual Cortex-M4 board",
        "virtual Cortex-M4 board",
        "hand: left",
        "hand",
        "tier",
        "int8",
        "KB",
        "ms",
    )
    front, body = (out / CARD).read_text("utf-8").split("---\n", 2)[1:]
    assert "«" not in front
    names = (*names, *(name.replace("<", "&lt;").replace(">", "&gt;") for name in names))
    names = (*names, *(" ".join(name.split()).replace("|", "\\|") for name in names))
    assert unsaid(body, *names, *HUB) == []
    page = Page((out / SHEET).read_bytes())
    assert page.language == FOREIGN
    assert unsaid(page.text, *names) == []
    readme = (out / README).read_text("utf-8")
    before, _, use = readme.partition("\n## «Use")
    after = use[use.rindex("\n«") :]
    assert unsaid(before + after, *names, "https://www.unicorn-engine.org/") == []


def spoilt_bundles(folder: Path) -> Iterator[tuple[Finding, ...]]:
    """What is found in a bundle, whole at first, then with one thing after another put wrong."""
    out, mine = bundle(folder, key=True), folder / "mine.review.jsonl"
    make_key(folder / "eve.pem")
    key = public_key_of(folder / "ada.pem")

    def found(at: str = LATER, journal: Path | None = None, *keys: str) -> tuple[Finding, ...]:
        return verify_bundle(out, at, journal, None, frozenset(keys))

    def again(*, sealed: bool = True) -> None:
        shutil.rmtree(out)
        shutil.copytree(folder / "whole", out)
        if not sealed:
            (out / "SIGNATURE.json").unlink()

    shutil.copytree(out, folder / "whole")
    yield found()
    yield found(LATER, mine, key)
    yield found(LATER, None, "0" * 64)
    again(sealed=False)
    yield found(LATER, mine, key)
    yield found(LATER, None, key)
    reseal(out, folder / "eve.pem")
    yield found()
    (out / "SIGNATURE.json").write_text('{"key": "00", "signature": "00"}')
    yield found()
    (out / "SIGNATURE.json").write_text("[]")
    yield found()
    for name in ("model.tflite", "review.json", "review-log.jsonl", "SHA256SUMS", "manifest.json", SHEET):
        again()
        (out / name).write_bytes(b"")
        yield found()
        (out / name).unlink()
        yield found()
    again()
    (out / "more.c").write_text("int more;")
    if os.name != "nt":  # links need rights there
        (out / "link.c").symlink_to(out / "more.c")
        (out / README).unlink()
        (out / README).symlink_to(out / CARD)
    yield found()
    for name, part, values in CHANGES:
        again()
        edit(out, name, partial(change, part, values))
        if part == "making":
            (out / CARD).write_text("Nothing.")
            resealed(out, CARD)
        yield found()
    again()
    rows = (out / "review-log.jsonl").read_bytes()
    for content in (rows + b"More.", rows[: rows.rindex(b"{")], rows.replace(b"Ada", b"Eve"), b"[]\n"):
        (out / "review-log.jsonl").write_bytes(content)
        resealed(out, "review-log.jsonl")
        yield found()
    again()
    lines = mine.read_bytes().splitlines(keepends=True)
    for kept in (lines[:2], lines[:-1]):
        mine.write_bytes(b"".join(kept))
        yield found(LATER, mine)


def change(part: str, values: dict[str, object], data: dict[str, Any]) -> None:
    (data[part] if part else data).update(values)


CHANGES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("manifest.json", "", {"level": "bench", "model_file": "m", "log": None, "subject_hash": "0"}),
    ("manifest.json", "", {"model_sha256": "0", "source_model_sha256": "0", "data_sha256": "0"}),
    ("manifest.json", "", {"studio": "9.9.9"}),
    ("manifest.json", "", {"board": "raspberry_pi_pico"}),
    ("manifest.json", "", {"format": "phone"}),
    ("manifest.json", "", {"format": "fax"}),
    ("manifest.json", "", {"making": None}),
    ("manifest.json", "recipe", {"pruning": 0.5}),
    ("manifest.json", "making", {"edition": "0"}),
    ("manifest.json", "making", {"name": "Not so"}),
    ("manifest.json", "making", {"title": "two  words"}),
    ("manifest.json", "making", {"version": "new"}),
    ("manifest.json", "making", {"language": "../eo"}),
    ("manifest.json", "making", {"language": "xx"}),
    ("manifest.json", "making", {"optimize": None, "dataset": None}),
    ("manifest.json", "making", {"builder": "zig"}),
    ("evaluation.json", "", {"accuracy": 0.5, "candidate_sha256": "0", "data_sha256": "0"}),
    ("evaluation.json", "", {"accuracy": "much"}),
    ("review.json", "", {"created": "yesterday"}),
    ("review.json", "", {"subject_hash": "0"}),
    ("review.json", "", {"schema": "other"}),
    ("review.json", "gate", {"level": "refused"}),
    ("review.json", "gate", {"level": "bench"}),
)


def test_what_is_found_in_a_bundle_is_said_in_the_readers_language(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    with speaking(FOREIGN):
        found = list(spoilt_bundles(tmp_path))
        said = {sentence for one in found for sentence in (closing(one), *(each.sentence for each in one))}
        about = {phrase(each.what) for one in found for each in one}
    assert len(said) > 80
    assert unsaid(" ".join(about)) == []
    keys = [public_key_of(tmp_path / name) for name in ("ada.pem", "eve.pem")]
    keys += [key[:16] for key in keys]
    names = (
        *texts_of(CHECKLIST),
        *NAMES,
        *keys,
        *FILES,
        str(tmp_path / "out"),
        str(tmp_path),
        edition_of_studio()[:12],
        sha256_of(tmp_path / "candidate.tflite")[:16],
        "Virtual Cortex-M4 board",
        "virtual Cortex-M4 board",
        "virtual_cortex_m4, studio-c, link",
        "raspberry_pi_pico, studio-c, link",
        "rai-review/1",
        "zig",
        "xx",
        # what Python or a file's reader says of what it cannot read
        "'fax' is not a valid ExportFormat",
        "Expecting value: line 1 column 1 (char 0)",
        "row 0 should be an object",
        ".accuracy should be float, not 'much'",
    )
    assert [sentence for sentence in said if unsaid(sentence, *names)] == []


def test_the_terminal_shows_a_review_in_the_language_in_use(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    said: list[str] = []
    with speaking(FOREIGN):
        show(lowered(tmp_path), said.append)
        save_project(Project(), tmp_path / "new.tinyml")
        show(tmp_path / "new.tinyml", said.append)
    record = json.loads((tmp_path / "out" / "review.json").read_text("utf-8"))
    names = (
        *texts_of(CHECKLIST),
        *NAMES,
        *(one["text"] for one in record["answers"]),
        *(one[name] for one in record["overrides"] for name in ("reason", "risk", "measure")),
        *(one["sentence"] for one in record["checks"]),
        *(one["key"] for one in record["signoff"]),
        record["log"]["head"],
        "tier",
    )
    assert unsaid("\n".join(said), *names) == []


def test_what_nothing_translates_is_found() -> None:
    assert unsaid("«The »int8« is »plain.", "int8") == ["plain."]
    assert wrapped("{count:.1f} of {all!r}.").format(count=1, all="a") == "1.0« of »'a'«.»"
