"""What a scan says of a file, as pages say it: what to do next is done here, not at a command line.

Readers of files write one sentence for everybody, with the option that a command takes or the setting
that forbids it. On a page the same is a question beside the upload, a field of it, or a word to who runs
the server.
"""

from __future__ import annotations

#: What the sentence says for a command → what it says on a page.
_HERE = (
    ("name its format, or export it as one that is read here", "choose one of “Format”"),
    ("set PENUMBRA_NETWORK_LOGS to none, device or person", "who runs the server may allow it"),
    (
        "check that PENUMBRA_SEALING_KEY is the one it was written with",
        "who runs the server checks the sealing key",
    ),
    ("scan it again", "upload it again"),
    ("scan the file again", "upload the file again"),
)


def said_here(sentence: str) -> str:
    """The sentence without anything that only a command line has."""
    for at_a_command, here in _HERE:
        sentence = sentence.replace(at_a_command, here)
    return sentence
