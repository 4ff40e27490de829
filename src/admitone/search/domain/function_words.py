"""Words that say what is wanted, not of whom or where: "tickets", "buy", "concert", "in".

They are folded here, so that they meet folded questions. A question of nothing but such words is about them ("The
Who", "Live").
"""

from admitone.kit.fold import fold_words

JOINING_WORDS = frozenset({"vs", "v", "versus", "at", "and", "the", "in", "on", "with", "und", "et", "y", "e"})
"""Words between names: they may be missing in what is found ("Sevilla v Celta")."""

_BY_LANGUAGE = {
    "en": "ticket tickets buy booking cheap concert concerts gig gigs show shows event events live tonight "
    "today near for of to by",
    "de": "karte karten eintrittskarte eintrittskarten kaufen buchen konzert konzerte konzertkarten veranstaltung "
    "veranstaltungen heute abend im am bei für mit",
    "fr": "billet billets acheter réserver concert concerts spectacle spectacles événement aujourd'hui "
    "à au aux en pour avec de du des",
    "es": "entrada entradas boleto boletos comprar concierto conciertos evento eventos hoy en para con de del",
    "it": "biglietto biglietti comprare acquistare concerto concerti spettacolo spettacoli evento eventi oggi a per di",
    "pt": "bilhete bilhetes ingresso ingressos comprar espetáculo hoje em para com do",
    "nl": "kaartje kaartjes kaarten kopen concerten voorstelling evenement vandaag bij voor van",
    "da, nb, sv": "billet billett biljett billetter biljetter køb kjøp köp konsert konserter koncerter för",
    "fi": "liput lippu osta konsertti konsertit tänään",
    "pl": "bilet bilety kup koncert koncerty dzisiaj dziś w na",
    "cs, sk": "vstupenka vstupenky lístky koupit koncert koncerty dnes v na",
    "hu": "jegy jegyek",
    "ro": "bilete concerte astăzi",
    "hr, sl": "ulaznice karte koncert danas danes vstopnice",
    "tr": "bilet biletleri konser konserleri bugün",
    "ru, uk": "билет билеты купить концерт концерты сегодня квиток квитки купити сьогодні в на",
    "el": "εισιτήριο εισιτήρια συναυλία συναυλίες σήμερα",
    "ar, fa, he": "تذاكر تذكرة حفلة حفل اليوم بلیط بلیت کنسرت امروز כרטיסים כרטיס הופעה הופעות היום",
}

FUNCTION_WORDS = JOINING_WORDS | {word for words in _BY_LANGUAGE.values() for word in fold_words(words)}
"""May be missing in what is found, whatever else was typed. Articles are not among them: "Los Angeles" is no
"Angeles"."""
