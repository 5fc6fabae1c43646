"""What happens when something goes wrong: it is told and logged, and the window goes on."""
