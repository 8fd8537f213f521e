"""XML documents as text."""

from xml.etree.ElementTree import Element, indent, tostring

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def document(root: Element) -> str:
    """The document with this root, indented, with an XML declaration. Texts must have been made safe to show."""
    indent(root)
    return DECLARATION + tostring(root, encoding="unicode") + "\n"
