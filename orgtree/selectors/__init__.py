from .figures import figures
from .search import search_units

__all__ = ["figures", "search_units"]
