"""C# code of an expression to what the rules look at: syntax errors, members, calls. Parsed with tree-sitter's grammar.

The grammar is imported when the first C# expression is read. It binds ``?.`` looser than the language does, so that in
``a + b?.c`` the receiver of ``c`` is the last operand of what stands before it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from idmxml.model.csharp_brackets import first_open_end
from idmxml.model.csharp_scopes import Scopes
from idmxml.model.csharp_values import UNKNOWN, Body, Fault, Free, Item, Member, Typed, Use, Value

if TYPE_CHECKING:
    from tree_sitter import Node

LOOSE: Final = frozenset(
    {
        "binary_expression", "assignment_expression", "conditional_expression", "prefix_unary_expression", "cast_expression",
        "lambda_expression", "await_expression", "throw_expression", "is_expression", "range_expression",
    }
)  # fmt: skip
CALLABLE_BODIES: Final = frozenset({"lambda_expression", "anonymous_method_expression", "local_function_statement"})
MEMBERS: Final = ("member_access_expression", "conditional_access_expression")
CALLS: Final = ("invocation_expression", "object_creation_expression")
COMPARISONS: Final = ("binary_expression", "is_pattern_expression")
NAMES: Final = ("identifier", "implicit_parameter")
STATEMENT: Final = re.compile(r"\breturn\b|\}")
LONGEST: Final = 30
LAST_TOKEN: Final = re.compile(r"(?:\w+|[^\w\s]+)$")
TYPOGRAPHIC: Final = frozenset("\u201c\u201d\u201e\u2018\u2019")
STEPS: Final = {
    "member_access_expression": "expression",
    "conditional_access_expression": "condition",
    "invocation_expression": "function",
    "element_access_expression": "expression",
    "postfix_unary_expression": None,
}


@lru_cache(maxsize=1)
def _parse() -> Callable[[bytes], "Node"]:
    import tree_sitter
    import tree_sitter_c_sharp

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c_sharp.language()))
    return lambda data: parser.parse(data).root_node


@lru_cache(maxsize=16384)
def read_body(code: str, parameter: str | None) -> Body:
    """What the rules look at in the code of an expression whose parameter has this name."""
    source = Source(code)
    if source.root.has_error and not source.excused:
        return Body(source.fault, "return" in code, source.hiding_comment)
    comment = None if source.returns else source.hiding_comment
    if source.root.has_error:
        return _unfollowed(code)
    try:
        return _followed(source, parameter, comment)
    except RecursionError:  # no one writes a chain of hundreds of members; nothing is said of what it leads to
        return _unfollowed(code)


def _followed(source: "Source", parameter: str | None, comment: int | None) -> Body:
    reader = _Reader(source, parameter)
    return Body(
        fault=None,
        returns=source.returns,
        comment=comment,
        names=frozenset(source.text(each) for each in source.of(*NAMES)),
        members=tuple(sorted(reader.members(), key=lambda each: each.start)),
        uses=tuple(use for node in source.of(*CALLS) if (use := reader.use(node)) is not None),
        checked=frozenset(text for node in source.of(*COMPARISONS) if (text := reader.compared_with_null(node)) is not None),
    )


def _unfollowed(code: str) -> Body:
    """What is known of code that can't be followed: the words in it."""
    return Body(None, returns=True, names=frozenset(re.findall(r"\w+", code)))


def is_expression(code: str) -> bool:
    """Whether the code is an expression that lacks only ``return`` and ``;``."""
    return not Source(f"return {code.rstrip().rstrip(';')};").root.has_error


class Source:
    """Code with its tree; the nodes' places as offsets in the code."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._data = f"{code}\n".encode("utf-8", "replace")
        self.root = _parse()(self._data)

    @cached_property
    def _offsets(self) -> list[int] | None:
        """By byte, the character; None when they are the same."""
        if len(self._data) == len(self.code) + 1:
            return None
        found = [position for position, each in enumerate(self.code) for _ in each.encode("utf-8", "replace")]
        return [*found, len(self.code), len(self.code) + 1]

    def place(self, byte: int) -> int:
        """The offset of a byte in the code."""
        return min(self._offsets[byte] if self._offsets is not None else byte, len(self.code))

    def start(self, node: "Node") -> int:
        """Where a node begins."""
        return self.place(node.start_byte)

    def end(self, node: "Node") -> int:
        """Where a node ends."""
        return self.place(node.end_byte)

    def text(self, node: "Node") -> str:
        """The text of a node."""
        if self._offsets is None:
            return self.code[node.start_byte : node.end_byte]
        return self.code[self.start(node) : self.end(node)]

    @cached_property
    def by_type(self) -> Mapping[str, list["Node"]]:
        """The nodes with a name in the grammar, by type, each in document order."""
        found: dict[str, list[Node]] = defaultdict(list)
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            found[node.type].append(node)
            waiting.extend(reversed(node.named_children))
        return found

    def of(self, *types: str) -> list["Node"]:
        """The nodes of some types, type by type."""
        return [node for each in types for node in self.by_type.get(each, ())]

    @cached_property
    def returns(self) -> bool:
        """Whether a statement returns or throws, those of functions within the code left out."""
        return any(not _within_function(each) for each in self.of("return_statement", "throw_statement"))

    @cached_property
    def hiding_comment(self) -> int | None:
        """The offset of a comment to the end of the code in which code seems to stand."""
        for node in self.of("comment"):
            text = self.text(node)
            if text.startswith("//") and self.end(node) >= len(self.code.rstrip()) and STATEMENT.search(text):
                return self.start(node)
        return None

    @cached_property
    def excused(self) -> bool:
        """Whether the errors may be the grammar's own: it takes no variable named ``async``."""
        return any("async" in self.text(each) for each in self._wrong)

    @cached_property
    def _wrong(self) -> tuple["Node", ...]:
        found = []
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.is_error or _is_missing(node):
                found.append(node)
            waiting.extend(reversed(node.children))
        return tuple(found)

    @cached_property
    def fault(self) -> Fault:
        """The first syntax error; brackets and quotes without an end come first."""
        open_end = first_open_end(self.code)
        if open_end is not None:
            return open_end
        code = self.code.rstrip()
        if code and not Source(f"{code};").root.has_error:
            return _missing_after(code, "';'")
        node = self._wrong[0]
        return self._missing(node) if _is_missing(node) else self._unreadable(node)

    def _missing(self, node: "Node") -> Fault:
        kind = ";" if node.type == "!" else node.type  # the grammar guesses at x! where an end is missing
        wanted = "an expression" if node.is_named or node.type in {"true", "false"} else f"'{kind}'"
        return _missing_after(self.code[: self.start(node)].rstrip(), wanted)

    def _unreadable(self, node: "Node") -> Fault:
        text = self.text(node)
        shown = text.strip().splitlines()[0] if text.strip() else text
        start = self.start(node) + len(text) - len(text.lstrip())
        shown = shown if len(shown) <= LONGEST else shown[:LONGEST].rstrip()
        hint = "look for a missing ';', bracket, quote or operator near it"
        if any(each in text for each in TYPOGRAPHIC):
            hint = "write straight quotes, as &quot; in the attribute"
        return Fault(f"this is no C#: '{shown}'", hint, start, start + len(shown))


class _Reader:
    """Nodes to values."""

    def __init__(self, source: Source, parameter: str | None) -> None:
        self._source = source
        self._known: dict[int, Value] = {}
        self._parameter = parameter
        self._scopes = Scopes(source.by_type, source.text, self.value, self.whole)
        self._makers: Mapping[str, Callable[[Node], Value]] = {
            "identifier": lambda node: self._named(source.text(node), node),
            "parenthesized_expression": lambda node: self.whole(node.named_children[0]) if node.named_children else UNKNOWN,
            "postfix_unary_expression": lambda node: self.value(node.children[0]),
            "member_access_expression": self._member,
            "conditional_access_expression": self._member,
            "invocation_expression": self._called,
            "element_access_expression": lambda node: Item(self.value(node.child_by_field_name("expression"))),
            "cast_expression": lambda node: self._typed(node.child_by_field_name("type")),
            "as_expression": lambda node: self._typed(node.child_by_field_name("right")),
        }

    def value(self, node: "Node | None") -> Value:
        """The value of a node, seen as what a member is taken from."""
        if node is None:
            return UNKNOWN
        found = self._known.get(node.id)
        if found is None:
            self._known[node.id] = UNKNOWN  # while it is made, for code that refers to itself
            make = self._makers.get(node.type)
            found = self._known[node.id] = make(node) if make is not None else UNKNOWN
        return found

    def whole(self, node: "Node | None") -> Value:
        """The value of a node seen as an expression of its own: unknown when operators come before a ``?.`` in it."""
        current = node
        while current is not None and current.type in STEPS:
            field = STEPS[current.type]
            current = current.child_by_field_name(field) if field else current.children[0]
            if current is not None and current.type in LOOSE:
                return UNKNOWN
        return self.value(node)

    def _named(self, name: str, node: "Node") -> Value:
        return self._scopes.find(name, node, self._parameter)

    def members(self) -> Iterator[Member]:
        """All accesses in the code; a call is told with its method's name."""
        for node in self._source.of(*MEMBERS):
            parent = node.parent
            called = parent is not None and parent.type == "invocation_expression" and parent.children[0] == node
            found = self.value(parent if called else node)
            if isinstance(found, Member):
                yield found

    def _member(self, node: "Node") -> Value:
        conditional = node.type == "conditional_access_expression"
        receiver = node.child_by_field_name("condition" if conditional else "expression")
        while receiver is not None and receiver.type in LOOSE and receiver.named_children:
            receiver = receiver.named_children[-1]
        binding = node.named_children[-1] if conditional else node
        if binding.type == "element_binding_expression":
            return Item(self.value(receiver))
        name = binding.child_by_field_name("name")
        if receiver is None or name is None:
            return UNKNOWN
        arguments = [each for each in name.named_children if each.type == "type_argument_list"]
        simple = name.named_children[0] if arguments else name
        types = arguments[0].named_children if arguments else []
        return Member(
            receiver=self.value(receiver),
            name=self._source.text(simple),
            start=self._source.start(simple),
            end=self._source.end(simple),
            conditional=conditional,
            forced=receiver.type == "postfix_unary_expression",
            type_argument=self._source.text(types[0]) if len(types) == 1 else None,
        )

    def _called(self, node: "Node") -> Value:
        from dataclasses import replace

        function = self.value(node.child_by_field_name("function"))
        if not isinstance(function, Member):
            return UNKNOWN
        arguments = [each for each in _arguments(node) if each.named_children]
        result = self._result(arguments[0].named_children[-1]) if len(arguments) == 1 else None
        return replace(function, called=True, result=result)

    def _result(self, node: "Node") -> Value | None:
        body = node.child_by_field_name("body") if node.type == "lambda_expression" else None
        return self.whole(body) if body is not None and body.type != "block" else None

    def _typed(self, node: "Node | None") -> Value:
        return Typed(self._source.text(node).rstrip("?")) if node is not None else UNKNOWN

    def use(self, node: "Node") -> Use | None:
        """The call or creation that a node is, when it is written with a name alone."""
        creates = node.type == "object_creation_expression"
        target = node.child_by_field_name("type" if creates else "function")
        name = self._dotted(target) if target is not None else None
        if target is None or name is None:
            return None
        first = name.partition(".")[0]
        declared = not isinstance(self._named(first, target), Free)
        return Use(
            name, self._source.start(target), self._source.end(target), len(_arguments(node)),
            creates=creates, declared=declared, type_arguments=self._types(target),
        )  # fmt: skip

    def _types(self, target: "Node") -> tuple[tuple[str, int, int], ...]:
        last = target.child_by_field_name("name") or target
        lists = [each for each in last.named_children if each.type == "type_argument_list"]
        places = [each for one in lists for each in one.named_children]
        return tuple((self._source.text(each), self._source.start(each), self._source.end(each)) for each in places)

    def _dotted(self, node: "Node") -> str | None:
        if node.type == "identifier":
            return self._source.text(node)
        if node.type == "generic_name":
            return self._source.text(node.named_children[0])
        if node.type in {"member_access_expression", "qualified_name"}:
            left = node.child_by_field_name("expression") or node.child_by_field_name("qualifier")
            right = node.child_by_field_name("name")
            before = self._dotted(left) if left is not None else None
            after = self._dotted(right) if right is not None else None
            return f"{before}.{after}" if before and after else None
        return None

    def compared_with_null(self, node: "Node") -> str | None:
        """The text of the value that a node compares with null, or asks whether it has one."""
        if node.type == "binary_expression":
            left, right = node.named_children[0], node.named_children[-1]
            if right.type == "null_literal":
                return plain(self._source.text(left))
        if node.type == "is_pattern_expression":
            return plain(self._source.text(node.named_children[0]))
        return None


def _missing_after(before: str, wanted: str) -> Fault:
    """What is missing, told at the last token before its place."""
    match = LAST_TOKEN.search(before)
    start = match.start() if match is not None else 0
    return Fault(f"{wanted} is missing after '{before[start:]}'", f"write {wanted} here", start, len(before))


def _is_missing(node: "Node") -> bool:
    """Whether the grammar put the node where something is missing; an identifier holds its missing token out of sight."""
    return node.is_missing or (node.has_error and not node.is_error and not node.children)


def _within_function(node: "Node") -> bool:
    current = node.parent
    while current is not None and current.type not in CALLABLE_BODIES:
        current = current.parent
    return current is not None


def _arguments(node: "Node") -> list["Node"]:
    found = node.child_by_field_name("arguments")
    return [each for each in found.named_children if each.type == "argument"] if found is not None else []


def plain(text: str) -> str:
    """The text of a value without blanks, ``?`` and ``!``, so that ``a?.b`` and ``a.b`` are the same."""
    return "".join(text.split()).replace("?", "").replace("!", "")
