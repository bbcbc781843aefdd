"""The stretch that is looked at: it follows, holds, zooms around the mouse, and never leaves the session."""

from studio.core.time_view import LEAST_SPAN_S, TimeView


def test_it_follows_the_newest_until_it_is_held() -> None:
    view = TimeView()
    assert view.window(100.0) == (88.0, 100.0)
    assert view.window(101.0) == (89.0, 101.0)
    held = view.held(101.0)
    assert held.window(500.0) == (89.0, 101.0)
    assert held.following() == view


def test_zooming_keeps_what_is_under_the_mouse() -> None:
    view = TimeView(10.0, 50.0).zoomed(0.5, 45.0, 0.0, 100.0)
    assert view.window(100.0) == (42.5, 47.5)
    assert TimeView(10.0).zoomed(0.5, 3.0, 0.0, 100.0) == TimeView(5.0)


def test_zooming_ends_at_the_whole_session_and_at_a_hundredth_of_a_second() -> None:
    assert TimeView(10.0, 50.0).zoomed(1e6, 50.0, 0.0, 100.0) == TimeView(100.0, 100.0)
    assert TimeView(10.0).zoomed(1e-9, 50.0, 0.0, 100.0).span_s == LEAST_SPAN_S
    assert TimeView().zoomed(10.0, 0.0, 0.0, 3.0).span_s == 12.0


def test_moving_stops_at_the_beginning_and_follows_again_at_the_end() -> None:
    view = TimeView(10.0, 50.0)
    assert view.moved(-5.0, 0.0, 100.0).window(100.0) == (35.0, 45.0)
    assert view.moved(-1e9, 0.0, 100.0).window(100.0) == (0.0, 10.0)
    assert view.moved(1e9, 0.0, 100.0).follows


def test_the_whole_session_is_shown_held_or_following() -> None:
    assert TimeView().whole(0.0, 60.0) == TimeView(60.0)
    assert TimeView(1.0, 5.0).whole(0.0, 60.0) == TimeView(60.0, 60.0)
