"""Names in C# code to what they stand for: the parameter, what the code declares, or something from outside."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from idmxml.model.csharp_values import PARAMETER, UNKNOWN, Free, Item, Member, Typed, Value
from idmxml.model.expressions import names_of

if TYPE_CHECKING:
    from tree_sitter import Node

BLOCKS: Final = frozenset(
    {"block", "compilation_unit", "for_statement", "using_statement", "switch_section", "query_expression"} | {"catch_clause"}
)
# What declares names whose type is not followed.
UNFOLLOWED: Final = frozenset(
    {
        "declaration_expression", "declaration_pattern", "var_pattern", "recursive_pattern", "list_pattern", "tuple_pattern",
        "let_clause", "join_clause", "join_into_clause", "catch_declaration", "parenthesized_variable_designation",
        "query_expression", "group_clause", "select_clause", "local_function_statement",
    }
)  # fmt: skip
Make = Callable[[], Value]
Declared = tuple[str, "Node", Make]


class Scopes:
    """The declarations of a piece of code, each with the node in which its name holds.

    ``by_type`` are the nodes of the code by type. ``text`` gives a node's text, ``value`` what a node is as a receiver,
    ``whole`` what it is as an expression of its own.
    """

    def __init__(
        self,
        by_type: Mapping[str, list["Node"]],
        text: Callable[["Node"], str],
        value: Callable[["Node | None"], Value],
        whole: Callable[["Node | None"], Value],
    ) -> None:
        self._by_type = by_type
        self._text = text
        self._value = value
        self._whole = whole

    def find(self, name: str, at: "Node", parameter: str | None) -> Value:
        """What a name stands for at a node, where the expression's parameter is ``parameter``."""
        held = [each for each in self._declared.get(name, ()) if each[0].start_byte <= at.start_byte < each[0].end_byte]
        if not held:
            return PARAMETER if name == parameter else Free(name)
        smallest = min(each[0].end_byte - each[0].start_byte for each in held)
        inner = [make for scope, make in held if scope.end_byte - scope.start_byte == smallest]
        return inner[0]() if len(inner) == 1 else UNKNOWN

    @cached_property
    def _declared(self) -> Mapping[str, list[tuple["Node", Make]]]:
        found: dict[str, list[tuple[Node, Make]]] = defaultdict(list)
        for name, scope, make in self._declarations():
            found[name].append((scope, make))
        return found

    def _declarations(self) -> Iterator[Declared]:
        makers = {
            "lambda_expression": self._of_lambda,
            "anonymous_method_expression": self._parameters,
            "local_function_statement": self._parameters,
            "foreach_statement": self._of_loop,
            "from_clause": self._of_loop,
            "variable_declarator": self._of_variable,
        }
        for kind, make in makers.items():
            for node in self._by_type.get(kind, ()):
                yield from make(node)
        for kind in UNFOLLOWED.intersection(self._by_type):
            for node in self._by_type[kind]:
                for each in node.children_by_field_name("name"):
                    yield self._text(each), _block(node), _nothing

    def _of_lambda(self, node: "Node") -> Iterator[Declared]:
        parameters = node.child_by_field_name("parameters")
        if parameters is not None and parameters.type == "implicit_parameter":
            yield self._text(parameters), node, lambda: self._item_for(node)
        else:
            yield from self._parameters(node)

    def _parameters(self, node: "Node") -> Iterator[Declared]:
        held = node.child_by_field_name("parameters")
        parameters = [each for each in held.named_children if each.type == "parameter"] if held is not None else []
        for position, each in enumerate(parameters):
            name, kind = each.child_by_field_name("name"), each.child_by_field_name("type")
            if name is None:
                continue
            if kind is not None:
                yield self._text(name), node, self._of_type(kind)
            elif position == 0:
                yield self._text(name), node, lambda: self._item_for(node)
            else:
                yield self._text(name), node, _nothing

    def _item_for(self, node: "Node") -> Value:
        """The first parameter of a lambda: an element of the collection whose method takes the lambda."""
        argument = node.parent
        call = argument.parent.parent if argument is not None and argument.parent is not None else None
        if call is None or call.type != "invocation_expression":
            return UNKNOWN
        method = self._value(call.child_by_field_name("function"))
        if isinstance(method, Member) and method.name in names_of("linq_of_item"):
            return Item(method.receiver)
        return UNKNOWN

    def _of_loop(self, node: "Node") -> Iterator[Declared]:
        loop = node.type == "foreach_statement"
        name = node.child_by_field_name("left" if loop else "name")
        source = node.child_by_field_name("right") if loop else node.named_children[-1]
        if name is None or name.type != "identifier":
            return
        kind = node.child_by_field_name("type")
        scope = node if loop else _block(node)
        if kind is not None and kind.type != "implicit_type":
            yield self._text(name), scope, self._of_type(kind)
        else:
            yield self._text(name), scope, lambda: Item(self._whole(source))

    def _of_variable(self, node: "Node") -> Iterator[Declared]:
        name = node.child_by_field_name("name")
        kind = node.parent.child_by_field_name("type") if node.parent is not None else None
        if name is None or kind is None:
            return
        if kind.type != "implicit_type":
            yield self._text(name), _block(node), self._of_type(kind)
        else:
            value = node.named_children[-1]
            yield self._text(name), _block(node), lambda: self._whole(value) if value != name else UNKNOWN

    def _of_type(self, kind: "Node") -> Make:
        text = self._text(kind).rstrip("?")
        return lambda: Typed(text)


def _nothing() -> Value:
    return UNKNOWN


def _block(node: "Node") -> "Node":
    """The node in which a name declared at ``node`` holds."""
    current = node
    while current.parent is not None and (current is node or current.type not in BLOCKS):
        current = current.parent
    return current
