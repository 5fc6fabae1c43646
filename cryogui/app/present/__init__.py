"""From the store and the engine to the views. Presenters draw differences; they change no state."""
