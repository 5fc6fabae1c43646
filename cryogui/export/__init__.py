"""Files for other programs: images as MRC and TIFF, curves as CSV, movies as GIF and MP4. No Qt.

Every file is written whole or not at all; what its `progress` raises ends an export without a trace.
"""

from cryogui.export.curves import Curve, write_curves
from cryogui.export.images import IMAGE_ENDINGS, Images, PixelSize, write_image
from cryogui.export.movies import MOVIE_ENDINGS, write_movie
from cryogui.export.paths import Progress, ending_of, require_free

__all__ = [
    "IMAGE_ENDINGS",
    "MOVIE_ENDINGS",
    "Curve",
    "Images",
    "PixelSize",
    "Progress",
    "ending_of",
    "require_free",
    "write_curves",
    "write_image",
    "write_movie",
]
