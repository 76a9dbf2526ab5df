"""The help site: a Flask application over one knowledge base."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kb import KnowledgeBase, Settings, open_knowledge_base
from webapp import (
    addresses,
    again,
    api,
    assets,
    community,
    conditional,
    contact,
    encoding,
    errors,
    feedback,
    feeds,
    health,
    languages,
    look,
    opened,
    pages,
    search,
    security,
    texts,
)
from webapp.brand import Brand
from webapp.codes import unbroken
from webapp.prose import prose
from webapp.site import Site


def create_app(settings: Settings | None = None, kb: KnowledgeBase | None = None) -> Flask:
    """The site over ``kb``, or over the knowledge base that ``settings`` describe.

    :raises SettingsError: a setting or ``site.toml`` cannot be used.
    """
    settings = settings or Settings.from_env()
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.init_app(app, settings)
    brand = Brand.load(settings.articles)
    site = Site(
        kb=kb or open_knowledge_base(settings),
        settings=settings,
        brand=brand,
        languages=texts.offered(brand.languages or settings.languages),
    )
    site.kb.desk.check_settings()
    site.kb.keep_nobody_waiting()
    app.extensions["site"] = site
    app.jinja_env.globals.update(brand=site.brand, languages=site.languages, prose=prose)
    app.jinja_env.filters["unbroken"] = unbroken
    look.init_app(app, brand)
    conditional.init_app(app)
    encoding.init_app(app)
    assets.init_app(app, brand)
    addresses.init_app(app)
    languages.init_app(app)
    texts.init_app(app)
    errors.init_app(app)
    opened.init_app(app)
    again.init_app(app, site)
    for blueprint in (
        pages.blueprint,
        search.blueprint,
        feedback.blueprint,
        feeds.blueprint,
        community.blueprint,
        contact.blueprint,
        languages.blueprint,
        health.blueprint,
        api.blueprint,
    ):
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the way Flask documents middleware
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app
