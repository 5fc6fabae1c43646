"""Files: tier files in the native and the published layouts, MRC tilt series and volumes."""

from cryogui.files import write_bytes
from cryogui.tiers.atomic import Hdf5Writer, write_atomically
from cryogui.tiers.convert import convert
from cryogui.tiers.digest import content_hash
from cryogui.tiers.issues import Issue
from cryogui.tiers.native_write import write_tier
from cryogui.tiers.opening import inspect, open_file
from cryogui.tiers.scene import Scene, TierFile
from cryogui.tiers.scene_data import Microscope, ParticlePoses, SceneData, TiltGeometry
from cryogui.tiers.stacks import LazyStack

__all__ = [
    "Hdf5Writer",
    "Issue",
    "LazyStack",
    "Microscope",
    "ParticlePoses",
    "Scene",
    "SceneData",
    "TierFile",
    "TiltGeometry",
    "content_hash",
    "convert",
    "inspect",
    "open_file",
    "write_atomically",
    "write_bytes",
    "write_tier",
]
