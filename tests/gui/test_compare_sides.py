"""What can be compared in which scene, where its arrays come from, and which black and white they get."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from cryogui.app.computations import picture
from cryogui.app.library import Library
from cryogui.app.pages.compare_contrast import LEAST_SHARE, Contrast, difference_name, pair_names
from cryogui.app.pages.compare_pictures import KEPT_IMAGES, Pair, Pictures
from cryogui.app.pages.compare_place import OnImage, OnSlice, planes_of
from cryogui.app.pages.compare_sides import Offer, chosen, fitting, offers, spec_of, why_nothing
from cryogui.app.views.levels import percentile_levels, symmetric_levels
from cryogui.session import ObjectChoice, SceneKey, Session, Snapshot
from cryogui.session.looks import Compared, CompareLook
from cryogui.session.scene_model import SceneModel
from cryogui.tiers import Scene
from tests.gui.conftest import RANGES, TRUE_SPEC, ball, measured

KEY = SceneKey("a.h5", 0)
ANGLES = np.linspace(-60, 60, 9)
MEASURED, FORWARD, RESIDUAL = Compared("measured"), Compared("forward"), Compared("residual")
NOMINAL, TRUE, SHOT = (Compared("forward", "nominal"), Compared("forward", "true"),
                       Compared("forward", "snapshot", "best"))  # fmt: skip


def scene(**changes: Any) -> Scene:
    from cryogui.physics.tilt import SingleAxisTilt

    parts: dict[str, Any] = {
        "ranges": RANGES, "true_spec": TRUE_SPEC, "read_y": lambda: measured(ball(), ANGLES), "read_x": ball,
        "build": lambda: SingleAxisTilt((24, 24, 24), (24, 24), ANGLES), "tilt_angles_deg": ANGLES,
    }  # fmt: skip
    return Scene("sample_00", "two bodies", "cryo_et", **{**parts, **changes})


def model_of(**changes: Any) -> SceneModel:
    return SceneModel(KEY, scene(**changes))


def session_of(model: SceneModel, *snapshots: Snapshot) -> Session:
    return replace(Session(files=("a.h5",)), snapshots=snapshots).showing(KEY, model.first_state())


def best(key: SceneKey = KEY, name: str = "best") -> Snapshot:
    state = model_of().first_state()
    return Snapshot(name, key, replace(state, spec=state.spec.replace(missing_wedge=34.0)))


def sides(listed: tuple[Offer, ...]) -> list[Compared]:
    return [offer.side for offer in listed]


# ---- what is offered


def test_a_series_with_truth_offers_images_specs_snapshots_and_volumes() -> None:
    model = model_of()
    elsewhere = best(SceneKey("a.h5", 1), "elsewhere")
    listed = offers(model, session_of(model, best(), elsewhere), ["x.mrc"])
    assert sides(listed) == [
        MEASURED, FORWARD, RESIDUAL,
        NOMINAL, Compared("residual", "nominal"), TRUE, Compared("residual", "true"),
        SHOT, Compared("residual", "snapshot", "best"),
        Compared("object"), Compared("quick"), Compared("truth"), Compared("file", name="x.mrc"),
    ]  # fmt: skip
    assert [offer.label for offer in listed][-2:] == ["truth", "x.mrc"]
    assert listed[7].label == "forward ŷ, ‘best’"
    assert [offer.section for offer in listed] == ["now"] * 3 + ["specs"] * 4 + ["snapshots"] * 2 + [
        "volumes"
    ] * 4


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"true_spec": None, "read_x": None},
         [MEASURED, FORWARD, RESIDUAL, NOMINAL, Compared("residual", "nominal"), Compared("object"),
          Compared("quick")]),
        ({"build": None, "read_x": None}, [MEASURED]),
        ({"build": None}, [MEASURED, Compared("truth")]),
        ({"read_y": None, "build": None}, [Compared("truth")]),
    ],
)  # fmt: skip
def test_what_a_file_lacks_is_not_offered(changes: dict[str, Any], expected: list[Compared]) -> None:
    model = model_of(**changes)
    assert sides(offers(model, session_of(model))) == expected


def test_only_what_has_the_same_pixels_fits() -> None:
    model = model_of()
    listed = offers(model, session_of(model))
    assert all(offer.grid == "image" for offer in fitting(listed[0], listed))
    assert listed[0] not in fitting(listed[0], listed)
    assert sides(fitting(listed[-1], listed)) == [Compared("object"), Compared("quick")]


def test_a_flat_object_can_be_held_against_its_one_image() -> None:
    from cryogui.physics.ctf import Optics
    from cryogui.physics.image import ImageCtf

    model = model_of(
        read_y=lambda: np.ones((1, 24, 20), np.float32), read_x=lambda: np.ones((1, 24, 20), np.float32),
        build=lambda: ImageCtf((24, 20), Optics(2.0), 1e4), tilt_angles_deg=None,
    )  # fmt: skip
    listed = offers(model, session_of(model))
    assert Compared("truth") in sides(fitting(listed[0], listed))


def test_a_choice_that_is_not_there_gives_way_to_the_first_that_is() -> None:
    model = model_of()
    listed = offers(model, session_of(model))
    look = CompareLook(a=SHOT, b=Compared("truth"))
    first, second = chosen(look, listed)
    assert (first and first.side, second and second.side) == (MEASURED, FORWARD)
    first, second = chosen(CompareLook(a=Compared("truth"), b=FORWARD), listed)
    assert (first and first.side, second and second.side) == (Compared("truth"), Compared("object"))
    assert chosen(look, ()) == (None, None)


def test_where_nothing_can_be_compared_one_sentence_says_why() -> None:
    images, volume = model_of(build=None, read_x=None), model_of(read_y=None, build=None)
    for model, words in ((None, "Open a file"), (images, "says too little"), (volume, "second volume")):
        listed = offers(model, session_of(model)) if model is not None else ()
        first, second = chosen(CompareLook(), listed)
        assert second is None
        assert words in why_nothing(model, first)


def test_specs_are_those_asked_for() -> None:
    model = model_of()
    moved = RANGES.nominal.replace(tilt_axis_offset=0.2)
    session = session_of(model, best()).with_scene(spec=moved)
    assert spec_of(FORWARD, model, session) == moved
    assert spec_of(NOMINAL, model, session) == RANGES.nominal
    assert spec_of(TRUE, model, session) == TRUE_SPEC
    assert spec_of(SHOT, model, session)["missing_wedge"] == 34.0


# ---- where arrays come from


@pytest.fixture(scope="module")
def ready() -> SceneModel:
    """A model with its live model set up."""
    model = model_of()
    live = model.make_live()
    assert live is not None and model.scene.x_true is not None
    live.set_object(model.scene.x_true)
    model.install(live, model.scene.x_true, frozenset(), ObjectChoice("truth"))
    return model


class Desk:
    """Pictures of `model` at a state, as the window has them."""

    def __init__(self, model: SceneModel) -> None:
        self.model, self.session = model, session_of(model, best())
        self.pictures = Pictures(Library())
        self.show(4)

    def show(self, index: int, **spec: float) -> None:
        state = self.session.scene
        self.session = self.session.with_scene(image_index=index, spec=state.spec.replace(**spec))
        self.pictures.note_picture(self.model, picture(self.model, self.session.scene, True))

    def offer(self, side: Compared) -> Offer:
        listed = offers(self.model, self.session)
        return next(offer for offer in listed if offer.side == side)

    def at_hand(self, a: Compared, b: Compared) -> Pair | None:
        return self.pictures.at_hand(self.offer(a), self.offer(b), self.model, self.session)

    def pair(self, a: Compared, b: Compared) -> Pair:
        known = self.at_hand(a, b)
        if known is not None:
            return known
        made = self.pictures.work(self.offer(a), self.offer(b), self.model, self.session)(lambda: None)
        self.pictures.keep(made)
        return made.pair


@pytest.fixture
def desk(ready: SceneModel) -> Desk:
    return Desk(ready)


def test_what_is_on_the_screen_needs_no_computation(desk: Desk) -> None:
    desk.show(5, tilt_axis_offset=0.3)
    pair = desk.at_hand(MEASURED, FORWARD)
    assert pair is not None and desk.model.live is not None
    np.testing.assert_array_equal(pair.a, desk.model.scene.y[5])  # type: ignore[index]
    np.testing.assert_array_equal(pair.b, desk.model.live.image(5, desk.session.scene.spec))
    residual = desk.at_hand(RESIDUAL, FORWARD)
    assert residual is not None
    np.testing.assert_array_equal(residual.a, pair.a - pair.b)


@pytest.mark.parametrize("side", [NOMINAL, TRUE, SHOT])
def test_other_specs_are_computed_once_and_kept(desk: Desk, side: Compared) -> None:
    desk.show(5, tilt_axis_offset=0.3)
    assert desk.at_hand(FORWARD, side) is None
    pair = desk.pair(FORWARD, side)
    spec = spec_of(side, desk.model, desk.session)
    assert desk.model.live is not None
    np.testing.assert_array_equal(pair.b, desk.model.live.image(5, spec))
    desk.show(5, tilt_axis_offset=-0.3)  # a slider moves
    again = desk.at_hand(FORWARD, side)
    assert again is not None and again.b is pair.b
    assert not np.array_equal(again.a, pair.a)
    residual = desk.at_hand(MEASURED, replace(side, kind="residual"))
    assert residual is not None
    np.testing.assert_array_equal(residual.b, residual.a - pair.b)
    desk.pictures.forget_images()  # another object
    assert desk.at_hand(FORWARD, side) is None


def test_no_more_images_are_kept_than_are_needed(desk: Desk) -> None:
    for index in range(9):
        desk.show(index)
        desk.pair(NOMINAL, SHOT)
    assert len(desk.pictures._images) == KEPT_IMAGES
    desk.show(0)
    assert desk.at_hand(NOMINAL, SHOT) is None
    desk.show(8)
    assert desk.at_hand(NOMINAL, SHOT) is not None


def test_volumes_are_read_once_and_the_truth_is_known(desk: Desk) -> None:
    truth, thing, quick = Compared("truth"), Compared("object"), Compared("quick")
    desk.model.quick = None
    assert desk.pictures.is_awaited(desk.model, truth, quick)
    desk.model.quick = 0.5 * ball()
    assert not desk.pictures.is_awaited(desk.model, truth, quick)
    pair = desk.pair(quick, truth)
    assert pair.b is desk.model.scene.x_true and pair.truth is pair.b
    assert desk.at_hand(quick, truth) is not None
    same = desk.pair(truth, thing)
    assert same.truth is same.b  # x is the truth here
    desk.session = desk.session.with_scene(object=ObjectChoice("quick"))
    assert desk.pair(thing, quick).truth is None


def test_pictures_of_another_scene_are_not_taken_for_this_one(desk: Desk) -> None:
    other = model_of()
    assert desk.pictures.picture_of(other) is None
    assert desk.pictures.is_awaited(other, MEASURED)
    desk.pictures.forget()
    assert desk.pictures.picture_of(desk.model) is None


# ---- black and white


def test_one_quantity_shares_its_contrast_until_asked_otherwise(desk: Desk) -> None:
    pair, contrast = desk.pair(MEASURED, FORWARD), Contrast()
    first, second = contrast.of_pair(pair, desk.session)
    assert first == second == percentile_levels(pair.a)
    own = replace(desk.session, compare=CompareLook(own_contrast=True))
    assert contrast.of_pair(pair, own) == (percentile_levels(pair.a), percentile_levels(pair.b))
    mixed = desk.pair(MEASURED, RESIDUAL)
    assert contrast.of_pair(mixed, desk.session) == (percentile_levels(mixed.a), symmetric_levels(mixed.b))


def test_the_users_contrast_comes_first_and_found_ones_stay(desk: Desk) -> None:
    pair, contrast = desk.pair(MEASURED, FORWARD), Contrast()
    before = contrast.of_pair(pair, desk.session)
    desk.show(0)
    darker = desk.pair(MEASURED, FORWARD)
    assert contrast.of_pair(darker, desk.session) == before
    name = pair_names(pair.sides, desk.session.compare)[0]
    levels = desk.session.scene.with_levels(name, (0.0, 2.0))
    assert contrast.of_pair(darker, desk.session.with_scene(levels=levels)) == ((0.0, 2.0), (0.0, 2.0))


def test_two_residuals_are_shown_alike_and_neither_is_cut(desk: Desk) -> None:
    pair = desk.pair(RESIDUAL, Compared("residual", "true"))
    first, second = Contrast().of_pair(pair, desk.session)
    widest = max(symmetric_levels(pair.a)[1], symmetric_levels(pair.b)[1])
    assert first == second == (-widest, widest)


def test_a_difference_has_a_scale_also_while_it_is_nothing(desk: Desk) -> None:
    pair, contrast = desk.pair(FORWARD, NOMINAL), Contrast()
    low, high = contrast.of_pair(pair, desk.session)[0]
    reach = LEAST_SHARE * (high - low)
    assert contrast.of_difference(pair.a - pair.b, pair, desk.session, False) == (-reach, reach)
    assert contrast.of_difference(pair.a, pair, desk.session, True) == (-4.0, 4.0)
    assert difference_name(pair.sides, True) != difference_name(pair.sides, False)


# ---- where they lie


def test_a_slice_follows_the_cursor_in_the_plane_chosen(ready: SceneModel) -> None:
    volume = np.arange(24**3, dtype=np.float32).reshape(24, 24, 24)
    session = session_of(ready).with_scene(position=(3.0, 5.0, 7.0))
    for name, expected, cursor in (
        ("xy", volume[3], (7.0, 5.0)),
        ("xz", volume[:, 5], (7.0, 3.0)),
        ("yz", volume[:, :, 7].T, (3.0, 5.0)),
    ):
        place = OnSlice.of(ready, session, name)  # type: ignore[arg-type]
        np.testing.assert_array_equal(place.cut(volume), expected)
        assert place.cursor(session) == cursor
        assert place.pointed(*cursor, session) == {"position": (3.0, 5.0, 7.0)}
        assert name in place.words
    thick = OnSlice.of(ready, session.with_scene(slab=3), "xy")
    np.testing.assert_allclose(thick.cut(volume), volume[2:5].mean(axis=0))
    assert thick.words == "xy   z = 3 ± 1"
    assert place.stepped(1, session) == {"position": (3.0, 5.0, 8.0)}
    assert place.stepped(-100, session) == {"position": (3.0, 5.0, 0.0)}


def test_planes_that_are_lines_are_not_offered() -> None:
    assert planes_of((24, 24, 24)) == ("xy", "xz", "yz")
    assert planes_of((1, 24, 24)) == ("xy",)
    assert planes_of((24, 1, 24)) == ("xz",)
    assert planes_of((1, 1, 24)) == ("xy",)


def test_a_point_of_an_image_is_that_of_the_panes_above(ready: SceneModel) -> None:
    session = session_of(ready).with_scene(image_index=8)
    place = OnImage(ready)
    changes = place.pointed(14.0, 9.0, session)
    assert changes["image_index"] == 8
    assert place.cursor(session.with_scene(**changes)) == pytest.approx((14.0, 9.0))
    assert place.stepped(5, session) == {"image_index": 8}
    np.testing.assert_array_equal(place.cut(ball()[:1]), ball()[0])


def test_a_sinogram_is_one_picture_at_every_tilt() -> None:
    flat = SimpleNamespace(
        is_sinogram=True, image_count=9, frame=model_of().frame,
    )  # fmt: skip
    place = OnImage(flat)  # type: ignore[arg-type]
    session = session_of(model_of())
    assert place.pointed(12.0, 2.2, session)["image_index"] == 2
    assert place.cursor(session)[1] == 4.0


def test_runs_of_the_scene_are_volumes_to_compare(ready: Any) -> None:
    session = session_of(ready)
    listed = offers(ready, session, (), [(7, "SIRT 100  24.1 dB")])
    (run,) = [offer for offer in listed if offer.section == "runs"]
    assert (run.side, run.label, run.grid) == (Compared("run", name="7"), "SIRT 100  24.1 dB", "volume")
    library = Library()
    volumes = {7: np.full(ready.volume_shape, 7.0, np.float32)}
    library.run_volume = lambda number: volumes[number]
    truth = next(offer for offer in listed if offer.side == Compared("truth"))
    made = Pictures(library).work(run, truth, ready, session)(lambda: None)
    assert made.pair.a is volumes[7] and made.pair.truth is made.pair.b
