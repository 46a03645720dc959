"""The words that say little by themselves: they are dropped from a query where others remain."""

QUESTIONS = frozenset(
    "quel quelle quels quelles combien comment quand pourquoi lequel laquelle lesquels lesquelles quoi".split()
)
"""Words that only ask: a text that answers does not have them."""

FUNCTION_WORDS = QUESTIONS | frozenset(
    "à au aux avec ce ces cet cette dans de des du elle elles en et eux il ils je la le les leur leurs lui ma mais me "
    "mes moi mon ne nos notre nous on ou où par pas pour qu que qui sa se ses si son sur ta te tes toi ton tu un une "
    "vos votre vous y d l c j m n s t est a ont sont".split()
)


def is_lone_capital(text: str) -> bool:
    """Whether a text is one capital letter: behind a word it names something ("vitamine D", "grippe A")."""
    return len(text) == 1 and text.isascii() and text.isupper()
