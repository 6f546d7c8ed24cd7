# One image for web, worker and beat; docker-compose.yml says which one runs.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 DATA_DIR=/data
WORKDIR /srv/goldenrod

COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY manage.py ./
COPY mdm ./mdm
COPY connectors ./connectors
COPY stewardship ./stewardship
COPY templates ./templates
COPY static ./static

# Static files are hashed into the image; the settings here are placeholders that only this step sees.
RUN useradd --system --create-home goldenrod \
    && mkdir /data \
    && DATABASE_URL=postgresql://build@build/build SECRET_KEY=build GOLDENROD_SECRETS_KEY=build ALLOWED_HOSTS=build \
       python manage.py collectstatic --noinput --verbosity 0 \
    && chown -R goldenrod /data
USER goldenrod
EXPOSE 8000
CMD ["gunicorn", "mdm.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--no-control-socket"]
