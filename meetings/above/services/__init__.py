from .recount import recount_periods

__all__ = ["recount_periods"]
