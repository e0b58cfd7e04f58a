"""The forms of reports as data: what is asked, what is computed from it, and which rules hold. Pure: no database, no
request. `catalogue/` holds the first term's forms; a later term's are another folder, or rows edited by the
organisation department."""

from .definition import Field, FieldType, Form, FormError, Group, Rule, RuleLevel, RuleScope, Section
from .loading import load_catalogue
from .rules import Finding, Surroundings, check
from .values import Answers, Problem, read

__all__ = [
    "Answers",
    "Field",
    "FieldType",
    "Finding",
    "Form",
    "FormError",
    "Group",
    "Problem",
    "Rule",
    "RuleLevel",
    "RuleScope",
    "Section",
    "Surroundings",
    "check",
    "load_catalogue",
    "read",
]
