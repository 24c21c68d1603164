# Toolshare in a container: built in one stage, run in another that holds nothing else.
FROM python:3.13-slim AS built
WORKDIR /sources
COPY requirements requirements
RUN python -m venv /opt/building \
    && /opt/building/bin/pip install --no-cache-dir -q --require-hashes \
        -r requirements/build.txt -r requirements/runtime.txt \
    && python -m venv /opt/toolshare \
    && /opt/toolshare/bin/pip install --no-cache-dir -q --require-hashes -r requirements/runtime.txt
COPY . .
# EXTRA=[bucket] for photos in S3-compatible storage.
ARG EXTRA=""
RUN /opt/building/bin/pip wheel -q --no-build-isolation --no-deps --wheel-dir /wheels . \
    && /opt/toolshare/bin/pip install --no-cache-dir -q "$(ls /wheels/toolshare-*.whl)$EXTRA"

FROM python:3.13-slim
# DEBIAN=postgresql-client for backups of PostgreSQL.
ARG DEBIAN=""
RUN if [ -n "$DEBIAN" ]; then \
        apt-get update && apt-get install -y --no-install-recommends $DEBIAN \
        && rm -rf /var/lib/apt/lists/*; \
    fi \
    && useradd --system --uid 10001 --home-dir /var/lib/toolshare --create-home toolshare
COPY --from=built /opt/toolshare /opt/toolshare
ENV PATH=/opt/toolshare/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TOOLSHARE_INSTANCE=/var/lib/toolshare \
    TOOLSHARE_LOGS=json
USER toolshare
VOLUME /var/lib/toolshare
EXPOSE 8000
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health')"]
ENTRYPOINT ["toolshare"]
CMD ["serve", "--host", "0.0.0.0"]
