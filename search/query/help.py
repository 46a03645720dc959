"""The table of the query language: docs/QUERY.md and the help on the page are made from it, and a test runs each row.

A row's examples are articles written for it: one that the query finds, one that it does not.
"""

from __future__ import annotations

from typing import NamedTuple

from kiosque.corpus.french import NARROW, typeset


class Row(NamedTuple):
    """One thing that can be typed: what it means in French and in English, an article that it finds and one that not.

    `finds` and `misses` are texts; where they begin with "title|", "source|", "author|", "section|" or "date|", the
    rest is that field of the article.
    """

    typed: str
    french: str
    english: str
    finds: str
    misses: str


class Group(NamedTuple):
    """Some rows under one heading."""

    french: str
    english: str
    rows: tuple[Row, ...]

    def typeset(self) -> Group:
        """The same with the blanks of French typography in what the rows mean, not in what is typed."""
        rows = (row._replace(french=typeset(row.french), english=typeset(row.english)) for row in self.rows)
        return self._replace(rows=tuple(rows))


WORDS = (
    Row("aide militaire", "les deux mots, où qu’ils soient", "both words, anywhere",
        "Une aide seulement militaire.", "Une aide civile."),
    Row("manifestation", "le mot sous toutes ses formes", "the word in all its forms",
        "Trois manifestations.", "Un manifestant."),
    Row("elysee", "les accents et les majuscules sont libres", "accents and capitals are free",
        "À l’Élysée ce soir.", "À Matignon ce soir."),
    Row("ONU", "un sigle, avec ou sans points", "an acronym, with or without dots",
        "L’O.N.U. hésite.", "L’OMS hésite."),
    Row("etats unis", "avec ou sans trait d’union", "with or without a hyphen", "Aux États‑Unis.", "Un état civil."),
    Row("covid19", "en un mot ou en deux", "in one word or in two", "Le COVID-19 recule.", "Le covid recule."),
    Row("10000", "un nombre, avec ou sans espaces", "a number, with or without spaces",
        f"Près de 10{NARROW}000 gens.", "Près de 1000 gens."),
)  # fmt: skip

EXACTLY = (
    Row('"aide militaire"', "la phrase ; « aide militaire » aussi",
        "the phrase; « aide militaire » too",
        "Une aide militaire.", "Une aide non militaire."),
    Row('"aide ukraine"~3', "dans cet ordre, trois autres mots au plus entre deux",
        "in this order, at most three other words between two",
        "Une aide rapide pour l’Ukraine.", "L’Ukraine attend une aide."),
    Row("=Élysée", "le mot ainsi écrit : accents, et majuscules s’il en a",
        "the word so written: accents, and capitals where it has some", "À l’Élysée.", "Un bal à l’Elysée."),
    Row('="Le Monde"', "la phrase ainsi écrite", "the phrase so written",
        "Selon Le Monde hier.", "Dans le monde entier."),
)  # fmt: skip

NEARLY = (
    Row("manif*", "ce qui commence ainsi", "what begins so", "La manif et les manifestants.", "Un festival."),
    Row("*phobie", "ce qui finit ainsi", "what ends so", "Une agoraphobie tenace.", "Un agora phobique."),
    Row("m?r", "une lettre, n’importe laquelle", "one letter, whichever", "Un mur.", "Un marin."),
    Row("zelinsky~1", "une faute de frappe pardonnée, ou deux : ~2", "forgives one typing error; ~2 forgives two",
        "Zelensky répond.", "Zelenska répond."),
)  # fmt: skip

OPERATORS = (
    Row("grève OU blocage", "l’un des deux (OR)", "either (OR)", "Un blocage.", "Un accord."),
    Row("grève ET sénat", "les deux, comme sans ET (AND)", "both, as without ET (AND)",
        "Grève au Sénat.", "Grève au port."),
    Row("grève SAUF sncf", "sans ce mot (NON, NOT)", "without the word (NON, NOT)",
        "Grève au port.", "Grève à la SNCF."),
    Row("grève -sncf", "sans ce mot", "without the word", "Grève au port.", "Grève à la SNCF."),
    Row("LE NON L’EMPORTE", "tout en capitales, comme un titre : des mots, sans opérateur",
        "all in capitals, as a headline: words, no operator", "Le non l’emporte.", "Il l’emporte."),
    Row("(grève OU blocage) raffinerie", "les parenthèses groupent", "parentheses group",
        "Blocage d’une raffinerie.", "Blocage d’un port."),
)  # fmt: skip

FIELDS = (
    Row("titre:climat", "dans le titre (title:)", "in the title (title:)",
        "title|Le climat change", "Le climat change."),
    Row("texte:climat", "dans le texte (text:, body:)", "in the text (text:, body:)",
        "Le climat change.", "title|Le climat change"),
    Row("titre:(climat OU énergie)", "un champ vaut pour tout le groupe", "a field holds for the whole group",
        "title|L’énergie du vent", "title|Le vent"),
    Row('source:"Le Monde"', "d’une source, par son nom ou une partie", "from a source, by its name or a part of it",
        "source|Le Monde", "source|AFP"),
    Row("auteur:durand", "d’un auteur (author:)", "by an author (author:)", "author|Anne Durand", "author|Luc Petit"),
    Row("rubrique:économie", "d’une rubrique (section:)", "in a section (section:)",
        "section|Économie", "section|Sports"),
)  # fmt: skip

DATES = (
    Row("date:2022", "d’une année, d’un mois (2022-01) ou d’un jour (2022-01-19)",
        "of a year, a month (2022-01) or a day (2022-01-19)", "date|2022-01-19", "date|2021-12-31"),
    Row("date:19/01/2022", "d’un jour", "of a day", "date|2022-01-19", "date|2022-01-20"),
    Row('date:"19 janvier 2022"', "d’un jour", "of a day", "date|2022-01-19", "date|2022-01-20"),
    Row("date:2022-01..2022-03", "de janvier à mars compris ; une borne peut manquer",
        "January to March, both included; either end may be missing", "date|2022-03-31", "date|2022-04"),
    Row("date:>=2022-02", "à partir de (aussi >, <, <=)", "from (also >, <, <=)", "date|2022-02-01", "date|2022-01-31"),
    Row("date:aucune", "sans date (date:none)", "without a date (date:none)", "Sans date.", "date|2022"),
)  # fmt: skip

GROUPS = tuple(group.typeset() for group in (
    Group("Des mots", "Words", WORDS),
    Group("Exactement", "Exactly", EXACTLY),
    Group("À peu près", "Nearly", NEARLY),
    Group("L’un, l’autre ou aucun", "Operators", OPERATORS),
    Group("Dans un champ", "Fields", FIELDS),
    Group("À une date", "Dates", DATES),
))  # fmt: skip


def markdown(group: Group) -> str:
    """A group as a table for docs/QUERY.md."""
    rows = [f"| `{row.typed}` | {row.english} | {_shown(row.finds)} | {_shown(row.misses)} |" for row in group.rows]
    return "\n".join(["| typed | asks for | finds | does not find |", "|---|---|---|---|", *rows])


def _shown(example: str) -> str:
    field, bar, text = example.partition("|")
    return f"{field}: *{text}*" if bar else f"*{example}*"
