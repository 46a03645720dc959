"""What may hold an article and is not read, each with the way out; by first bytes, by members, by streams. No I/O."""

from __future__ import annotations

from collections.abc import Container

from kiosque.corpus.refusal import LOCKED

_IMAGE = "image : la passer à un logiciel d’OCR, et donner son PDF, son ALTO ou son texte"
_SOUND = "son ou vidéo : en donner la transcription (.srt, .vtt ou .txt)"
_SLIDES = "présentation : l’enregistrer en PDF"
_TO_DOCX = "l’ouvrir dans LibreOffice et l’enregistrer en .docx"

_FIRST_BYTES = (  # place, bytes
    (0, b"Rar!", "archive RAR : la décompresser"),
    (0, b"7z\xbc\xaf", "archive 7z : la décompresser"),
    (0, b"SQLite format 3", "base SQLite : en exporter les articles en CSV ou en JSON"),
    (0, b"PAR1", "fichier Parquet : en exporter les articles en CSV ou en JSON"),
    (4, b"Standard Jet DB", "base Access : en exporter les articles en CSV"),
    (4, b"Standard ACE DB", "base Access : en exporter les articles en CSV"),
    (0, b"!BDN", "boîte d’Outlook (.pst) : en exporter les messages en .msg, en .eml ou en .mbox"),
    (60, b"BOOKMOBI", "livre Kindle ou Mobipocket : le convertir en EPUB"),
    (60, b"TEXtREAd", "livre Palm : le convertir en EPUB"),
    (0, b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5", "document InDesign : l’exporter en PDF ou ses articles en .rtf"),
    (2, b"MMXPR", "document QuarkXPress : l’exporter en PDF ou ses articles en .rtf"),
    (2, b"IIXPR", "document QuarkXPress : l’exporter en PDF ou ses articles en .rtf"),
    (0, b"\xffWPC", f"document WordPerfect : {_TO_DOCX}"),
    (0, b"\xdb\xa5-\0", f"document de Word 2 : {_TO_DOCX}"),
    (0, b"AT&TFORM", "page numérisée en DjVu : en extraire le texte (djvutxt), ou la convertir en PDF avec son texte"),
    (0, b"%!PS", "PostScript : le convertir en PDF"),
    (0, b"ITSF", "aide de Windows (.chm) : en extraire les pages HTML"),
    (0, b"-----BEGIN PGP MESSAGE", "message chiffré : le déchiffrer"),
    (0, b"II*\0", _IMAGE),
    (0, b"MM\0*", _IMAGE),
    (0, b"\xff\xd8\xff", _IMAGE),
    (0, b"\x89PNG", _IMAGE),
    (0, b"GIF8", _IMAGE),
    (8, b"WEBP", _IMAGE),
    (4, b"jP  ", _IMAGE),
    (4, b"ftypheic", _IMAGE),
    (4, b"ftypavif", _IMAGE),
    (4, b"ftyp", _SOUND),
    (8, b"WAVE", _SOUND),
    (0, b"ID3\2", _SOUND),
    (0, b"ID3\3", _SOUND),
    (0, b"ID3\4", _SOUND),
    (0, b"OggS", _SOUND),
    (0, b"fLaC", _SOUND),
    (0, b"\x1a\x45\xdf\xa3", _SOUND),
)
_MEMBERS = (  # of zips
    ("Index/Document.iwa", "document d’Apple (Pages, Numbers, Keynote) : l’exporter en .docx, en .xlsx ou en PDF"),
    ("index.apxl", "présentation Keynote : l’exporter en PDF"),
    ("index.xml.gz", "document Pages : l’exporter en .docx"),
    ("ppt/presentation.xml", _SLIDES),
    ("designmap.xml", "document InDesign : l’exporter en PDF ou ses articles en .rtf"),
    ("visio/document.xml", "dessin Visio : l’enregistrer en PDF"),
)
_STREAMS = (  # of compound files
    ("EncryptedPackage", LOCKED),
    ("PowerPoint Document", _SLIDES),
    ("Catalog", "vignettes de Windows (Thumbs.db) : aucun article, le supprimer"),
    ("VisioDocument", "dessin Visio : l’enregistrer en PDF"),
    ("Quill", "document Publisher : l’enregistrer en PDF"),
    ("MatOST", f"document Works : {_TO_DOCX}"),
)


def why_unread(head: bytes) -> str | None:
    """The repair for a file of a format that is known and not read; None for any other."""
    return next((reason for place, magic, reason in _FIRST_BYTES if head.startswith(magic, place)), None)


def why_zip_unread(names: Container[str]) -> str | None:
    """The repair for a document that is a zip of these members and is not read; None for any other."""
    return next((reason for name, reason in _MEMBERS if name in names), None)


def why_compound_unread(streams: Container[str]) -> str | None:
    """The repair for a compound file of these streams that is not read; None for any other."""
    return next((reason for name, reason in _STREAMS if name in streams), None)
