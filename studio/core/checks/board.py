"""C18: does the board answer as the same C on this computer, and does it run the model that was reviewed?"""

from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Agreement
from studio.core.evidence import wilson
from studio.core.validation import FEWEST_SAMPLES, Validation

TITLE = "Board against this computer"


def check_board(samples: int, equal: int, worst: int) -> Check:
    """C18 by the virtual Cortex-M4 board, element by element; `worst` is in steps of the output."""
    enough = samples >= FEWEST_SAMPLES
    verdict = Verdict.FAIL if equal < samples else Verdict.PASS if enough else Verdict.CANNOT_TELL
    words = (
        "" if equal == samples else f" The worst difference is {worst} steps of 1/256. Report this as a bug."
    )
    board = "virtual Cortex-M4 board"
    return Check(
        "C18",
        TITLE,
        verdict,
        f"The {board} answered {equal} of {samples} test samples exactly as this computer.{words}",
        value=equal / samples if samples else None,
        ci=wilson(equal, samples),
        n=samples,
        method="element by element",
        limit=1.0,
        needed=0 if enough else FEWEST_SAMPLES,
        detail=Agreement(board, equal, worst),
    )


def check_runtime() -> Check:
    """C18 where no C is made, because the target runs the .tflite itself: nobody has asked it yet."""
    words = "The target runs the .tflite itself with LiteRT, as this computer did; it has not been asked. Try it there."
    return Check("C18", TITLE, Verdict.CANNOT_TELL, words, limit=1.0, needed=FEWEST_SAMPLES)


def check_validation(validation: Validation, model_sha256: str) -> Check:
    """C18 by answers over the link; fails where the board ran another model than the one reviewed, `model_sha256`."""
    found = validation.check()
    if validation.model_sha256 == model_sha256:
        return found
    return Check(
        "C18",
        TITLE,
        Verdict.FAIL,
        f"The {validation.board} runs the model {validation.model_sha256[:12]}…, but {model_sha256[:12]}… was "
        "reviewed. Flash the exported firmware, then validate again.",
        value=0.0,
        n=validation.samples,
        method="SHA-256 of the model",
        limit=1.0,
        detail=Agreement(
            validation.board,
            validation.equal,
            validation.worst_difference,
            validation.model_sha256,
            model_sha256,
        ),
    )
