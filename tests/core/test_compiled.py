"""The compiler's figures take the estimate's place in the fit."""

from studio.core.build import Fit, Gauge, Source
from studio.core.compiled import Measured, measured_fit

FIT = Fit(
    Gauge(10, 20, Source.ESTIMATED), Gauge(1000, 1536, Source.ESTIMATED), Gauge(9000, 32256, Source.ESTIMATED)
)


def test_flash_and_ram_are_measured_and_compute_stays_an_estimate() -> None:
    found = measured_fit(FIT, Measured(9406, 1212, "arduino-cli", 32256, 2048))
    assert found.storage == Gauge(9406, 32256, Source.MEASURED)
    assert found.memory == Gauge(1212, 2048, Source.MEASURED)
    assert found.compute == FIT.compute


def test_without_ram_or_limits_the_boards_own_stay() -> None:
    found = measured_fit(FIT, Measured(9406, None, "idf.py"))
    assert found.storage == Gauge(9406, 32256, Source.MEASURED)
    assert found.memory == FIT.memory
    assert Measured(9406, None, "idf.py").words == "The whole program takes 9.2 KB of flash, says idf.py."
