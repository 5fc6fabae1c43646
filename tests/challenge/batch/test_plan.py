from __future__ import annotations

import pickle
import shutil
from contextlib import closing

from cryogui.calibrate import find_strategy
from cryogui.challenge.batch import plan
from cryogui.challenge.batch.plan import cells_of, planned
from cryogui.jobs import Inputs
from cryogui.reconstruct import find_method
from cryogui.spec import Spec
from cryogui.tiers import open_file

NOMINAL = "none"


def test_every_method_goes_with_every_calibration_and_these_are_shared(groups):
    ways = {(group.method.key, group.calibration): group for group in groups}
    assert set(ways) == {("wbp", NOMINAL), ("sirt", NOMINAL), ("wbp", "align"), ("sirt", "align")}
    cells = cells_of(groups)
    assert len(cells) == 4 * 3 + 3
    first = [ways[method, "align"].cells[0].after for method in ("wbp", "sirt")]
    assert first[0] is first[1] is not None and ways["wbp", NOMINAL].cells[0].after is None
    place = {key: number for number, key in enumerate(cells)}
    assert all(place[cell.after.key] < place[cell.key] for cell in cells.values() if cell.after)


def test_what_does_not_fit_a_tier_is_left_out(tier):
    particles_only, tilts_only = find_method("relion"), find_strategy("align")
    assert planned([tier], [particles_only], [None]) == ()
    found = planned([tier], [particles_only, find_method("wbp")], [tilts_only])
    assert [group.method.key for group in found] == ["wbp"]


def test_a_cell_is_the_same_wherever_its_tier_lies(tier, groups, tmp_path):
    path = shutil.copy(tier.path, tmp_path / "elsewhere.h5")
    with closing(open_file(path)) as copy:
        again = planned([copy], [find_method("sirt")], [None])
    assert [cell.key for cell in again[0].cells] == [cell.key for cell in groups[1].cells]


def test_a_cell_is_another_one_when_its_result_may_be(tier, monkeypatch):
    def keys() -> set[str]:
        return set(cells_of(planned([tier], [find_method("sirt")], [None, find_strategy("align")])))

    before = keys()
    monkeypatch.setattr(plan, "__version__", "0.0.0")
    assert len(before) == 9 and not before & keys()
    monkeypatch.undo()
    assert before == keys()
    monkeypatch.setattr(plan, "usual", lambda procedure: {"iterations": 7})
    assert not before & keys()


def test_what_is_sent_to_a_worker_holds_neither_truth_nor_path(tier, groups):
    for cell in cells_of(groups).values():
        scene = cell.target.scene
        sent = pickle.dumps(cell.work(scene.ranges.nominal))
        truth = scene.x_true[scene.x_true.shape[0] // 2].tobytes()
        with_truth = Inputs(cell.target.problem, scene.x_true)
        assert truth not in sent and truth in pickle.dumps(with_truth), "else nothing could be found"
        assert bytes(tier.path.parent) not in sent
        order, inputs = cell.work(Spec.of({**scene.ranges.nominal, "tilt_axis_offset": 0.75}))
        assert order.spec["tilt_axis_offset"] == inputs.problem.theta["tilt_axis_offset"] == 0.75
        assert scene.true_spec not in (order.spec, inputs.problem.theta)
