"""C18: does the board answer as the same C on this computer, and does it run the model that was reviewed?"""

from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.data_details import Agreement
from studio.core.checks.limits import standard_limits
from studio.core.evidence import wilson
from studio.core.phrases import phrase
from studio.core.validation import TITLE, Validation, answered_alike


def check_board(samples: int, equal: int, worst: int) -> Check:
    """C18 by the virtual Cortex-M4 board, element by element; `worst` is in steps of the output."""
    fewest = standard_limits().board_samples
    enough = samples >= fewest
    verdict = Verdict.FAIL if equal < samples else Verdict.PASS if enough else Verdict.CANNOT_TELL
    words = ""
    if equal != samples:
        words = phrase("The worst difference is {steps} steps of 1/256. Report this as a bug.", steps=worst)
    board = phrase("virtual Cortex-M4 board")
    return Check(
        "C18",
        phrase(TITLE),
        verdict,
        told(answered_alike(board, equal, samples), words),
        value=equal / samples if samples else None,
        ci=wilson(equal, samples),
        n=samples,
        method=phrase("element by element"),
        limit=1.0,
        needed=0 if enough else fewest,
        detail=Agreement(board, equal, worst),
    )


def check_runtime() -> Check:
    """C18 where no C is made, because the target runs the .tflite itself: nobody has asked it yet."""
    fewest = standard_limits().board_samples
    words = phrase(
        "The target runs the .tflite itself with LiteRT, as this computer did; it has not been asked. Try it there."
    )
    return Check("C18", phrase(TITLE), Verdict.CANNOT_TELL, words, limit=1.0, needed=fewest)


def check_validation(validation: Validation, model_sha256: str) -> Check:
    """C18 by answers over the link; fails where the board ran another model than the one reviewed, `model_sha256`."""
    found = validation.check()
    if validation.model_sha256 == model_sha256:
        return found
    return Check(
        "C18",
        phrase(TITLE),
        Verdict.FAIL,
        phrase(
            "The {board} runs the model {running}…, but {reviewed}… was reviewed. Flash the exported firmware, then "
            "validate again.",
            board=validation.board,
            running=validation.model_sha256[:12],
            reviewed=model_sha256[:12],
        ),
        value=0.0,
        n=validation.samples,
        method=phrase("SHA-256 of the model"),
        limit=1.0,
        detail=Agreement(
            validation.board,
            validation.equal,
            validation.worst_difference,
            validation.model_sha256,
            model_sha256,
        ),
    )
