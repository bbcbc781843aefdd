"""The one error that people see: a sentence that says what is wrong and what to do."""


class StudioError(Exception):
    """Something the user can put right; `str(error)` is shown to them as it stands.

    `cure` names an action that the window offers as a button beside the sentence, where there is one.
    """

    def __init__(self, sentence: str, *, cure: str | None = None) -> None:
        super().__init__(sentence)
        self.cure = cure
