"""Lines that sites print around an article: comment forms, share buttons, links to other articles. No I/O here.

A pattern is the whole of a line, whatever its case: a sentence that speaks of Facebook stays. In a pattern a space
stands for spaces of any kind and ' for any apostrophe; the names in braces are those of _PARTS.
"""

from __future__ import annotations

import re

LONGEST = 300  # a longer line is a paragraph

_PARTS = {
    "network": "(facebook|twitter|x|linkedin|pinterest|whatsapp|instagram|telegram|messenger|reddit|tumblr|bluesky|"
    "mastodon|threads|youtube|tiktok|flipboard|e-?mail|courriel|sms)",
    "alone": "(facebook|twitter|linkedin|pinterest|whatsapp|instagram|telegram|messenger|reddit|tumblr|bluesky)",
    "bullet": "[>→►▶•*«»\\[(–—-]* ?",
    "mail": "(e-mail|email|mail|courriel|de messagerie)",
    # "Lire aussi souvent que possible" is a sentence: a link begins as a title does.
    "start": '(?-i:[A-ZÀ-ÖØ-ÞŒ0-9«“"])',
    "piece": "(articles?|dossiers?|enquêtes?|reportages?|entretiens?|interviews?|analyses?|portraits?|éditos?)",
}

_PATTERNS = (
    # Comment forms
    "(laisser|laissez|poster|ajouter|écrire) un commentaire( annuler la réponse)?",
    "laisser une réponse( annuler la réponse)?",
    "annuler la réponse",
    "(commenter|commentez) (cet |l')article",
    "leave a (reply|comment)( cancel reply)?",
    "cancel reply",
    "(post|submit) (a )?comment",
    "([0-9]+|aucun|no) (commentaires?|comments?)",
    "your email address will not be published\\.?( required fields are marked ?\\*?)?",
    "required fields are marked ?\\*?",
    "votre adresse {mail} ne sera pas publiée\\.?( les champs obligatoires sont (indiqués|marqués) (avec|par) ?\\*?)?",
    "les champs obligatoires sont (indiqués|marqués) (avec|par) ?\\*?",
    "save my name, email,? and website in this browser for the next time i comment\\.?",
    "enregistrer mon nom, (mon|et mon) e-mail( et mon site( web)?)? dans (le|ce) navigateur pour mon prochain "
    "commentaire\\.?",
    "this site uses akismet to reduce spam\\.?( learn how your comment data is processed\\.?)?",
    "learn how your comment data is processed\\.?",
    "ce site utilise akismet pour réduire les (indésirables|pourriels|spams?)\\.?"
    "( en savoir plus sur (comment|la (façon|manière) dont) les données de vos commentaires sont "
    "(utilisées|traitées)\\.?)?",
    "en savoir plus sur (comment|la (façon|manière) dont) les données de vos commentaires sont "
    "(utilisées|traitées)\\.?",
    # Share buttons
    "{bullet}{alone}",
    "{bullet}{network}( ?[/|·•] ?{network}| {network})+",
    "(partager|partagez|tweeter|share)( cet article| l'article| this( article)?)?( ?:)?",
    "(cliquez pour )?(partager|partagez|envoyer|share)( cet article| l'article| this( article)?)? (sur|par|via|on) "
    "({network}((, | et | / |/){network})*|les réseaux( sociaux)?)( ?\\([^)]*\\))?( ?:)?",
    "(suivez-nous|follow us) (sur|on) {network}((, | et | and | / |/){network})*\\.?",
    # Links to other articles
    "{bullet}(à |a )?(lire|voir|écouter) (aussi|également)( ?[:>–—-].*)?",
    "{bullet}(à |a )?(lire|voir|écouter) (aussi|également) {start}.*[^.]",
    "{bullet}(à |a )?(lire|voir|écouter) (aussi|également) (notre|nos|l'|le |la |les ) ?{piece}\\b.*",
    "{bullet}(read|see) also( ?:.*)?",
    "{bullet}(à |a )(lire|voir|découvrir) sur le même sujet( ?:.*)?",
    "(sur le même sujet|articles (similaires|liés|connexes|recommandés|récents))( ?:)?",
    "(related|recent|popular|latest) (news|posts|articles|stories)( ?:)?",
    "editors?'?s? picks?",
    "you (may|might) also like( ?:)?",
    "vous aimerez aussi( ?:)?",
    "(lire la suite|continuer la lecture|read more|continue reading)( ?(…|\\.\\.\\.|→|»))?",
    # Players and reading aids
    "appuyez sur (play|lecture) pour écouter( cet article| l'article)?\\.?",
    "press play to listen to this article\\.?",
    "(écouter|écoutez) (cet |l')article( ?\\([^)]*\\))?",
    "vidéo suivante( dans [0-9]+ secondes?)?",
    "alerte info",
    "temps de lecture ?:? ?[0-9]+ ?(min|mn|minutes?)\\.?",
    "(aller|passer) au contenu( principal)?|skip to( main)? content",
    # Subscriptions and advertisements
    "((inscrivez|abonnez)-vous|s'(inscrire|abonner)) à (la|notre) (newsletter|lettre d'information)( gratuite)?[.!]?",
    "(cet )?article réservé (à nos|aux) abonnés\\.?|cet article est réservé (à nos|aux) abonnés\\.?",
    "publicité|advertisement",
    "(?-i:[a-z]{2,5}(-[a-z]{2,5})*(/[a-z]{2,5}){2,})",  # "burs-abc/de/fgh", those who wrote for an agency
    "\\|( [0-9]{8,}){4,}( \\|)?",  # "| 4444444001 999920110622 …", by which a site counts its readers
)


def _compile(pattern: str) -> str:
    for name, part in _PARTS.items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return pattern.replace("'", "['’‘ʼ＇`´]").replace(" ?", r"\s*").replace(" ", r"\s+")


_BOILERPLATE = re.compile("|".join(f"(?:{_compile(pattern)})" for pattern in _PATTERNS), re.IGNORECASE)


def is_boilerplate(line: str) -> bool:
    """Whether the line, stripped, is one that a site prints around any article."""
    return len(line) <= LONGEST and _BOILERPLATE.fullmatch(line) is not None
