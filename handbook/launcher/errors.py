class LauncherError(Exception):
    """Something that only the person at the terminal can mend; the text is the whole message for them."""
