"""Every change can be taken back and brought back, and a drag is one step."""

from dataclasses import replace

import pytest

from cryogui.session import SceneKey, SceneState, Session, Store
from cryogui.spec import Spec

KEY = SceneKey("a.h5", 0)


@pytest.fixture
def store() -> Store:
    state = SceneState(spec=Spec.of({"offset": 0.0, "shrinkage": 1.0}))
    return Store(Session(files=("a.h5",)).showing(KEY, state))


def set_spec(store: Store, merge_key: str | None = None, **values: float) -> None:
    session = store.session
    store.update(session.with_scene(spec=session.scene.spec.replace(**values)), "Change spec", merge_key)


def test_a_change_tells_old_and_new(store: Store) -> None:
    seen: list[tuple[Session, Session]] = []
    store.changed.connect(lambda old, new: seen.append((old, new)))
    before = store.session
    set_spec(store, offset=0.5)
    assert seen == [(before, store.session)]


def test_an_equal_session_is_no_change(store: Store) -> None:
    seen: list[Session] = []
    store.changed.connect(lambda old, new: seen.append(new))
    set_spec(store, offset=0.0)
    assert seen == []
    assert store.undo_name is None


def test_undo_and_redo_of_spec_and_view(store: Store) -> None:
    start = store.session
    set_spec(store, offset=0.5)
    moved = store.session
    store.update(moved.with_scene(image_index=7), "Show image")
    assert store.undo_name == "Show image"
    store.undo()
    assert store.session == moved
    store.undo()
    assert store.session == start
    assert store.undo_name is None
    assert store.redo_name == "Change spec"
    store.redo()
    store.redo()
    assert store.session.scene.image_index == 7
    assert store.session.scene.spec["offset"] == 0.5


def test_a_drag_is_one_step_and_the_next_drag_another(store: Store) -> None:
    for value in (0.1, 0.2, 0.3):
        set_spec(store, "spec offset", offset=value)
    store.seal()
    for value in (0.4, 0.5):
        set_spec(store, "spec offset", offset=value)
    store.undo()
    assert store.session.scene.spec["offset"] == 0.3
    store.undo()
    assert store.session.scene.spec["offset"] == 0.0


def test_another_parameter_ends_the_merge(store: Store) -> None:
    set_spec(store, "spec offset", offset=0.1)
    set_spec(store, "spec shrinkage", shrinkage=2.0)
    set_spec(store, "spec offset", offset=0.2)
    store.undo()
    assert dict(store.session.scene.spec) == {"offset": 0.1, "shrinkage": 2.0}


def test_a_new_step_forgets_what_was_undone(store: Store) -> None:
    set_spec(store, offset=0.5)
    store.undo()
    set_spec(store, shrinkage=3.0)
    assert store.redo_name is None
    store.redo()
    assert store.session.scene.spec["offset"] == 0.0


def test_a_change_without_a_name_is_not_a_step(store: Store) -> None:
    set_spec(store, offset=0.5)
    store.update(replace(store.session, flip_y=True), None)
    store.undo()
    assert store.session.scene.spec["offset"] == 0.0


def test_undo_leaves_files_open_and_closed_as_they_are(store: Store) -> None:
    set_spec(store, offset=0.5)
    other = SceneKey("b.h5", 0)
    store.update(replace(store.session, files=("a.h5", "b.h5")), None)
    store.update(store.session.showing(other, SceneState(image_index=3)), "Show scene")
    store.update(store.session.with_files(("b.h5",)), None)
    store.undo()
    assert store.session.files == ("b.h5",)
    assert store.session.current == other
    assert store.session.scene.image_index == 3


def test_forgotten_steps_can_neither_be_undone_nor_redone(store: Store) -> None:
    store.update(replace(store.session, flip_y=True), "Flip Y")
    store.update(replace(store.session, tab="live_slice"), "Show tab")
    store.undo()
    store.forget()
    assert (store.undo_name, store.redo_name) == (None, None)


def test_undo_of_a_scene_change_returns_to_the_scene(store: Store) -> None:
    other = SceneKey("a.h5", 1)
    store.update(store.session.showing(other, SceneState()), "Show scene")
    store.undo()
    assert store.session.current == KEY
    assert store.session.scene.spec["shrinkage"] == 1.0


def test_with_scene_needs_a_scene() -> None:
    with pytest.raises(ValueError, match="no scene"):
        Session().with_scene(image_index=1)
