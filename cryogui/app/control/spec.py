"""The parameter panel, undo and redo, and the sweep of a parameter."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from cryogui.app.control.valley import ValleyController
from cryogui.app.engine import Engine
from cryogui.app.screen import Screen
from cryogui.app.sweep import Sweep
from cryogui.session import SceneKey, Store
from cryogui.spec import Spec


class SpecController:
    """Changes the spec and the locks. `dragging` is true while a slider is held down."""

    def __init__(
        self, store: Store, engine: Engine, screen: Screen, sweep: Sweep, valley: ValleyController
    ) -> None:
        self._store, self._engine, self._sweep, self._valley = store, engine, sweep, valley
        self.dragging = False
        screen.parameters.specEdited.connect(self._on_parameters_spec_edited)
        screen.parameters.editFinished.connect(self._on_parameters_edit_finished)
        screen.parameters.lockToggled.connect(self._on_parameters_lock_toggled)
        screen.parameters.resetRequested.connect(self._on_parameters_reset_requested)
        screen.actions.undo.triggered.connect(self._on_actions_undo)
        screen.actions.redo.triggered.connect(self._on_actions_redo)
        screen.actions.reset.triggered.connect(lambda: self._on_parameters_reset_requested(""))
        screen.actions.sweepRequested.connect(self._on_actions_sweep_requested)
        sweep.runningChanged.connect(lambda name: screen.window.show_sweep(bool(name)))
        engine.scene_shown.connect(lambda model: sweep.stop())

    def set_values(self, values: dict[str, float]) -> None:
        """Several parameters at once, as one step."""
        scene = self._store.session.scene
        self._set_spec(scene.spec.replace(**values), "Set spec")

    def _set_spec(self, spec: Spec, step: str | None, merge_key: str | None = None) -> None:
        self._store.update(self._store.session.with_scene(spec=spec), step, merge_key)

    def _on_parameters_spec_edited(self, name: str, value: float) -> None:
        scene = self._store.session.scene
        if name in scene.locked or name not in scene.spec:
            return
        self._sweep.stop()
        self.dragging = True
        spec = scene.spec.replace(**{name: value})
        self._valley.expect(name, spec)
        self._set_spec(spec, f"Change {self._label(name)}", f"spec {name}")
        self._valley.follow()

    def _on_parameters_edit_finished(self, name: str) -> None:
        self.dragging = False
        self._valley.finish()

    def _on_parameters_lock_toggled(self, name: str, locked: bool) -> None:
        session = self._store.session
        names = session.scene.locked | {name} if locked else session.scene.locked - {name}
        step = f"{'Lock' if locked else 'Unlock'} {self._label(name)}"
        self._store.update(session.with_scene(locked=names), step)

    def _on_parameters_reset_requested(self, name: str) -> None:
        """Back to nominal: one parameter, or with an empty name all that are not locked."""
        model, scene = self._engine.model, self._store.session.scene
        if model is None:
            return
        self._sweep.stop()
        nominal = model.scene.ranges.nominal
        names = [name] if name else [each for each in scene.spec if each not in scene.locked]
        step = f"Reset {self._label(name)}" if name else "Reset all"
        self._set_spec(scene.spec.replace(**{each: nominal[each] for each in names}), step)

    def _on_actions_undo(self) -> None:
        self._sweep.stop()
        self._store.undo()

    def _on_actions_redo(self) -> None:
        self._sweep.stop()
        self._store.redo()

    def _on_actions_sweep_requested(self, name: str) -> None:
        model = self._engine.model
        if model is None or self._sweep.running == name:
            self._sweep.stop()
            return
        parameter, value = model.scene.ranges[name], self._store.session.scene.spec[name]
        self._sweep.start(parameter, value, partial(self._set_swept, model.key))

    def _set_swept(self, key: SceneKey, name: str, value: float) -> None:
        """One frame of a sweep; the sweep ends where it began, so it is no step to undo."""
        session = self._store.session
        state = session.state_of(key)
        if state is not None:
            swept = replace(state, spec=state.spec.replace(**{name: value}))
            self._store.update(session.with_state(key, swept), None)

    def _label(self, name: str) -> str:
        assert self._engine.model is not None
        return self._engine.model.scene.ranges[name].description.label
