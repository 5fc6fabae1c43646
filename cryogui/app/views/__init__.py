"""Views of data: images, slices, volumes, the strip of images."""
