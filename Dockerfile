# An image that serves the project folder at /data: docker run -p 8000:8000 -v ./my-feeds:/data article-feeds
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements/run.txt requirements/
RUN python -m venv /opt/feeds \
 && /opt/feeds/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE server.py ./
COPY feeds feeds
RUN /opt/feeds/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.13-slim
COPY --from=build /opt/feeds /opt/feeds
ENV PATH=/opt/feeds/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Whoever serves has no rights but to write its index in /data.
RUN useradd --uid 1000 --home-dir /data --no-create-home --shell /usr/sbin/nologin feeds \
 && install -d -o feeds -g feeds /data
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["feeds", "serve", "--host", "0.0.0.0", "--port", "8000"]
