"""How static files are named and served in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed names for ever-cached files, also for what our modules import from one another."""

    support_js_module_import_aggregation = True
