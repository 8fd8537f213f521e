"""Every setting of a connection as one looks at it: value, origin, the values it beats, and the words of the package."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from idmxml.settings.connections import ConnectionSettings, SettingView
from idmxml.settings.judging import SectionJudge
from idmxml.settings.keys import Key, fold, spell
from idmxml.settings.layers import RepositorySettings, Source
from idmxml.settings.literals import is_open_credential
from idmxml.settings.pages import Shape
from idmxml.settings.problems import Fault
from idmxml.settings.redaction import Redactor
from idmxml.settings.resolve import Given
from idmxml.settings.secret import MASK, Secret
from idmxml.settings.view import View

SOURCES = {
    Source.APPLICATION: "application",
    Source.ENCRYPTED: "encrypted",
    Source.AGENT: "agent",
    Source.ENCRYPTED_AGENT: "encrypted",
    Source.KEY_VAULT: "key-vault",
    Source.CYBERARK: "cyberark",
    Source.CONNECTION: "connection",
    Source.VARIABLES: "environment-variable",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands: the layer, with file, line and column when it is a file, else the name of the entry.

    ``source`` is one of the values of ``SOURCES``. ``text`` is the value as it may be shown.
    """

    layer: str
    source: str
    text: str
    path: str | None = None
    line: int | None = None
    column: int | None = None
    entry: str | None = None

    @property
    def place(self) -> str:
        """The origin as people read it."""
        if self.path:
            return f"{self.path}:{self.line}"
        return f"environment variable {self.entry}" if self.source == "environment-variable" else f"{self.layer}, {self.entry}"


@dataclass(frozen=True, slots=True)
class Detail:
    """One setting. ``status`` is given, default, missing or unset.

    ``text`` is its value as it may be shown, None without one. ``is_readable`` is False when the value lies encrypted or in
    a vault. ``is_clear`` tells that a secret stands in clear text. ``origin`` is where the value that counts stands, and
    ``beaten`` are the values it wins over, the strongest first. ``fingerprint`` tells equal values from different ones and
    shows nothing. ``elsewhere`` names layers of other environments that give the setting while none of this one does.
    """

    name: str
    status: str
    text: str | None = None
    is_secret: bool = False
    is_readable: bool = True
    is_clear: bool = False
    origin: Origin | None = None
    beaten: tuple[Origin, ...] = ()
    default: str | None = None
    description: str = ""
    is_known: bool = True
    elsewhere: tuple[str, ...] = ()
    fingerprint: object = field(default=None, repr=False)


def details(section: ConnectionSettings, redactor: Redactor) -> tuple[Detail, ...]:
    """Every documented setting in the order of the page, below each what is given; then what is given and not documented."""
    absent = _absent(section)
    views = list(section.views())
    page = section.page
    order = {folded: place for place, folded in enumerate(page.root.children)} if page else {}
    depth = len(section.key)
    views.sort(key=lambda view: order.get(view.key[depth], len(order)))
    found = [_detail(view, section, redactor, absent) for view in views]
    known = {view.key for view in views}
    missing = ((key, shape) for key, shape in absent.items() if key not in known)
    return (*found, *(_missing(key, shape, section, redactor) for key, shape in missing))


def _absent(section: ConnectionSettings) -> dict[Key, Shape | None]:
    """The settings that are required and not there, by key."""
    if section.page is None:
        return {}
    judge = SectionJudge(section, View(section.settings))
    found: dict[Key, Shape | None] = {}
    for problem in judge.problems():
        if problem.fault is Fault.MISSING:
            key = (*problem.key[:-1], fold(problem.key[-1]))
            found[key] = section.shape_of(key[len(section.key) :])
    if not section.is_given and section.page.section == "required":
        names = section.page.root.schema.get("required", ())
        found.update({(*section.key, fold(name)): section.page.root.below(name) for name in names})
    return found


def _missing(key: Key, shape: Shape | None, section: ConnectionSettings, redactor: Redactor) -> Detail:
    setting = section.settings.resolved.get(key[:-1])
    path = setting.winner.path[len(section.key) :] if setting else key[len(section.key) : -1]
    name = shape.dotted.rpartition(".")[2] if shape else key[-1]
    return Detail(redactor.redact(spell((*path, name))), "missing", description=_told(shape))


def _detail(view: SettingView, section: ConnectionSettings, redactor: Redactor, absent: dict[Key, Shape | None]) -> Detail:
    told = _told(view.shape)
    is_secret = view.shape is not None and view.shape.is_secret
    if view.setting is None:
        status = "missing" if view.key in absent else "default" if view.default is not None else "unset"
        return Detail(
            view.name,
            status,
            view.default,
            is_secret,
            default=view.default,
            description=told,
            elsewhere=_elsewhere(section.settings, view.key),
            fingerprint=view.default,
        )
    winner = view.setting.winner
    path = winner.path[len(section.key) :]
    is_known = view.shape is not None
    return Detail(
        spell(path) if is_known else redactor.redact(spell(path)),
        "given",
        _shown(winner, redactor),
        is_secret or winner.is_secret,
        is_readable=winner.is_known,
        is_clear=_is_clear(winner, view.shape),
        origin=origin_of(winner, redactor),
        beaten=tuple(origin_of(each, redactor) for each in view.setting.beaten),
        default=section.default(view.shape.dotted, view.shape) if view.shape else None,
        description=told,
        is_known=is_known,
        fingerprint=winner.text if winner.is_known else None,
    )


def _told(shape: Shape | None) -> str:
    return str(shape.schema.get("description", "")) if shape else ""


def _elsewhere(settings: RepositorySettings, key: Key) -> tuple[str, ...]:
    setting = settings.elsewhere.get(key)
    return tuple(dict.fromkeys(each.layer.name for each in setting.all)) if setting else ()


def _shown(given: Given, redactor: Redactor) -> str:
    return MASK if isinstance(given.text, Secret) else redactor.redact(given.text)


def _is_clear(given: Given, shape: Shape | None) -> bool:
    """Whether a credential stands in a file that everyone reads."""
    kind = shape.schema.get("x-idmxml-credential") if shape else None
    is_only_listed = shape is not None and kind is None and not shape.pointer.endswith("/additionalProperties")
    return given.layer.source.is_plain_file and not is_only_listed and is_open_credential(given, kind)


def origin_of(given: Given, redactor: Redactor) -> Origin:
    """Where a value stands; names of vault entries and variables as they are written there."""
    layer = given.layer
    text = _shown(given, redactor)
    if layer.path:
        return Origin(layer.name, SOURCES[layer.source], text, layer.path, given.span.line, given.span.column)
    joint = "--" if layer.source is Source.KEY_VAULT else "__"
    return Origin(layer.name, SOURCES[layer.source], text, entry=redactor.redact(joint.join(given.path)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One setting in several environments, in their order; None where it is not given and has no default.

    ``state`` is same, different, missing (in some of them) or unknown, when what nobody here can read may differ.
    """

    name: str
    state: str
    values: tuple[Detail | None, ...]

    @property
    def is_clear(self) -> bool:
        """Whether a secret stands in clear text in one of them."""
        return any(each is not None and each.is_clear for each in self.values)


def compare(sides: Sequence[tuple[Detail, ...]]) -> tuple[Comparison, ...]:
    """The settings of several environments side by side, those nobody gives left out."""
    return tuple(_comparisons(sides))


def _comparisons(sides: Sequence[tuple[Detail, ...]]) -> Iterator[Comparison]:
    by_name = [{each.name.casefold(): each for each in side if each.status != "unset"} for side in sides]
    names = dict.fromkeys(name for side in by_name for name in side)
    for name in names:
        values = tuple(side.get(name) for side in by_name)
        if any(each is not None and each.status != "default" for each in values):
            shown = next(each.name for each in values if each is not None)
            yield Comparison(shown, _state(values), values)


def _state(values: Sequence[Detail | None]) -> str:
    if any(each is None or each.status == "missing" for each in values):
        return "missing"
    given = [each for each in values if each is not None]
    origins = {each.origin for each in given}
    if len(origins) == 1 and None not in origins:
        return "same"
    if any(not each.is_readable for each in given):
        return "unknown"
    return "same" if len({each.fingerprint for each in given}) == 1 else "different"
