#!/bin/sh
# All that can be known without running the product. Goes on after a failure, so that one run
# shows everything; needs no database.
set -u
PATH="$(pwd)/.venv/bin:$PATH"
export PATH
failed=""

step() {
    name=$1
    shift
    printf '%s … ' "$name"
    if output=$("$@" 2>&1); then
        echo ok
    else
        echo FAILED
        printf '%s\n' "$output"
        failed="$failed $name"
    fi
}

# As a real host would have it, with made-up secrets.
production() {
    env -u LOCAL -u DEBUG -u LOCAL_DIR -u DATABASE_ADMIN_URL -u DATABASE_OWNER_URL \
        SECRET_KEY=k7Wq2ZrXw9TjB4nVd8LsYpC6mGfH3aUeR5tQ1xKoJzNvMbDi0yPg \
        LINK_KEY=made-up-for-this-check-only-link-0123456789 \
        SUPPRESSION_KEY=made-up-for-this-check-only-hash-0123456789 \
        PUBLIC_URL=https://referrals.example MAIL_FROM=letters@referrals.example \
        DATABASE_URL=postgresql://referrals_web:none@127.0.0.1:9/referrals \
        REDIS_URL=redis://127.0.0.1:9/0 EMAIL_URL=smtp://127.0.0.1:9 \
        PYTHONWARNINGS="ignore:Got an error checking a consistent migration history" \
        "$@"
}

step "format" ruff format --check .
step "lint" ruff check .
step "types" production mypy
step "layers" lint-imports
step "templates" djlint templates --lint --quiet
step "compose file" check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
step "migrations" production python manage.py makemigrations --check --dry-run
step "deployment" production python manage.py check --deploy --fail-level WARNING

if [ -n "$failed" ]; then
    echo "Not in order:$failed"
    exit 1
fi
