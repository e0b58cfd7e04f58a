from .figures import figures

__all__ = ["figures"]
