# syntax=docker/dockerfile:1
# The service in a container: from the lock, which holds the extras postgres and encoder, as nobody
# in particular, with its data in /data.
#   docker build -t modsvc . && docker run -p 8080:8080 -v modsvc:/data modsvc
# Debian and not Alpine: some wheels in the lock are not built for musl.
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY locks/run.txt locks/run.txt
RUN python -m venv /opt/modsvc \
 && /opt/modsvc/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r locks/run.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY modsvc modsvc
COPY models models
# hatchling comes with the lock, so building fetches nothing.
RUN /opt/modsvc/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin modsvc \
 && install -d -o modsvc -g modsvc -m 0750 /data
COPY --from=build /opt/modsvc /opt/modsvc
ENV PATH=/opt/modsvc/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MODSVC_BIND=0.0.0.0:8080 \
    MODSVC_DATABASE_URL=sqlite:////data/modsvc.db
# By number, so that a host can tell that it is not root.
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["modsvc"]
CMD ["serve"]
