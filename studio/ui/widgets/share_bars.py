"""Shares with their names and a bar each, all in one colour; the last is written in bold."""

from studio.ui.widgets.barred_lines import BarredLine, BarredLines


class ShareBars(BarredLines):
    """Bars from 0 to 1 below each other."""

    @property
    def words(self) -> str:
        """All as they are read aloud."""
        return ", ".join(f"{line.name} {line.figure}" for line in self._lines)

    def set_bars(self, bars: tuple[tuple[str, float], ...]) -> None:
        """Show these names with their shares."""
        self.set_lines(
            tuple(
                BarredLine(name, f"{share * 100:.1f} %", ((share, "accent"),), strong=place == len(bars) - 1)
                for place, (name, share) in enumerate(bars)
            )
        )
        self.setAccessibleName(self.words)
        self.setToolTip(self.words.replace(", ", "\n"))
