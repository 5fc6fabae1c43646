"""What can be read off images, models and spectra: figures and curves for the tabs and commands. No Qt."""
