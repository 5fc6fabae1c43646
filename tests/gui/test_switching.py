"""Blocks of the forward model switched off in the session: what the window shows of it, and the way back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cryogui.app.measure import settle

pytestmark = pytest.mark.usefixtures("qapp")


def switch(program: Any, *symbols: str) -> None:
    changed = program.store.session.with_scene(switched_off=frozenset(symbols))
    program.store.update(changed, "Switch")
    settle(program)


def pictures(program: Any) -> list[np.ndarray]:
    screen = program.screen
    return [pane.image.copy() for pane in (screen.measured, screen.forward, screen.residual)]


def test_a_block_off_and_on_again_restores_identical_pictures(opened: Any) -> None:
    before, residual = pictures(opened), opened.pictures.residual
    switch(opened, "C")
    measured, forward, _ = pictures(opened)
    live, state = opened.engine.model.live, opened.store.session.scene
    np.testing.assert_array_equal(measured, before[0])
    np.testing.assert_array_equal(forward, live.image(state.image_index, state.spec, after="Π"))
    assert not np.allclose(forward, before[1], rtol=1e-3)
    assert opened.pictures.residual != pytest.approx(residual)
    opened.store.undo()
    settle(opened)
    for now, then in zip(pictures(opened), before, strict=True):
        np.testing.assert_array_equal(now, then)
    assert opened.pictures.residual == residual


def test_so_it_does_where_the_object_is_reconstructed_under_the_same_model(opened: Any) -> None:
    opened.screen.data.sceneChosen.emit(0, 1)
    settle(opened)
    model, before = opened.engine.model, pictures(opened)
    x = model.x
    switch(opened, "C")
    assert model.x is not x, "a model without a transfer explains the images by another object"
    assert model.quick_recipe == opened.store.session.scene.recipe
    switch(opened)
    for now, then in zip(pictures(opened), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_forward_pane_reminds_of_what_is_off(opened: Any) -> None:
    caption = opened.screen.forward.caption_label
    switch(opened, "D", "C")
    assert caption.text() == "no C, D"
    assert caption.property("tone") == "warn"
    switch(opened)
    assert "ms" in caption.text()
    assert caption.property("tone") is None


def test_parameters_of_a_block_that_is_off_cannot_be_moved(opened: Any) -> None:
    rows = opened.screen.parameters.rows
    switch(opened, "C")
    assert [name for name, row in rows.items() if not row.isEnabled()] == ["ctf_per_tilt_variation"]
    switch(opened)
    assert all(row.isEnabled() for row in rows.values())


def test_a_padded_detector_and_a_block_that_is_off_go_together(opened: Any) -> None:
    opened.store.update(opened.store.session.with_scene(padded=True), "Widen detector")
    switch(opened, "C")
    live = opened.engine.model.live
    assert live.operator.whole is opened.engine.model.padded_operator
    assert live.left_out == {"C"}


def test_what_cannot_be_left_out_or_is_not_there_is_passed_over(opened: Any) -> None:
    switch(opened, "Π", "Σ", "D")
    assert opened.engine.model.left_out == ("D",)
    assert opened.screen.messages.isHidden()
