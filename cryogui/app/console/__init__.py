"""A Python prompt on what the window shows. No Qt here: panels draw it, a controller connects the two."""
