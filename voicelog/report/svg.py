"""A chart's SVG made fit for a page: small, without styles and ids of its own, scaled by the page.

What a chart says is told to a screen reader by the figure that it stands in, which has a table of the same numbers; so
the drawing itself is hidden from it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:[eE]-?\d+)?")
_TWICE = re.compile(r"M([^A-Za-z]+)L\1L")
_RGB = re.compile(r"rgb\((\d+),(\d+),(\d+)\)")
_NEEDLESS = ("clip-bounds-jfx", "buffered-rendering", "class", "display", "id", "fill-rule", "preserveAspectRatio")
_KEPT_STYLES = ("font-weight", "fill")


def compacted(text: str, name: str) -> str:
    """The SVG with only what is seen, numbers to a tenth of a pixel; ``name`` makes its ids unlike another chart's."""
    root = ET.fromstring(text)
    if "width" not in root.attrib:
        # The library draws what went wrong instead of raising it.
        raise ValueError(" ".join(root.itertext()).strip())
    width, height = (root.attrib.pop(side).removesuffix(".0") for side in ("width", "height"))
    clips = {clip.get("id", ""): f"{name}{number}" for number, clip in enumerate(root.iter(f"{_SVG}clipPath"))}
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{_SVG}style":
                parent.remove(child)
    for element in root.iter():
        _compact(element, clips)
    _prune(root)
    for element in root.iter():
        if element.tag != f"{_SVG}clipPath":
            _merge(element)
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("aria-hidden", "true")
    ET.register_namespace("", _SVG.strip("{}"))
    out = ET.tostring(root, encoding="unicode").replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return re.sub(r' xmlns:\w+="http://www.w3.org/1999/xlink"', "", out).replace("ns1:href", "href")


def _compact(element: ET.Element, clips: dict[str, str]) -> None:
    element.tail = None
    if element.tag != f"{_SVG}text":
        element.text = None
    else:
        element.text = "".join(part.strip() for part in element.itertext())
        for child in list(element):
            element.remove(child)
    clip = clips.get(element.get("id", ""))
    for attribute in _NEEDLESS:
        if not (attribute == "preserveAspectRatio" and element.tag == f"{_SVG}image"):
            element.attrib.pop(attribute, None)
    if clip is not None:
        element.set("id", clip)
    for attribute, value in list(element.attrib.items()):
        if attribute == _LINK:
            continue
        if attribute.endswith("-opacity") and value == "1.0":
            del element.attrib[attribute]
        elif attribute == "clip-path":
            element.set(attribute, f"url(#{clips[value[5:-1]]})")
        elif attribute == "transform" and value.startswith("rotate(0.0 "):
            del element.attrib[attribute]
        elif attribute == "style":
            _keep_styles(element, value)
        else:
            element.set(attribute, _short(value))
    if element.get("stroke-width") == "0":
        for attribute in ("stroke", "stroke-width"):
            element.attrib.pop(attribute, None)


def _keep_styles(element: ET.Element, style: str) -> None:
    pairs = (pair.split(":") for pair in style.split(";") if pair)
    styles = {key: value for key, value in pairs if key in _KEPT_STYLES and value != "normal"}
    del element.attrib["style"]
    if styles:
        element.set("style", ";".join(f"{key}:{value}" for key, value in styles.items()))


def _short(value: str) -> str:
    value = _RGB.sub(lambda match: "#" + "".join(f"{int(part):02x}" for part in match.groups()), value)
    value = _NUMBER.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0").replace("-0.0", "0"), value)
    return value.replace(" )", ")").strip()


def _prune(parent: ET.Element) -> None:
    """Take out groups that hold nothing, and put what is in a group without attributes in its place."""
    children: list[ET.Element] = []
    for child in list(parent):
        _prune(child)
        plain = child.tag in (f"{_SVG}g", f"{_SVG}defs")
        if plain and not len(child):
            continue
        moved = child.attrib == {"transform": "translate(0 0)"}
        children += list(child) if child.tag == f"{_SVG}g" and (not child.attrib or moved) else [child]
    parent[:] = children


def _merge(parent: ET.Element) -> None:
    """Make one path of neighbours that look the same: a hundred bars are four paths."""
    children: list[ET.Element] = []
    for child in parent:
        path = _as_path(child)
        if path is None:
            children.append(child)
            continue
        look = {name: value for name, value in path.attrib.items() if name != "d"}
        last = children[-1] if children else None
        if last is not None and last.tag == path.tag and look == {n: v for n, v in last.attrib.items() if n != "d"}:
            last.set("d", f"{last.get('d')}{path.get('d')}")
        elif path.get("d"):
            children.append(path)
    parent[:] = children


def _as_path(element: ET.Element) -> ET.Element | None:
    """A path, line, rectangle or dot as a path; None for anything else."""
    if len(element) or element.get("transform"):
        return None
    look = dict(element.attrib)
    match element.tag.removeprefix(_SVG):
        case "path":
            look["d"] = _TWICE.sub(r"M\1L", re.sub(r" ?([MLZ]) ?", r"\1", look.get("d", "")))
        case "line":
            x1, y1, x2, y2 = (look.pop(name, "0") for name in ("x1", "y1", "x2", "y2"))
            look["d"] = f"M{x1} {y1}L{x2} {y2}"
        case "rect":
            x, y, width, height = (look.pop(name, "0") for name in ("x", "y", "width", "height"))
            look["d"] = f"M{x} {y}h{width}v{height}h-{width}z"
        case "circle" if look.get("stroke-opacity") == "0":
            # A point drawn with a round pen as wide as the dot.
            x, y, radius = (look.pop(name, "0") for name in ("cx", "cy", "r"))
            look = {"stroke": look.get("fill", "#000"), "stroke-width": f"{2 * float(radius):g}"}
            look |= {"stroke-linecap": "round", "d": f"M{x} {y}h0"}
        case _:
            return None
    return ET.Element(f"{_SVG}path", look)
