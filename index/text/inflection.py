"""Regular French inflection: the forms of verbs in -er, plurals, feminines. What is irregular is in a lexicon."""

from __future__ import annotations

import re
from typing import NamedTuple

PRESENT = ("e", "es")
FUTURE = ("ai", "as", "a", "ons", "ez", "ont", "ais", "ait", "ions", "iez", "aient")
HARD_ENDINGS = ("ons", "ais", "ait", "aient", "ant")
"""Endings in a and o, before which manger and lancer change their last letter."""
SOFT_ENDINGS = ("ez", "ions", "iez", "èrent")
PAST = ("a", "ai", "ât")
PARTICIPLE = ("é", "ée", "és", "ées")


class Conjugation(NamedTuple):
    """The forms of a verb in -er: `rare` ones hardly occur in the press, and look like names ("gaza", "limoges")."""

    common: frozenset[str]
    participles: frozenset[str]
    rare: frozenset[str]


def conjugation(infinitive: str) -> Conjugation:
    """The forms of a regular verb in -er."""
    root = infinitive[:-2]
    mute = _before_mute_e(root)
    hard = root + "e" if root.endswith("g") else root[:-1] + "ç" if root.endswith("c") else root
    common = {infinitive, *(stem + "e" for stem in mute), *(stem + "ent" for stem in mute)}
    common |= {f"{stem}er{ending}" for stem in (*mute, root) for ending in FUTURE}
    common |= {hard + ending for ending in HARD_ENDINGS} | {root + ending for ending in SOFT_ENDINGS}
    rare = {hard + ending for ending in PAST} | {stem + "es" for stem in mute}
    return Conjugation(frozenset(common), frozenset(root + ending for ending in PARTICIPLE), frozenset(rare))


RARE_VERBS_ENDINGS = ("e", "ent", "ait", "aient", "ant", "era", "eront", "erait")


def short_conjugation(infinitive: str) -> Conjugation:
    """Of a verb that is rare itself, the forms that the press may write."""
    forms = conjugation(infinitive)
    common = {form for form in forms.common if form == infinitive or form.endswith(RARE_VERBS_ENDINGS)}
    return Conjugation(frozenset(common), forms.participles, frozenset())


def _before_mute_e(root: str) -> tuple[str, ...]:
    """The stems before a mute e: "pès" of peser, "jett" and "jèt" of jeter, "cèd" of céder, "essai" and "essay"."""
    if re.search(r"[aeou]y$", root):
        return (root[:-1] + "i", root) if root.endswith(("ay", "ey")) else (root[:-1] + "i",)
    if open_e := re.search(r"e([bcdfgklmnprstvz])$", root):
        grave = root[: open_e.start()] + "è" + open_e[1]
        return (grave, root + open_e[1]) if open_e[1] in "lt" else (grave,)
    if acute := re.search(r"é([bcdfghjklmnpqrstvwxyz]+|[gq]u)$", root):
        return (root[: acute.start()] + "è" + acute[1],)
    return (root,)


def plurals(noun: str) -> tuple[str, ...]:
    """The regular plurals of a noun or adjective; both of -al and -eau, since a lexicon names only one."""
    if noun.endswith(("s", "x", "z")):
        return ()
    if noun.endswith("al"):
        return (noun[:-1] + "ux", noun + "s")
    return (noun + "x", noun + "s") if noun.endswith(("eau", "au", "eu")) else (noun + "s",)


def feminines(adjective: str) -> tuple[str, ...]:
    """The regular feminines of an adjective, one or two."""
    if adjective.endswith("e"):
        return ()
    for ending, feminine in (("eux", "euse"), ("er", "ère"), ("f", "ve"), ("as", "asse"), ("os", "osse")):
        if adjective.endswith(ending):
            return (adjective.removesuffix(ending) + feminine,)
    if adjective.endswith("et"):
        return (adjective + "te", adjective[:-2] + "ète")
    if adjective.endswith(("el", "eil", "en", "on", "ul")):
        return (adjective + adjective[-1] + "e", adjective + "e")
    return (adjective + "e",)


def agents(noun: str) -> tuple[str, ...]:
    """What may be the feminine of a noun for people: a lexicon decides ("actrice", "chanteuse", "gardienne")."""
    if noun.endswith("teur"):
        return (noun[:-4] + "trice", noun[:-1] + "se")
    if noun.endswith("eur"):
        return (noun[:-1] + "se", noun + "e")
    if noun.endswith(("ien", "éen", "on")):
        return (noun + "ne",)
    return (noun[:-2] + "ère",) if noun.endswith("er") else ()
