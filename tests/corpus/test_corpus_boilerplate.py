from __future__ import annotations

import pytest

from kiosque.corpus.clean.boilerplate import is_boilerplate

LINES = """
Laisser un commentaire
Laisser un commentaire Annuler la réponse
Commenter cet article
Commentez l’article
Leave a Reply
LEAVE A COMMENT
Your email address will not be published. Required fields are marked *
Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *
This site uses Akismet to reduce spam. Learn how your comment data is processed.
Ce site utilise Akismet pour réduire les indésirables. En savoir plus sur comment les données de vos commentaires \
sont utilisées.
Facebook
Twitter
LinkedIn
Pinterest
WhatsApp
Facebook / Twitter / LinkedIn
Facebook|X|WhatsApp
Partager sur Facebook
Partager sur WhatsApp (ouvre dans une nouvelle fenêtre)
Partager cet article sur les réseaux sociaux
Partager :
Lire aussi
Lire aussi  Le bac ferme à son tour
Lire aussi : le bac ferme à son tour.
À lire aussi : « Le bac », récit
A lire aussi Le bac ferme
→ Lire également : le bac
Lire aussi notre dossier sur les ponts.
Recent News
Editor's Pick
Editors’ Picks
Appuyez sur play pour écouter cet article
Temps de lecture : 4 min
Vidéo suivante
Vidéo suivante dans 5 secondes
ALERTE INFO
abc/de/fgh
burs-abc/de/fg
Cet article est réservé aux abonnés.
""".strip().split("\n")

SENTENCES = """
Facebook a supprimé trois comptes.
Sur Facebook
Il l’a écrit sur Facebook, Twitter et WhatsApp
Twitter, un réseau qui change de nom
X
Laisser un commentaire sous un article est un droit, dit-il.
Partager sur Facebook est devenu un réflexe.
Partager les richesses
Lire aussi souvent que possible reste un plaisir.
À lire aussi, le dernier roman de la romancière.
Lire aussi Proust le soir est un bonheur.
Leave a reply, dit le répondeur anglais.
Les nouvelles récentes
Appuyez sur le bouton rouge
Publicité mensongère : le garage condamné
Les commentaires
Commenter cet article de loi
La vidéo suivante
Alerte info trafic
km/h
et/ou
AB/CD/EF
abc/de/fgh ?
""".strip().split("\n")


@pytest.mark.parametrize("line", LINES)
def test_boilerplate_lines_are_recognized(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences_are_not_boilerplate(line: str) -> None:
    assert not is_boilerplate(line)


@pytest.mark.parametrize("space", [" ", "  ", "\u00a0", "\u202f", "\t"])
def test_boilerplate_matches_with_any_space_and_apostrophe(space: str) -> None:
    assert is_boilerplate(f"Lire{space}aussi{space}:{space}le bac")
    assert all(is_boilerplate(f"Editor{sign}s{space}Pick") for sign in "'’ʼ＇‘")


def test_a_paragraph_is_never_boilerplate() -> None:
    assert not is_boilerplate("Lire aussi : " + "le bac " * 60)
