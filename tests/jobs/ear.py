"""Stands for the connection by which a worker tells the program."""


class Ear:
    """Remembers what is said."""

    def __init__(self):
        self.heard = []

    def send(self, message):
        self.heard.append(message)
