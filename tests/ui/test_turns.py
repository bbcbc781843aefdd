"""Work in small steps: one in each turn of the event loop, in order, and none at once."""

from pytestqt.qtbot import QtBot

from studio.ui.widgets.turns import Turns


def test_steps_are_taken_one_after_the_other_and_the_first_before_all(qtbot: QtBot) -> None:
    turns, done = Turns(), []
    left = {"cards": 2, "use": 1, "shown": 1}

    def step(name: str) -> bool:
        done.append(name)
        left[name] -= 1
        return left[name] > 0

    def cards() -> bool:
        return step("cards")

    def use() -> bool:
        return step("use")

    def shown() -> bool:
        return step("shown")

    turns.ask(cards)
    turns.ask(use)
    turns.ask(shown, first=True)
    assert done == []
    assert turns.has(use)
    qtbot.waitUntil(lambda: not turns.busy)
    assert done == ["shown", "cards", "cards", "use"]
    assert not turns.has(use)
