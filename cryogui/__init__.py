"""cryogui: see what a miscalibrated electron microscope does to a cryo-EM data set, and put it right."""

__version__ = "0.1.0"
