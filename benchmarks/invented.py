"""Articles for machines that have no real corpus: French of a kind, from word lists of our own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from benchmarks.article import BenchArticle

NOUNS = (
    "gouvernement ministre président maire député syndicat hôpital école enquête tribunal procès élection campagne "
    "budget réforme retraite grève manifestation entreprise usine emploi salaire prix énergie climat sécheresse "
    "incendie tempête région ville quartier village population voyageur train avion aéroport frontière armée accord "
    "négociation sommet conseil commission rapport étude chercheur médecin patient vaccin épidémie match équipe "
    "joueur entraîneur victoire défaite finale tournoi film festival musée exposition livre auteur chanson concert "
    "police gendarme suspect victime accident route chantier logement loyer agriculteur récolte marché banque crise"
).split()
VERBS = (
    "annonce confirme dénonce refuse propose soutient critique prépare retarde examine adopte rejette présente défend "
    "quitte retrouve attend promet évoque rappelle souligne regrette célèbre inquiète mobilise concerne menace protège"
).split()
ADJECTIVES = (
    "national local européen public privé nouveau fragile historique difficile rapide sanitaire social économique "
    "politique judiciaire scolaire agricole industriel sportif culturel récent ancien inquiétant attendu"
).split()
LINKS = "dans le,sur le,avec un,après le,avant la,contre la,pour une,selon le,malgré la,près du,au nom du".split(",")
OPENINGS = "Le,La,Un,Une,Ce,Cette,Chaque,Aucun,Notre,Leur".split(",")
SYLLABLES = "ba be bé co da dé fi ga go ja lé li lo ma mé mo na né ni pa pi ra ré ri ro sa sé ta té ti va vi za".split()
ENDINGS = "tion ment eur euse ité age isme iste aire ier ère ard on in elle et".split()
SOURCES = tuple(f"{kind} de {place}" for kind in ("Le Courrier", "La Gazette", "L’Écho") for place in ("Brume", "Vaux"))
FIRST_DAY = date(2015, 1, 1)
DAYS = 3650


def invent(count: int, seed: int) -> Iterator[BenchArticle]:
    """`count` articles of about 1,600 characters, always the same ones for a seed; one in fifty has no date."""
    rng = Random(seed)
    words = _Words(rng)
    for number in range(count):
        yield BenchArticle(
            id=f"b-{number}",
            title=words.sentence()[:-1],
            body=" ".join(words.sentence() for _ in range(max(2, round(rng.gauss(22, 9))))),
            source=rng.choice(SOURCES),
            date=None if number % 50 == 49 else (FIRST_DAY + timedelta(days=rng.randrange(DAYS))).isoformat(),
            url=f"https://exemple.fr/articles/{number}",
        )


class _Words:
    """Words by falling frequency, as Zipf found them: known ones first, then 40,000 coined from syllables."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._nouns = NOUNS + [self._coin() for _ in range(40_000)]
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._nouns))))

    def _coin(self) -> str:
        return "".join(self._rng.choices(SYLLABLES, k=self._rng.randint(1, 3))) + self._rng.choice(ENDINGS)

    def sentence(self) -> str:
        first, second, third = self._rng.choices(self._nouns, cum_weights=self._weights, k=3)
        opening, adjective = self._rng.choice(OPENINGS), self._rng.choice(ADJECTIVES)
        link, verb = self._rng.choice(LINKS), self._rng.choice(VERBS)
        return f"{opening} {first} {adjective} {verb} {second} {link} {third}."
