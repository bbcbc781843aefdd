"""The pages of the steps: each made when it is first asked for, and told of the others that it works with."""

import importlib
from typing import Protocol, cast

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from studio.core.build import Fit
from studio.core.steps import Step
from studio.ui.session import Session


class _Maker(Protocol):
    def __call__(self, session: Session) -> QWidget: ...


class PageStack(QStackedWidget):
    """`step_wanted` is a page's wish for a step, `forecast_changed` what a moved slider may lead to (Fit or None).

    `measured_changed` comes when a board's own compiler has measured the export, or no longer.
    """

    step_wanted = Signal(str)
    forecast_changed = Signal(object)
    measured_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pages: dict[Step, QWidget] = {}

    def page(self, step: Step) -> QWidget:
        """The page of a step, made when it is first asked for."""
        if step not in self._pages:
            module = importlib.import_module(f"studio.ui.pages.{step.value}")
            make = cast(_Maker, getattr(module, f"{step.value.title()}Page"))
            page = make(self._session)
            for name, signal in (
                ("step_wanted", self.step_wanted),
                ("forecast_changed", self.forecast_changed),
            ):
                wish = getattr(page, name, None)
                if wish is not None:
                    wish.connect(signal)
            self._pages[step] = page
            flashing = getattr(page, "flashing", None)
            if flashing is not None:
                flashing.measured_changed.connect(self.measured_changed)
            self.addWidget(page)
            self._introduce()
        return self._pages[step]

    def show_step(self, step: Step) -> None:
        """Show the page of a step."""
        self.setCurrentWidget(self.page(step))

    @Slot()
    def make_rest(self) -> None:
        """Make the pages that were not shown yet, one for each turn of the event loop."""
        missing = [step for step in Step if step not in self._pages]
        if missing:
            self.page(missing[0])
            QTimer.singleShot(0, self.make_rest)

    def compiled(self, estimated: Fit | None) -> Fit | None:
        """The fit with what the board's own compiler measured of the present export, where it was built."""
        flashing = getattr(self._pages.get(Step.EXPORT), "flashing", None)
        return cast(Fit | None, flashing.fit(estimated)) if flashing is not None else estimated

    def light(self, lit: bool) -> None:
        """Show on the Model page that something hovers which could be dropped."""
        light = getattr(self._pages.get(Step.MODEL), "set_lit", None)
        if light is not None:
            light(lit)

    def close_all(self) -> None:
        """Let every page end what it has under way."""
        for page in self._pages.values():
            page.close()

    def _introduce(self) -> None:
        """Flashing asks the Live page to let go of a port: tell the one of the other as soon as both are made."""
        flashing = getattr(self._pages.get(Step.EXPORT), "flashing", None)
        holder = getattr(self._pages.get(Step.LIVE), "port_holder", None)
        if flashing is not None and holder is not None:
            flashing.set_holder(holder)
