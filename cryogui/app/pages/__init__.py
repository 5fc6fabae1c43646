"""The tabs of the lower area, one module each: what the tab draws and what the user does in it."""
