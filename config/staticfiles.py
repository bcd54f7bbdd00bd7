"""How static files are named and served in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Hashed names for ever-cached files, also for what our modules import from one another."""

    support_js_module_import_aggregation = True
