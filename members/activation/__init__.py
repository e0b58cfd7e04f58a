"""The first sign-in of a member: opened by his branch, done by himself, by the letter's way or with a code."""
