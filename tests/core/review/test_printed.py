"""What people read: review.json by its schema, the card for the Hugging Face Hub, the datasheet without scripts."""

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from studio.core.build import Fit, Gauge, Source
from studio.core.checklist import standard_checklist
from studio.core.checks.check import Check, Verdict
from studio.core.printing import print_pdf
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Answers, Choice, Override, confirmed
from studio.core.review.printed_tables import effort, pace
from studio.core.reviewed import review_of, subject_of
from tests.core import made
from tests.core.approval import AT, approval
from tests.core.test_bundle import export

REASON = "We went through it together and it is good enough for a week."
GIVEN = Override("C9", "Ada <b>", AT, REASON, "A risk | taken.", "A measure.", "2026-12-01")


def written(folder: Path, results: Results | None = None, threshold: float | None = None) -> Path:
    """An export whose texts hold what breaks Markdown, HTML and YAML, and a failed check that does not block."""
    found = results or made.results(folder)
    assert found.panel is not None
    failed = Check("C9", "Unknown inputs", Verdict.FAIL, "Noise is <called> 'a'.", value=0.4, n=10)
    found = replace(found, panel=replace(found.panel, checks=(*found.panel.checks, failed)))
    project = Project()
    answers = approval(project, found, signed=False)
    answers = replace(
        answers,
        use='Sorts "buttons" & <script>alert(1)</script>: yes | no',
        out_of_scope=("people", "</td>"),
        overrides=(GIVEN,),
    )
    if threshold is not None:
        answers = replace(answers, limits={**answers.limits, "threshold": threshold})
        project = replace(project, entered=answers)  # what is at hand is a review with this threshold
    answers = approved_again(answers, project, found)
    limit, design = answers.answer("P8"), answers.answer("D2")
    assert limit is not None
    assert design is not None
    answers = answers.with_answer(replace(limit, text="It <never> met a person.\nNot once."))
    answers = answers.with_answer(replace(design, choice=Choice.NO))
    reviewed = review_of(replace(project, entered=answers), found, at=AT)
    assert reviewed is not None
    answers = answers.signed(reviewed.signature("Ada", AT))
    reviewed = review_of(replace(project, entered=answers), found, at=AT)
    assert reviewed is not None
    assert reviewed.approved, reviewed.reasons
    export(found, reviewed, folder / "out", print_pdf=print_pdf)
    return folder / "out"


def approved_again(answers: Answers, project: Project, found: Results) -> Answers:
    """The answers given again for the use as it is written now."""
    subject = subject_of(project, found)
    assert subject is not None
    for question in standard_checklist().questions:
        before = answers.answer(question.id)
        answers = confirmed(question, answers, subject)
        after = answers.answer(question.id)
        assert before is not None
        assert after is not None
        answers = answers.with_answer(replace(after, stated=before.stated))
    return answers


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("printed"))


def test_the_record_follows_its_schema(out: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((out / "review.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    record = json.loads((out / "review.json").read_text())
    jsonschema.validate(record, schema)
    spoilt: list[Callable[[dict[str, Any]], object]] = [
        lambda data: data.pop("subject_hash"),
        lambda data: data["answers"][0].update(answer="perhaps"),
        lambda data: data["gate"].update(level="great"),
        lambda data: data.update(colour="red"),
    ]
    for spoil in spoilt:
        other = json.loads(json.dumps(record))
        spoil(other)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(other, schema)


def test_the_record_says_where_else_each_question_is_asked_and_what_is_not_known(out: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    record = json.loads((out / "review.json").read_text())
    told = {answer["id"]: (answer["function"], answer["pointers"]) for answer in record["answers"]}
    assert told["P4"] == ("manage", ["EU CRA, Annex I, Part II", "ETSI EN 303 645, 5.3 and 5.11"])
    assert all(function and pointers for function, pointers in told.values())
    schema = json.loads((out / "review.schema.json").read_text())
    record["limits"]["before_results"] = record["effort"]["minutes"] = None
    jsonschema.validate(record, schema)


def test_papers_say_how_many_samples_would_let_a_check_tell_and_what_time_is_not_known(
    tmp_path: Path,
) -> None:
    found = made.results(tmp_path)
    assert found.panel is not None
    unsure = Check("C5", "False alarms", Verdict.CANNOT_TELL, "Too little was recorded.", n=10, needed=1200)
    found = replace(found, panel=replace(found.panel, checks=(*found.panel.checks, unsure)))
    text = (written(tmp_path, found) / "MODEL_CARD.md").read_text()
    assert "Too little was recorded. About 1,200 samples would let it tell." in text
    reviewed = review_of(Project(entered=approval(Project(), found, signed=False)), found, at=AT)
    assert reviewed is not None
    rows = dict(effort(replace(reviewed, logged=replace(reviewed.logged, minutes=None))))
    assert rows["Time spent in the review"] == "not known: the answers came from a file"


def test_the_card_is_read_by_the_hub(out: Path) -> None:
    huggingface = pytest.importorskip("huggingface_hub")
    card = huggingface.ModelCard.load(out / "MODEL_CARD.md")
    assert card.data.library_name == "tflite"
    assert "reviewed-tier-t1" in card.data.tags
    assert "tinyml-studio-c" in card.data.tags
    assert "tflite-micro" not in card.data.tags
    assert card.data.license == "unknown"
    assert (card.data.base_model, card.data.datasets) == (None, None)
    made_from = card.data.to_dict()["x-rai"]["made_from"]
    recorded = json.loads((out / "review.json").read_text())["subject"]
    assert made_from["float_model"] in str(recorded["float_model_sha256"])
    result = card.data.eval_results[0]
    assert (result.metric_type, result.metric_value) == ("accuracy", 0.97)
    extra = card.data.to_dict()["x-rai"]
    assert extra["subject_hash"] == json.loads((out / "review.json").read_text())["subject_hash"]
    assert extra["overrides"] == 1


def test_the_card_begins_with_the_limit_that_those_affected_must_know(out: Path) -> None:
    body = (out / "MODEL_CARD.md").read_text().split("---\n", 2)[2]
    lines = [line for line in body.splitlines() if line]
    assert lines[0].startswith("# ")
    assert lines[1] == "**Know this limit first:** It &lt;never&gt; met a person. Not once."
    assert "Know this limit first" in (out / "README.md").read_text().splitlines()[2]


def test_card_and_datasheet_hide_nothing(out: Path) -> None:
    for name in ("MODEL_CARD.md", "DATASHEET.html"):
        text = (out / name).read_text()
        assert "FAILED" in text
        assert REASON in text
        assert "A measure." in text
        assert "is the word of an answers file" in text
        assert "Answered with no: read it as a limit." in text
        assert "no legal advice" in text
        assert "Test set opened" in text
        assert "<script" not in text


def test_the_datasheet_says_what_has_to_be_done_again_once_something_changes(out: Path) -> None:
    page = (out / "DATASHEET.html").read_text()
    row = page.split("The model, or how it was compressed</th><td>")[1].split("</td>")[0]
    said = row.split(", ")
    assert said[:2] == ["all checks", "signatures"]
    questions = standard_checklist().questions
    assert said[2:] == [question.id for question in questions if "model" in question.depends]
    use = page.split("What it is used for, and what not</th><td>")[1].split("</td>")[0]
    assert "all checks" not in use


def test_the_pace_follows_from_the_time_on_the_board() -> None:
    gauge = Gauge(20_000, 100_000, Source.MEASURED)
    words = pace(Fit(gauge, gauge, gauge))
    assert "20.0 ms for an answer once its input is there (measured)" in words
    assert "50 answers a second at most" in words
    assert pace(None) == "How long an answer takes is not known."


class Page(HTMLParser):
    """Counts what is open and collects what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.bad: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "iframe", "img") or any(
            name in ("src", "href") or name.startswith("on") for name, _ in attrs
        ):
            self.bad.append(tag)
        if tag not in ("meta", "br", "line", "circle"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_datasheet_is_one_file_that_asks_for_nothing(out: Path) -> None:
    page = Page()
    page.feed((out / "DATASHEET.html").read_text())
    assert page.open == []
    assert page.bad == []
    front = page.text[page.text.index("Waves") :]
    limit = front.index("It <never> met a person.")
    assert limit < front.index("Reviewed at tier T1") < front.index("What leaves the device")
    for part in (
        "Overview",
        "Compliance",
        "Security and privacy",
        "Hardware",
        "When this sheet no longer holds",
    ):
        assert part in page.text


def test_the_datasheet_is_printed_and_the_same_page_gives_the_same_paper(out: Path) -> None:
    paper = (out / "DATASHEET.pdf").read_bytes()
    assert paper.startswith(b"%PDF")
    assert len(paper) > 5000
    assert print_pdf((out / "DATASHEET.html").read_bytes()) == paper


def test_a_page_with_a_drawing_is_printed_with_it() -> None:
    circle = '<circle cx="50" cy="50" r="40" fill="red"/>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">{circle}</svg>'
    bare, drawn = print_pdf(b"<p>One</p>"), print_pdf(f"<p>One</p>{drawing}".encode())
    assert bare is not None
    assert drawn is not None
    assert b"/Subtype /Image" not in bare
    assert b"/Subtype /Image" in drawn


def test_one_decision_is_said_in_the_singular(tmp_path: Path) -> None:
    card = (written(tmp_path) / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "1 decision to go on all the same; it is printed in full." in card


def test_card_datasheet_and_record_state_the_threshold(out: Path, tmp_path: Path) -> None:
    usual, chosen = "from a score of 0.5 on, as is usual", "from a score of 0.625 on, as the maker chose"
    assert all(usual in (out / name).read_text() for name in ("MODEL_CARD.md", "DATASHEET.html"))
    again = written(tmp_path, threshold=0.625)
    assert all(chosen in (again / name).read_text() for name in ("MODEL_CARD.md", "DATASHEET.html"))
    limits = [json.loads((one / "review.json").read_text())["limits"] for one in (out, again)]
    assert [one["threshold"] for one in limits] == [0.5, 0.625]
    assert "at least 62.5 %" not in (again / "MODEL_CARD.md").read_text()
