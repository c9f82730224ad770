"""The sentences of a Markdown page, without what is not prose."""

from __future__ import annotations

import re

CODE = "\ufffc"
"""Stands where inline code or an address was, so that what surrounds it can still be judged."""

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_FENCE = re.compile(
    r"^(?P<indent>[ >\t]*)(?P<fence>`{3,}|~{3,})[^\n]*\n"
    r"(?:.*?\n)??[ >\t]*(?P=fence)[`~]*[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SNIPPET = re.compile(r"^[ \t]*-+8<-+.*$", re.MULTILINE)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ADDRESS = re.compile(r"<?\bhttps?://[^\s>)\]]+>?")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_ATTRIBUTES = re.compile(r"\{[#:.][^{}\n]*\}")
_ADMONITION = re.compile(r'^([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+[^"\n]*(?:"(.*)")?[ \t]*$', re.MULTILINE)
_TAB = re.compile(r'^([ \t]*)===[!+]?[ \t]+"(.*)"[ \t]*$', re.MULTILINE)
_HEADING = re.compile(r"^([ \t]*)#{1,6}[ \t]+", re.MULTILINE)
_LINK = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^()\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])"
)
_TABLE_RULE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{2,}:?[ \t]*\|?)+[ \t]*$", re.MULTILINE)


def prose(markdown: str, *, link_texts: bool = True) -> str:
    """The prose of a page, line for line: line *n* of the result comes from line *n* of the page.

    Front matter, fenced code, HTML, the targets of links, attribute lists and Markdown's block
    markers are gone; inline code and bare addresses become ``CODE``. Emphasis, list numbers and
    table bars stay. ``link_texts=False`` drops the texts of links, too.
    """
    text = markdown.replace("\r\n", "\n")
    for block in (_FRONT_MATTER, _FENCE, _COMMENT):
        text = block.sub(_only_newlines, text)
    text = _SNIPPET.sub("", text)
    text = _INLINE_CODE.sub(lambda code: CODE + "\n" * code[0].count("\n"), text)
    text = _LINK.sub(r"\1" if link_texts else "", text)
    text = _ADDRESS.sub(CODE, text)
    text = _TAG.sub("", text)
    text = _ATTRIBUTES.sub("", text)
    for titled in (_ADMONITION, _TAB):
        text = titled.sub(lambda line: line[1] + (line[2] or ""), text)
    text = _TABLE_RULE.sub("", text)
    text = _HEADING.sub(r"\1", text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _only_newlines(block: re.Match[str]) -> str:
    return "\n" * block[0].count("\n")
