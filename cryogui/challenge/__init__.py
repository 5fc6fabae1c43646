"""The challenge played at home: submissions judged, entries kept, leaderboards. No Qt.

A submission answers to every scene of a tier; judged against the truth it becomes an `Entry` of the ledger,
and a board shows entries beside what is published.
"""
