"""One page of each type, in each language of the sample help centre."""

from __future__ import annotations

PAGES = {
    "home": "/",
    "topic": "/topics/{lang}/sign-in",
    "article": "/articles/{lang}/account-security/two-step-sign-in",
    "code": "/articles/{lang}/attachments-storage/recover-deleted-mail",
    "thread": "/community/{thread}",
    "tag": "/tags/{lang}/two-step",
    "search": "/search?q=2fa",
    "results": "/search?q={query}",
    "nothing-found": "/search?q=zzqqxx",
    "start": "/search",
    "not-found": "/help/change-my-password",
    "contact": "/contact",
    "thanks": "/feedback/thanks?article={lang}/sign-in/cant-sign-in",
}

WORDS = {
    "en": {"thread": "t-1042", "query": "cant log in"},
    "it": {"thread": "t-1088", "query": "telefono perso"},
    "ru": {"thread": "t-1197", "query": "не могу войти"},
}


def path(name: str, lang: str) -> str:
    """The address of that page in that language."""
    return PAGES[name].format(lang=lang, **WORDS[lang])
