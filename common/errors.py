"""What a rule of the field says no with."""


class RuleViolation(Exception):
    """A refusal in one Vietnamese sentence that the reader can act on."""
