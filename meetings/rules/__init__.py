"""The rules of a meeting without tables: what a kind asks for, quorum, thresholds, elections, the score."""
