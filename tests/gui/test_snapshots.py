"""The list of snapshots, their small pictures, and what they do in the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLineEdit

from cryogui.app import theme
from cryogui.app.measure import pause, settle, until
from cryogui.app.panels.snapshots import SnapshotEntry, SnapshotPanel
from cryogui.app.thumbnail import GAP_PX, LARGEST_BYTES, TILE_PX, Tile, thumbnail
from tests.gui.conftest import RANGES

pytestmark = pytest.mark.usefixtures("qapp")

NOISE = np.random.default_rng(0).normal(size=(200, 200)).astype(np.float32)


# ---- the small picture


def read(png: bytes) -> QImage:
    image = QImage.fromData(png, "PNG")
    assert not image.isNull()
    return image


def test_a_thumbnail_of_pure_noise_is_small_and_still_shows_three_images() -> None:
    tile = Tile(NOISE, (-0.05, 0.05))  # black and white so close that every shade occurs
    png = thumbnail([tile, tile, Tile(NOISE, (-0.1, 0.1), is_diverging=True)])
    image = read(png)
    assert len(png) <= LARGEST_BYTES
    assert (image.width(), image.height()) == (3 * TILE_PX + 2 * GAP_PX, TILE_PX)
    assert image.pixelColor(TILE_PX + GAP_PX // 2, 5).alpha() == 0


def test_a_thumbnail_shows_means_in_the_levels_of_its_pane() -> None:
    image = np.zeros((128, 64), np.float32)
    image[:64] = 10.0
    shown = read(thumbnail([Tile(image, (0.0, 10.0))]))
    left = (TILE_PX - 32) // 2
    assert shown.pixelColor(left - 2, 30).alpha() == 0  # half as wide as high
    assert shown.pixelColor(left + 3, 5).getRgb() == (255, 255, 255, 255)
    assert shown.pixelColor(left + 3, TILE_PX - 5).getRgb() == (0, 0, 0, 255)
    flat = read(thumbnail([Tile(np.full((1, 9), 5.0, np.float32), (0.0, 10.0), is_diverging=True)]))
    centre = flat.pixelColor(10, TILE_PX // 2)
    expected = theme.colour("residual_centre")
    assert max(abs(a - b) for a, b in zip(centre.getRgb(), expected.getRgb(), strict=True)) < 12


def test_without_images_there_is_no_thumbnail() -> None:
    assert thumbnail([]) == b""


# ---- the list


def entries(*names: str) -> list[SnapshotEntry]:
    png = thumbnail([Tile(NOISE, (-1.0, 1.0))])
    return [SnapshotEntry(name, png, "a.h5", "‖r‖/‖y‖ 0.250", is_here=name != "far") for name in names]


@pytest.fixture
def panel(qtbot: Any) -> SnapshotPanel:
    made = SnapshotPanel()
    qtbot.addWidget(made)
    made.resize(240, 400)
    made.set_entries(entries("one", "two"))
    with qtbot.waitExposed(made):
        made.show()
    return made


def heard(signal: Any) -> list[Any]:
    told: list[Any] = []
    signal.connect(lambda *values: told.append(values))
    return told


def edit(panel: SnapshotPanel, words: str) -> None:
    """Rename the chosen snapshot with the keyboard."""
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    editor = panel.list.findChildren(QLineEdit)[-1]
    editor.setText(words)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    pause(10)  # Qt commits a turn of the event loop later, and the panel tells of it after that


def test_the_empty_list_says_what_it_is_for(panel: SnapshotPanel) -> None:
    assert panel.hint.isHidden()
    panel.set_entries([])
    assert panel.hint.isVisible() and panel.list.isHidden()
    assert "Ctrl+T" in panel.hint.text()
    assert panel.current == ""


def test_a_new_snapshot_is_chosen_and_others_stay_so(panel: SnapshotPanel) -> None:
    assert panel.current == "one"
    panel.set_entries(entries("one", "two", "three"))
    assert panel.current == "three"
    panel.set_entries(entries("two", "three"))
    assert panel.current == "three"
    panel.set_entries(entries("two"))
    assert panel.current == "two"


def test_keys_restore_rename_and_delete(panel: SnapshotPanel) -> None:
    restored, deleted = heard(panel.restoreRequested), heard(panel.deleteRequested)
    renamed = heard(panel.renameRequested)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    QTest.keyClick(panel.list, Qt.Key.Key_Down)
    QTest.keyClick(panel.list, Qt.Key.Key_Enter)
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    edit(panel, "  best of all ")
    edit(panel, "")
    assert (restored, deleted) == ([("one",), ("two",)], [("two",)])
    assert renamed == [("two", "best of all")]
    assert panel.list.item(1).text() == "two"  # until the session says otherwise


def test_a_double_click_restores(panel: SnapshotPanel) -> None:
    restored = heard(panel.restoreRequested)
    middle = panel.list.visualItemRect(panel.list.item(1)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseDClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert restored == [("two",)]


def test_the_menu_compares_only_what_belongs_to_the_scene(panel: SnapshotPanel) -> None:
    panel.set_entries(entries("here", "far"))
    compared = heard(panel.compareRequested)
    for row, enabled in ((0, True), (1, False)):
        actions = {action.text(): action for action in panel.menu_for(row).actions()}
        compare = actions["Compare with present spec"]
        assert compare.isEnabled() is enabled
        compare.trigger()
    assert compared == [("here",)]


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_rows_show_picture_and_name_in_both_themes(qapp: Any, panel: SnapshotPanel, mode: Any) -> None:
    theme.apply_theme(qapp, mode)
    try:
        shown = panel.grab().toImage()
        row = panel.list.visualItemRect(panel.list.item(1))
        row.translate(panel.list.viewport().mapTo(panel, row.topLeft()) - row.topLeft())
        greys = {shown.pixelColor(row.left() + 8 + x, row.top() + 20).lightness() for x in range(40)}
        assert len(greys) > 8  # noise
        ground = shown.pixelColor(row.left() + 1, row.bottom() - 2).lightness()
        below = range(row.top() + theme.px(65), row.bottom())
        words = [
            shown.pixelColor(x, y).lightness() for x in range(row.left(), row.left() + 100) for y in below
        ]
        assert max(abs(word - ground) for word in words) > 120  # readable
    finally:
        theme.apply_theme(qapp, "dark")


# ---- in the window


@pytest.fixture
def moved(opened: Any) -> Any:
    """The program with a snapshot of a spec that differs from nominal, back at nominal afterwards."""
    opened.spec.set_values({"tilt_axis_offset": 0.5, "missing_wedge": 33.0})
    opened.view.show_image(2)
    settle(opened)
    opened.screen.actions.take_snapshot.trigger()
    settle(opened)
    opened.spec.set_values({"tilt_axis_offset": 0.0, "missing_wedge": 30.0})
    opened.view.show_image(6)
    settle(opened)
    return opened


def shots(program: Any) -> tuple[Any, ...]:
    result: tuple[Any, ...] = program.store.session.snapshots
    return result


def test_a_snapshot_keeps_spec_picture_and_figure(moved: Any) -> None:
    (shot,) = shots(moved)
    assert shot.name == "tₐ +0.5 px, m +3°"
    assert (shot.state.spec["tilt_axis_offset"], shot.state.image_index) == (0.5, 2)
    assert shot.misfit == pytest.approx(moved.engine.model.live.misfit(shot.state.spec).residual)
    assert 0 < len(shot.thumbnail) <= LARGEST_BYTES
    assert read(shot.thumbnail).width() == 3 * TILE_PX + 2 * GAP_PX
    (entry,) = moved.screen.snapshots._entries
    assert (entry.place, entry.is_here) == ("small.h5  ·  scene 1", "compare" in moved.screen.tabs.names)
    assert entry.figure == f"‖r‖/‖y‖ {shot.misfit:.3f}"


def test_restoring_is_one_step_and_shows_the_same_arrays(moved: Any) -> None:
    (shot,) = shots(moved)
    expected = moved.engine.model.live.image(2, shot.state.spec).copy()
    before = moved.store.session
    QTest.keyClick(moved.screen.snapshots.list, Qt.Key.Key_Return)
    settle(moved)
    assert moved.store.session.scene == shot.state
    np.testing.assert_allclose(moved.screen.forward.image, expected, rtol=1e-5, atol=1e-6)
    assert moved.store.undo_name == "Restore snapshot"
    moved.store.undo()
    assert moved.store.session == before


def test_a_snapshot_taken_amid_a_change_gets_the_picture_of_its_own_spec(opened: Any) -> None:
    settle(opened)
    opened.snapshots.take()
    opened.spec.set_values({"tilt_axis_offset": 1.2})
    opened.snapshots.take()  # before anything is computed
    settle(opened)
    nominal, moved = shots(opened)
    assert nominal.misfit == pytest.approx(opened.engine.model.live.misfit(RANGES.nominal).residual)
    assert moved.misfit == pytest.approx(opened.engine.model.live.misfit(moved.state.spec).residual)
    assert moved.misfit != pytest.approx(nominal.misfit)
    assert moved.thumbnail != nominal.thumbnail
    opened.snapshots.take()
    assert shots(opened)[2].thumbnail == moved.thumbnail
    assert shots(opened)[2].name == "tₐ +1.2 px (2)"


@pytest.mark.parametrize("change", ["take", "rename", "delete"])
def test_every_change_of_the_list_is_undone_and_redone(moved: Any, change: str) -> None:
    panel, before = moved.screen.snapshots, [shot.name for shot in shots(moved)]
    changes: dict[str, tuple[Callable[[], Any], list[str]]] = {
        "take": (moved.screen.actions.take_snapshot.trigger, [*before, "nominal"]),
        "rename": (lambda: edit(panel, "best"), ["best"]),
        "delete": (lambda: QTest.keyClick(panel.list, Qt.Key.Key_Delete), []),
    }
    do, after = changes[change]
    do()
    settle(moved)
    for travel, names in ((None, after), (moved.store.undo, before), (moved.store.redo, after)):
        if travel is not None:
            travel()
        assert [shot.name for shot in shots(moved)] == names
        assert [entry.name for entry in panel._entries] == names


def test_a_name_that_is_taken_gets_a_number(moved: Any) -> None:
    moved.snapshots.take()
    edit(moved.screen.snapshots, "tₐ +0.5 px, m +3°")
    assert [shot.name for shot in shots(moved)] == ["tₐ +0.5 px, m +3°", "tₐ +0.5 px, m +3° (2)"]


def test_a_snapshot_of_another_scene_brings_it_back(moved: Any) -> None:
    (shot,) = shots(moved)
    moved.screen.data.sceneChosen.emit(0, 1)
    settle(moved)
    assert not moved.screen.snapshots._entries[0].is_here
    moved.snapshots.restore(shot.name)
    settle(moved)
    assert (moved.store.session.current, moved.store.session.scene) == (shot.key, shot.state)


def test_a_snapshot_of_a_closed_file_stays_and_says_so_when_asked_for(moved: Any, tier_path: Any) -> None:
    (shot,) = shots(moved)
    moved.screen.data.closeRequested.emit(0)
    settle(moved)
    assert shots(moved) == (shot,)
    assert moved.screen.snapshots._entries[0].place == "small.h5  ·  not open"
    before = moved.store.session
    moved.snapshots.restore(shot.name)
    assert moved.store.session == before
    assert "small.h5 is not open" in moved.screen.messages.sentence.text()
    moved.open([tier_path])
    until(lambda: moved.store.session.current is not None)
    settle(moved)
    moved.snapshots.restore(shot.name)
    settle(moved)
    assert moved.store.session.scene == shot.state
    assert not moved.screen.messages.isVisible()


def test_a_long_name_has_one_ellipsis_at_its_end(qapp: object) -> None:
    from PyQt6.QtGui import QFont, QFontMetrics

    from cryogui.app.panels.snapshot_drawing import shortened

    metrics, name = QFontMetrics(QFont()), "m +5.68°, tₐ −0.99 %, …"
    assert shortened(name, metrics, 10_000) == name
    cut = shortened(name, metrics, metrics.horizontalAdvance(name) - 1)
    assert cut.count("…") == 1 and name.startswith(cut.rstrip("…")) and cut.endswith("…")
