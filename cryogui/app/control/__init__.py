"""From the user's hands to the store: one controller per group of views. They never draw."""
