"""The system's error messages in French: its own depend on the locale."""

from __future__ import annotations

import errno
from typing import Final

CAUSES: Final = {
    errno.EACCES: "droits insuffisants",
    errno.EPERM: "droits insuffisants",
    errno.EADDRNOTAVAIL: "cette machine n’a pas cette adresse",
    errno.EDQUOT: "quota du disque dépassé, libérez de la place",
    errno.EIO: "erreur du disque",
    errno.EISDIR: "c’est un dossier",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.ENFILE: "trop de fichiers ouverts",
    errno.ENAMETOOLONG: "nom trop long",
    errno.ENOENT: "introuvable",
    errno.ENOSPC: "plus de place sur le disque, libérez-en",
    errno.ENOTDIR: "ce n’est pas un dossier",
    errno.EROFS: "disque en lecture seule",
}


def cause_of(error: OSError) -> str:
    """Why, in French where we know it, else in the words of the system."""
    return CAUSES.get(error.errno or 0) or error.strerror or str(error)
