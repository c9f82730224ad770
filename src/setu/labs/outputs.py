"""What a cell printed, without what changes from run to run."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from setu.chapters.normalise import folded_frames, normalise, owner_of_frame, spellings

Output = dict[str, Any]

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(r"^File (?P<file><[^>]+>|.+?):\d+(?:, in (?P<name>.*))?$", re.MULTILINE)


def normalise_outputs(
    outputs: Iterable[Output], own: Sequence[Path], revisions: Collection[str] = ()
) -> list[Output]:
    """The outputs as they are stored: streams in one piece, texts normalised, frames folded.

    ``own`` and ``revisions`` as for ``setu.chapters.normalise.normalise``.
    """
    stored: list[Output] = []
    streams: dict[str, Output] = {}
    for output in outputs:
        match output["output_type"]:
            case "stream":
                name = output["name"]
                if name not in streams:
                    streams[name] = {"name": name, "output_type": "stream", "text": ""}
                    stored.append(streams[name])
                streams[name]["text"] += "".join(output["text"])
            case "error":
                trace = normalise(fold_frames("\n".join(output["traceback"]), own), own, revisions)
                evalue = normalise(output["evalue"], own, revisions).removesuffix("\n")
                stored.append({**output, "evalue": evalue, "traceback": trace.splitlines()})
            case _:
                data = {
                    kind: normalise("".join(text), own, revisions)
                    .removesuffix("\n")
                    .splitlines(keepends=True)
                    for kind, text in output["data"].items()
                }
                stored.append({**output, "data": data, "metadata": {}})
    for stream in streams.values():
        stream["text"] = normalise(stream["text"], own, revisions).splitlines(keepends=True)
    return stored


def fold_frames(trace: str, own: Sequence[Path]) -> str:
    """IPython's traceback with the learner's frames; runs of other people's become one line."""
    folders = [spelling for folder in own for spelling in spellings(folder)]
    kept: list[str] = []
    owners: list[str] = []
    text = _COLOUR.sub("", trace).replace("File ~", f"File {Path.home()}")
    # One paragraph a frame; the first one stands right under the traceback's heading.
    for paragraph in re.split(r"\n{2,}|\n(?=File |Cell In\[)", text):
        frame = _FRAME.match(paragraph)
        owner = owner_of_frame(frame["file"], frame["name"] or "", folders) if frame else None
        if owner:
            owners.append(owner)
            continue
        if owners:
            kept.append(folded_frames(owners).strip())
            owners = []
        kept.append(paragraph)
    return "\n\n".join(kept)
