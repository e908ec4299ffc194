# Feedmill in a container: docker build -t feedmill . && docker run -p 8080:8080 -v ./config:/app/config:ro -v feedmill:/app/data feedmill
# With REDIS_URL it uses that Redis (see docker-compose.yml), without one it runs a private Redis in /app/data.
# script/release builds it with its version and commit in labels, and with both base images pinned to their digests.

ARG NODE_IMAGE=node:22-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY container container
# The content of the image: a bill of materials (CycloneDX), and the licences with their texts.
RUN npm sbom --omit=dev --package-lock-only --sbom-format=cyclonedx > sbom.json && node container/licences.mjs > LICENCES.txt

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY script/build.ts script/build.ts
COPY src src
ARG FEEDMILL_COMMIT=
ARG SOURCE_DATE_EPOCH=
RUN npm run build:release

# The final stage has neither npm nor a compiler: the system, Node, a Redis, the program (its files hold its packages),
# and an init
# that reaps what it leaves.
FROM ${DEBIAN_IMAGE}
RUN apt-get update \
  && apt-get install -y --no-install-recommends redis-server tini \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
  && groupadd --gid 1000 feedmill \
  && useradd --uid 1000 --gid feedmill --no-create-home --home-dir /app --shell /usr/sbin/nologin feedmill \
  && mkdir -p /app/config /app/data /app/public \
  && chown feedmill:feedmill /app/data /app/public \
  && ln -s /app/dist/main.js /usr/local/bin/feedmill
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=packages /app/sbom.json /app/LICENCES.txt ./
COPY package.json LICENSE ./
COPY container container
# A config to copy from. Yours is mounted at /app/config, and never becomes part of an image.
COPY template/config config.sample
COPY --from=build /app/dist dist

ARG FEEDMILL_VERSION=
ARG FEEDMILL_COMMIT=
ARG FEEDMILL_BUILT_AT=
LABEL org.opencontainers.image.title="Feedmill" \
  org.opencontainers.image.description="Many source feeds in, a few good category feeds out" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${FEEDMILL_VERSION}" \
  org.opencontainers.image.revision="${FEEDMILL_COMMIT}" \
  org.opencontainers.image.created="${FEEDMILL_BUILT_AT}"

# The young generation: smaller than Node's own, which gives back memory for little speed (docs/operations.md).
ENV NODE_ENV=production FEEDMILL_CONFIG=/app/config FEEDMILL_HEARTBEAT=/tmp/feedmill.heartbeat NODE_OPTIONS=--max-semi-space-size=8
# By number, so that Kubernetes can see that it is not root (runAsNonRoot). Everything but /app/data, /app/public and /tmp
# may be read-only: docker run --read-only --tmpfs /tmp -v feedmill:/app/data
USER 1000:1000
EXPOSE 8080
# Feedmill finishes running work within 30 seconds: docker stop --time 35
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=40s --retries=3 CMD ["/app/container/health"]
ENTRYPOINT ["tini", "-s", "--", "feedmill"]
CMD ["start"]
