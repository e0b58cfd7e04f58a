"""A small language for rules and computed figures: arithmetic, comparison, and / or / not, a few functions. Rules are
data that the organisation department may edit, so nothing here can reach further than the names it is given."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

MOST_SIGNS = 500
# A power or a long product of typed figures would be a way to stop the server.
_LARGEST = 10**15

Value = int | Fraction | bool | str | None


class ExpressionError(ValueError):
    """The expression is not one of this language."""


class Unknown(Exception):
    """A figure that the expression needs has not been filled in: it is neither true nor false yet."""


def _safe(value: Value) -> Value:
    if isinstance(value, (int, Fraction)) and abs(value) > _LARGEST:
        raise Unknown
    return value


def _divide(left: Value, right: Value) -> Fraction:
    if right == 0:
        raise Unknown
    return Fraction(left) / Fraction(right)


_BINARY: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
}
_COMPARE: dict[type, Callable] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable] = {"ceil": math.ceil, "floor": math.floor, "min": min, "max": max, "abs": abs}


class Expression:
    """A parsed text; `names` are the figures it reads. Raises ExpressionError for anything outside the language."""

    def __init__(self, text: str) -> None:
        if len(text) > MOST_SIGNS:
            raise ExpressionError("Biểu thức quá dài.")
        self.text = text
        try:
            self._tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
            raise ExpressionError(f"Không đọc được biểu thức “{text}”.") from fault
        self.names = frozenset(self._names_of(self._tree))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def value(self, figures: Mapping[str, Value]) -> Value:
        """Raises Unknown when a figure it needs is not there."""
        try:
            return self._value(self._tree, figures)
        except TypeError as fault:  # a text where a number is wanted
            raise Unknown from fault

    def _names_of(self, node: ast.AST) -> list[str]:
        match node:
            case ast.Name():
                return [node.id]
            case ast.Constant(value=bool() | int() | str() | None):
                return []
            case ast.Constant(value=float()):
                return []
            case ast.BinOp() if type(node.op) in _BINARY:
                return self._names_of(node.left) + self._names_of(node.right)
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                return self._names_of(node.operand)
            case ast.BoolOp():
                return [name for part in node.values for name in self._names_of(part)]
            case ast.Compare() if all(type(op) in _COMPARE for op in node.ops):
                return [name for part in (node.left, *node.comparators) for name in self._names_of(part)]
            case ast.Call(func=ast.Name(id=function), keywords=[]) if function in _FUNCTIONS and node.args:
                return [name for part in node.args for name in self._names_of(part)]
        raise ExpressionError(f"Biểu thức “{self.text}” có phần không được phép.")

    def _value(self, node: ast.AST, figures: Mapping[str, Value]) -> Value:
        match node:
            case ast.Name():
                found = figures.get(node.id)
                if found is None:
                    raise Unknown
                return found
            case ast.Constant():
                return Fraction(str(node.value)) if isinstance(node.value, float) else node.value
            case ast.BinOp():
                left, right = self._value(node.left, figures), self._value(node.right, figures)
                return _safe(_BINARY[type(node.op)](left, right))
            case ast.UnaryOp(op=ast.Not()):
                return not self._value(node.operand, figures)
            case ast.UnaryOp():
                return -self._value(node.operand, figures)
            case ast.BoolOp(op=ast.And()):
                return all(self._value(part, figures) for part in node.values)
            case ast.BoolOp():
                return any(self._value(part, figures) for part in node.values)
            case ast.Compare():
                left = self._value(node.left, figures)
                for op, part in zip(node.ops, node.comparators, strict=True):
                    right = self._value(part, figures)
                    if not _COMPARE[type(op)](left, right):
                        return False
                    left = right
                return True
            case ast.Call(func=ast.Name(id=function)):
                return _safe(_FUNCTIONS[function](*[self._value(part, figures) for part in node.args]))
        raise ExpressionError(self.text)


@lru_cache(maxsize=2000)
def parse(text: str) -> Expression:
    return Expression(text)
