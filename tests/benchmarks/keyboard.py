"""How long a person takes for a review by keyboard alone: python -m tests.benchmarks.keyboard

Walks the Review page of the sample gestures, with the real worker's evidence, at T0, T1 and T2 by key events alone,
from nothing entered to an approved review, and estimates a person's time:

- keys: 0.28 s each (K, an average typist who is not a secretary) and 1.35 s for each decision (M), from the
  keystroke-level model: S. Card, T. Moran, A. Newell, The Psychology of Human-Computer Interaction, 1983. Going on to
  the next point is no decision;
- reading: questions, what to say, why, evidence and how it was measured, samples' scores, once, at 238 words a minute:
  M. Brysbaert, How many words do we read per minute?, Journal of Memory and Language 109, 2019. The cases from
  elsewhere are counted apart.

Every answer is as long as those that come with the sample are on average. At each tier what blocks is settled; for T2
a second walk settles what only warns, too. `ratio` is the minutes ÷ the limit (T0 5, T2 30; T1 is held against T2's).
Thinking up an answer takes what it takes: the model knows nothing of it. One JSON line at the end.
"""

import json
import os
import tempfile
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from statistics import mean

import pytest

from studio.core.checklist import Tier, standard_checklist
from studio.core.places import sample_project
from studio.core.project import load_project
from studio.core.review import Answers, now, read_answers
from studio.core.reviewed import subject_of
from studio.ui.app import make_application
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session
from studio.ui.worker_client import WorkerClient
from tests.ui.review_hands import Counted, ReviewHands
from tests.ui.walks import wait

SAMPLE = "gestures"
KEY_S, DECISION_S, WORDS_PER_MINUTE = 0.28, 1.35, 238.0
LIMITS_MINUTES = {Tier.BENCH: 5.0, Tier.THINGS: 30.0, Tier.PEOPLE: 30.0}
USES = {
    Tier.BENCH: ("bench",),
    Tier.THINGS: ("acts_alone",),
    Tier.PEOPLE: ("senses_people", "bystanders", "acts_alone"),
}
WALKS = ((Tier.BENCH, False), (Tier.THINGS, False), (Tier.PEOPLE, False), (Tier.PEOPLE, True))
_FILLER = "We asked both of them in May and wrote down what they said, so that others can look it up there. "


def minutes(counted: Counted) -> dict[str, float]:
    """Minutes at the keys, with decisions and with reading, and all of them."""
    parts = {
        "keys": counted.keys * KEY_S / 60,
        "decisions": counted.decisions * DECISION_S / 60,
        "reading": counted.words / WORDS_PER_MINUTE,
    }
    return {**parts, "all": sum(parts.values())}


def answer_length(session: Session) -> int:
    """How many characters the answers that come with the sample have, on average."""
    subject = subject_of(session.project, session.results)
    assert subject is not None
    path = sample_project(SAMPLE).with_name("answers.toml")
    given = read_answers(path, standard_checklist(), subject, now()).answers
    return round(mean(len(one.text) for one in given))


def walk(tier: Tier, *, warnings: bool) -> tuple[Counted, int]:
    """One review from nothing to an approved one; what was pressed, decided and read, and an answer's length."""
    session = Session(WorkerClient())
    session.begin(replace(load_project(sample_project(SAMPLE)), entered=Answers()), None)
    page = ReviewPage(session)
    page.resize(1060, 640)
    page.show()
    wait(lambda: not session.busy and session.results.panel is not None)
    length = answer_length(session)
    sentence = (_FILLER * (length // len(_FILLER) + 1))[:length].strip()
    hands = ReviewHands(page, session, sentence, wait)
    hands.answer_use(*USES[tier])
    assert hands.review.tier is tier, hands.review.tier
    hands.walk(warnings=warnings)
    hands.sign("Ada Lovelace")
    assert hands.review.approved, hands.review.reasons
    session.close()
    page.close()
    return hands.counted, length


def main() -> None:
    """Walk all three and print what they take."""
    app = make_application([])
    found: list[dict[str, float | str]] = []
    for tier, warnings in WALKS:
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            patch.setattr("studio.core.review.journal.cache", partial(Path, folder))
            counted, length = walk(tier, warnings=warnings)
        spent, limit = minutes(counted), LIMITS_MINUTES[tier]
        cases = counted.case_words / WORDS_PER_MINUTE
        settled = "what blocks and what warns" if warnings else "what blocks"
        found.append(
            {
                "tier": tier.value, "settled": settled, **asdict(counted), "answer_characters": length,
                **{f"{name}_minutes": round(value, 2) for name, value in spent.items()},
                "case_minutes": round(cases, 2), "limit_minutes": limit, "ratio": round(spent["all"] / limit, 3),
            }
        )  # fmt: skip
        print(
            f"{tier.value}, {settled}: {counted.keys} keys ({spent['keys']:.1f} min; {counted.typed} of them in "
            f"{counted.answers} answers), {counted.decisions} decisions ({spent['decisions']:.1f} min), "
            f"{counted.words} words ({spent['reading']:.1f} min): {spent['all']:.1f} min of {limit:.0f} "
            f"(ratio {spent['all'] / limit:.2f}); the cases: {cases:.1f} min more"
        )
    app.processEvents()
    print(json.dumps({"benchmark": "keyboard", "sample": SAMPLE, "walks": found}))


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
