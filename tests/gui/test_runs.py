"""Reconstructions in the real window: scores move, one is cancelled, one fails, kept ones are compared."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from cryogui.app import computations, theme
from cryogui.app.library import OpenFile
from cryogui.app.measure import settle, until
from cryogui.app.pages.runs import RunsPage
from cryogui.app.views.figure_table import FigureTable
from cryogui.jobs import Filter, History, Queue
from cryogui.reconstruct import find_method
from cryogui.scoring import blind_score, fsc
from cryogui.session import ObjectChoice
from cryogui.session.orders import new_order, prepared
from cryogui.session.run_looks import ReconstructionLook
from tests.gui import slow_method  # noqa: F401  # registers its methods
from tests.gui.conftest import ball

MODULES = ("tests.gui.slow_method",)


def begin(program: Any, tier_path: Path, folder: Path) -> None:
    """Open the tier, with the history in `folder`."""
    program.runs.folder, program.runs.modules = folder, MODULES
    program.page = next(page for page in program.pages if isinstance(page, RunsPage))
    program.open([tier_path])
    settle(program)


@pytest.fixture
def running(program: Any, tier_path: Path, tmp_path: Path) -> Iterator[Any]:
    """The small tier open, with a history of its own; nothing is left running."""
    begin(program, tier_path, tmp_path / "history")
    yield program
    for run in program.runs.open:
        program.runs.cancel(run)


def run(program: Any, method: str = "slow", **options: Any) -> Any:
    """Order one as the user does; returns the newest run."""
    bar = program.screen.reconstruction
    bar.methodChosen.emit(method)
    for name, value in options.items():
        bar.details.optionChanged.emit(name, value)
    known = len(program.runs.all)
    bar.run_button.click()
    until(lambda: len(program.runs.all) > known)
    return max(program.runs.all, key=lambda each: each.number)


def finish(program: Any, *runs: Any) -> None:
    until(lambda: all(each.has_ended for each in runs))
    settle(program)


def test_scores_move_while_the_window_is_used_and_the_object_follows(running: Any) -> None:
    running.screen.actions.follow_run.setChecked(True)
    made = run(running, iterations=5000, rest_s=0.05)
    bar = running.screen.reconstruction
    details, window = bar.details, running.screen.window
    until(lambda: any(curve.y[-1] < curve.y[0] for curve in details.plot.drawn))
    assert details.scores.figures["PSNR"].endswith("dB")
    assert bar.progress.isVisible() and 0 < bar.progress.fraction < 1 and "%" in bar.text.text()
    until(lambda: running.store.session.scene.object == ObjectChoice("run", run=made.number))
    until(lambda: "(running)" in bar.objects.currentText())
    assert running.engine.model.x.any() and not np.array_equal(running.engine.model.x, ball())
    running.spec.set_values({"missing_wedge": 31.0})
    assert made.state == "running" and window.isVisible()
    bar.cancel_button.click()
    finish(running, made)
    assert made.state == "cancelled" and not bar.progress.isVisible()
    assert running.store.session.scene.object == ObjectChoice("truth"), "as before it was followed"
    np.testing.assert_array_equal(running.engine.model.x, ball())
    assert bar.objects.currentText() == "truth"


def test_when_it_is_done_its_result_is_the_object(running: Any) -> None:
    running.screen.actions.follow_run.setChecked(True)
    made = run(running, iterations=3)
    finish(running, made)
    assert made.state == "done"
    np.testing.assert_array_equal(running.engine.model.x, made.result().x)
    bar = running.screen.reconstruction
    assert bar.objects.currentText().startswith("Slow approach 3") and "dB" in bar.text.text()


def test_a_result_that_cannot_be_kept_is_shown_all_the_same(running: Any) -> None:
    running.screen.actions.follow_run.setChecked(True)
    made = run(running, iterations=40, rest_s=0.05)
    until(lambda: made.iteration > 0)
    folder = running.runs.folder / "runs"
    folder.rmdir()
    folder.write_text("in the way, as a full disk would be")
    finish(running, made)
    assert made.state == "done" and "could not be written" in made.reason
    sentence = running.screen.messages.sentence.text()
    assert sentence.startswith("'Slow approach 40' is done, but lasts only as long as this window: 000001.h5")
    assert running.store.session.scene.object == ObjectChoice("run", run=made.number)
    np.testing.assert_array_equal(running.engine.model.x, made.result().x)
    assert running.screen.reconstruction.objects.currentText().startswith("Slow approach 40")
    running.view.show_tab("runs")
    settle(running)
    running.page.view.table.compareToggled.emit(made.number, True)
    settle(running)
    np.testing.assert_array_equal(running.page.view.slices.panes[0].image, made.result().x[12])


def test_without_any_room_for_a_history_a_run_is_refused(
    running: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    running.runs.close()
    running.runs._history = running.runs._queue = None
    running.runs.folder = tmp_path / "file" / "history"
    monkeypatch.setattr(tempfile, "mkdtemp", Mock(side_effect=OSError(28, "No space left on device")))
    running.screen.reconstruction.methodChosen.emit("slow")
    running.screen.reconstruction.run_button.click()
    settle(running)
    assert not running.runs.all
    details = running.screen.messages.detail.toPlainText()
    assert "cannot be used, so runs are not kept" in details and "free some space" in details


def test_the_score_board_tells_of_the_run_that_is_x_and_says_so(running: Any) -> None:
    board = running.screen.scores
    quick = board.psnr.number.text()
    assert board.scored.text() == "scores of the quick reconstruction" and quick.endswith("dB")
    made = run(running, iterations=30)
    finish(running, made)
    assert board.psnr.number.text() == quick, "x is the truth still"
    choose = running.screen.reconstruction.objectChosen.emit
    choose(ObjectChoice("run", run=made.number))
    assert board.psnr.number.property("tone") == "stale", "those of x are not known yet"
    settle(running)
    last, summary = made.points[-1], running.scores.summary()
    assert board.scored.text() == "scores of x, the run's volume" and summary["scores_of"] == "run"
    assert board.psnr.number.text() == f"{last.psnr_db:.1f} dB" != quick
    assert board.ssim.number.text() == f"{last.ssim:.3f}"
    assert summary["blind_score"] == pytest.approx(
        blind_score(last.psnr_db, last.ssim, summary["consistency"])
    )
    before = summary["blind_score"]
    running.spec.set_values({"tilt_axis_offset": 1.2})
    settle(running)
    after = running.scores.summary()
    assert after["blind_score"] < before and after["psnr_db"] == summary["psnr_db"], "x is as it was"
    running.store.undo()
    choose(ObjectChoice("truth"))
    settle(running)
    assert board.scored.text() == "scores of the quick reconstruction" and board.psnr.number.text() == quick


def test_a_volume_is_scored_once(running: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made = run(running, iterations=3)
    finish(running, made)
    scored = Mock(wraps=computations.score_volume)
    monkeypatch.setattr(computations, "score_volume", scored)
    for choice in (ObjectChoice("run", run=made.number), ObjectChoice("truth")) * 2:
        running.screen.reconstruction.objectChosen.emit(choice)
        settle(running)
    assert scored.call_count == 1


def test_one_is_cancelled_another_waits_its_turn_and_a_failure_says_why(running: Any) -> None:
    first = run(running, iterations=1000)
    until(lambda: first.state == "running" and first.iteration > 0)
    second = run(running, "failing")
    assert second.state == "queued"
    queue = running.screen.reconstruction.details.queue
    queue.setCurrentRow(0)
    assert queue.buttons.pause.isEnabled() and not queue.buttons.earlier.isEnabled()
    assert running.screen.reconstruction.details.queue.texts[1].startswith("Failing")
    running.screen.actions.pause_run.trigger()
    until(lambda: first.state == "paused")
    running.screen.actions.cancel.trigger()
    finish(running, first, second)
    assert (first.state, second.state) == ("cancelled", "failed")
    messages = running.screen.messages.sentence.text()
    assert "'Failing' failed" in messages and "on purpose" in messages
    assert "failed" in running.screen.reconstruction.details.queue.texts[0]
    assert running.engine.model.x is not None


@pytest.fixture(scope="module")
def kept(tier_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history of two runs, the second with half sets; to be copied."""
    folder, method = tmp_path_factory.mktemp("kept"), find_method("slow")
    history = History(folder)
    queue = Queue(history, at_once=2, modules=MODULES)
    file = OpenFile.read(str(tier_path.resolve()))
    model = file.models[0]
    for iterations, halves in ((1, False), (3, True)):
        look = ReconstructionLook("slow", half_sets=halves).with_options("slow", {"iterations": iterations})
        order = new_order(model, model.first_state(), method, look)
        queue.submit(*prepared(model, order, method))
    while queue.is_busy:
        queue.poll()
        time.sleep(0.02)
    assert [run.state for run in queue.runs] == ["done", "done"]
    history.close()
    file.close()
    return folder


@pytest.fixture
def compared(program: Any, kept: Path, tier_path: Path, tmp_path: Path) -> Any:
    """Both kept runs, ticked in the runs tab; their results as `made`, the first first."""
    shutil.copytree(kept, tmp_path / "history")
    begin(program, tier_path, tmp_path / "history")
    program.view.show_tab("runs")
    settle(program)
    for number in (1, 2):
        program.page.view.table.compareToggled.emit(number, True)
    settle(program)
    program.made = [program.runs.result(number) for number in (1, 2)]
    return program


def test_kept_runs_are_listed_and_their_slices_linked(compared: Any) -> None:
    view, (first, second) = compared.page.view, compared.made
    assert [row.words[0] for row in view.table.shown] == ["Slow approach 3", "Slow approach 1"]
    one, other = (pane for pane in view.slices.panes if pane.isVisible())
    z = round(compared.store.session.scene.position[0])
    np.testing.assert_array_equal(one.image, first.x[z])
    one.cursorMoved.emit(3.0, 5.0)
    settle(compared)
    assert compared.store.session.scene.position[1:] == (5.0, 3.0)
    view.shownChosen.emit("difference", "first")
    settle(compared)
    assert not one.image.any() and one.levels == other.levels
    np.testing.assert_array_equal(other.image, second.x[z] - first.x[z])
    view.shownChosen.emit("difference", "truth")
    settle(compared)
    np.testing.assert_allclose(one.image, first.x[z] - ball()[z], atol=1e-6)
    view.shownChosen.emit("ssim", "truth")
    settle(compared)
    assert one.levels == (0.0, 1.0) and one.image.max() <= 1.0 + 1e-5


def test_shells_are_those_of_the_volumes_and_of_the_halves(compared: Any) -> None:
    view, (first, second) = compared.page.view, compared.made
    view.viewChosen.emit("fsc")
    settle(compared)
    curves = [curve for curve in view.fsc.drawn if curve.is_told]
    assert len(curves) == 2 and "Å" in curves[0].name
    np.testing.assert_allclose(curves[0].y, fsc(first.x, ball())[1], atol=1e-6)
    view.halvesChosen.emit(True)
    settle(compared)
    (curve,) = [curve for curve in view.fsc.drawn if curve.is_told]
    np.testing.assert_allclose(curve.y, fsc(*second.halves)[1], atol=1e-6)
    assert view.fsc.caption_label.text() == "1 of 2 runs have no half sets"
    swatches = {row.number: view.table.model().index(at, 0).data(Qt.ItemDataRole.DecorationRole)
                for at, row in enumerate(view.table.shown)}  # fmt: skip
    assert curve.colour == "curve_1" and swatches[2] == theme.colour("curve_1") != swatches[1]


def test_scores_stand_beside_each_other_and_convergence_follows(compared: Any) -> None:
    view, (scored, _) = compared.page.view, reversed(compared.page.view.table.shown)
    view.viewChosen.emit("scores")
    settle(compared)
    cells = {row[0]: row[1:] for row in view.scores.cells}
    assert cells["PSNR"][0] == f"{scored.kept.last.psnr_db:.1f} dB"
    assert {"FSC 0.5, truth", "SSIM", "time", "options"} <= set(cells)
    view.viewChosen.emit("convergence")
    settle(compared)
    assert [curve.name for curve in view.convergence.drawn] == ["Slow approach 1", "Slow approach 3"]
    assert view.convergence.drawn[1].has_points


def test_a_table_of_figures_cuts_names_before_figures(qtbot: Any) -> None:
    table = FigureTable("scores", "of runs")
    qtbot.addWidget(table)
    cells = [["A method whose name has no end to it", "23.4 dB", "0.812", "0.611"]]
    table.set_cells(("run", "PSNR", "SSIM", "standard"), cells)
    table.resize(350, 200)
    table.show()
    assert table.horizontalScrollBar().maximum() == 0
    header = table.horizontalHeader()
    assert all(header.sectionSize(column) >= table.sizeHintForColumn(column) for column in (1, 2, 3))


def test_a_run_is_renamed_used_repeated_exported_and_deleted(compared: Any, tmp_path: Path) -> None:
    table = compared.page.view.table
    table.renameRequested.emit(1, "my first")
    settle(compared)
    compared.page.view.wordsChanged.emit("first")
    settle(compared)
    assert [row.words[0] for row in table.shown] == ["my first"]
    table.useRequested.emit(1)
    settle(compared)
    assert compared.store.session.scene.object == ObjectChoice("run", run=1)
    np.testing.assert_array_equal(compared.engine.model.x, compared.made[0].x)
    compared.page.export(str(tmp_path / "missing" / "runs.csv"))
    settle(compared)
    assert not compared.screen.messages.isHidden()
    compared.page.export(str(tmp_path / "runs.csv"))
    settle(compared)
    assert compared.screen.messages.isHidden(), "what failed before is of no concern any more"
    lines = (tmp_path / "runs.csv").read_text().splitlines()
    assert len(lines) == 2 and "my first" in lines[1]
    compared.page.view.wordsChanged.emit("")
    table.againRequested.emit(1)
    until(lambda: bool(compared.runs.all))
    (again,) = compared.runs.all
    finish(compared, again)
    assert again.order.options["iterations"] == 1
    table.deleteRequested.emit(2)
    compared.screen.offers.buttons[0].click()
    settle(compared)
    assert 2 not in [row.number for row in table.shown]


def test_a_run_that_was_x_and_is_gone_gives_way_to_what_x_was_before(compared: Any) -> None:
    table, bar = compared.page.view.table, compared.screen.reconstruction
    bar.objectChosen.emit(ObjectChoice("quick"))
    table.useRequested.emit(1)
    settle(compared)
    table.deleteRequested.emit(1)
    compared.screen.offers.buttons[0].click()
    settle(compared)
    assert compared.store.session.scene.object == ObjectChoice("quick"), "as before the run"
    assert bar.objects.currentText() == "quick reconstruction"
    bar.objectChosen.emit(ObjectChoice("run", run=1))
    settle(compared)
    assert compared.store.session.scene.object == ObjectChoice("quick")
    assert compared.screen.messages.sentence.text().startswith("Run 1 has no volume")
    np.testing.assert_array_equal(compared.engine.model.x, compared.engine.model.quick)


def test_closing_asks_and_what_was_kept_is_offered_and_goes_on(running: Any, tmp_path: Path) -> None:
    made = run(running, iterations=500, rest_s=0.02)
    until(lambda: made.iteration > 2)
    running.screen.window.close()
    assert running.screen.window.isVisible()
    assert "has not ended" in running.screen.offers.sentence.text()
    running.screen.offers.buttons[0].click()
    until(lambda: not running.screen.window.isVisible())
    history = History(tmp_path / "history")
    (kept,) = history.list(Filter(state="interrupted"))
    assert kept.has_checkpoint
    history.close()


def test_an_interrupted_run_is_offered_by_the_next_window(running: Any, tmp_path: Path) -> None:
    made = run(running, iterations=40, rest_s=0.05)
    until(lambda: made.iteration > 2)
    running.closing.keeps = True
    running.runs.close(keep_checkpoints=True)
    running.runs._queue = running.runs._history = None
    running.runs.kept.emit()
    reached = running.runs.history.reached(made.number).iteration
    assert f"was interrupted after {reached} iterations" in running.screen.offers.sentence.text()
    running.screen.offers.buttons[0].click()
    until(lambda: bool(running.runs.all))
    (again,) = running.runs.all
    assert again.number == made.number
    until(lambda: again.iteration > made.iteration)
    finish(running, again)
    assert again.state == "done"
