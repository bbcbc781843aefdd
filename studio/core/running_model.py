"""Whether the model that runs on a board is the one that was reviewed, told by its hash."""

from dataclasses import dataclass, replace
from enum import StrEnum

from studio.core.frames import Hello


class Standing(StrEnum):
    """How the running model stands to the project's."""

    REVIEWED = "reviewed"
    NOT_REVIEWED = "not reviewed"
    ANOTHER = "another model"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class RunningModel:
    """The standing, and sentences that say how it is known and what to do."""

    standing: Standing
    sentence: str


def running_model(
    hello: Hello | None, project_sha256: str | None, is_approved: bool, *, speaks_text: bool = False
) -> RunningModel:
    """What can be said of the model on the board that said `hello` (None: it said nothing).

    `project_sha256` is the hash of the project's model (None: there is none yet), `is_approved` whether the review of
    exactly that model is complete and signed. Firmware of another version of the link is told of too.
    """
    if hello is None and speaks_text:
        return RunningModel(
            Standing.CANNOT_TELL,
            "This board speaks text, which does not name its model. Flash the studio's export to know.",
        )
    if hello is None:
        return RunningModel(Standing.CANNOT_TELL, "The board says which model it runs once it is connected.")
    found = _of_board(hello, project_sha256, is_approved)
    return replace(found, sentence=f"{found.sentence} {hello.version_words}".rstrip())


def _of_board(hello: Hello, project_sha256: str | None, is_approved: bool) -> RunningModel:
    running = f"{hello.model_sha256[:8]}…"
    if project_sha256 is None:
        return RunningModel(
            Standing.CANNOT_TELL,
            f"{hello.board} runs a model ({running}); this project has none to compare with yet.",
        )
    if hello.model_sha256 != project_sha256:
        return RunningModel(
            Standing.ANOTHER,
            f"{hello.board} runs another model ({running}) than this project's ({project_sha256[:8]}…). "
            "Flash the present export.",
        )
    if not is_approved:
        return RunningModel(
            Standing.NOT_REVIEWED,
            f"{hello.board} runs the model of this project ({running}), but its review is not complete and signed.",
        )
    return RunningModel(
        Standing.REVIEWED, f"{hello.board} runs the model of this project ({running}), as it was reviewed."
    )
