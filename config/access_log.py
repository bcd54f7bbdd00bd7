"""What gunicorn writes of each request: without the tokens of guests' pages."""

from collections.abc import Mapping

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it has no types

from config.logs import without_tokens


class AccessLog(Logger):  # type: ignore[misc]  # for the same reason
    """gunicorn's logger, for `--logger-class`."""

    def atoms(
        self, resp: object, req: object, environ: Mapping[str, object], request_time: object
    ) -> dict[str, object]:
        """The parts a line is made of. An address stands in several: request, path, referer."""
        atoms: dict[str, object] = super().atoms(resp, req, environ, request_time)
        return {
            name: without_tokens(part) if isinstance(part, str) else part
            for name, part in atoms.items()
        }
