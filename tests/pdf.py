"""Reading a PDF back."""

import shutil
import subprocess

import pytest


def text_of(content: bytes) -> str:
    """The words of a PDF on single spaces; poppler-utils reads them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not on this machine")
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def pages_of(content: bytes) -> int:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not on this machine")
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.count(b"\f")
