"""Pictures, movies and reports for other people: drawn here, beside the window, from data and looks."""
