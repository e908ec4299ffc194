# Feedmill in a container: docker build -t feedmill . && docker run -p 8080:8080 -v ./config:/app/config:ro feedmill
# With REDIS_URL it uses that Redis (see docker-compose.yml), without one it runs a private Redis in /app/data.

FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing of what runs needs to be built here; the optional native part of msgpackr comes ready-made.
RUN npm ci --omit=dev --ignore-scripts
COPY container container
# What is in the image, for whoever must know: a bill of materials (CycloneDX), and the licences with their texts.
RUN npm sbom --omit=dev --package-lock-only --sbom-format=cyclonedx > sbom.json && node container/licences.mjs > LICENCES.txt

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && chmod +x dist/main.js

# Neither npm nor a compiler gets this far: the system, Node, a Redis, the program.
FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends redis-server \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
  && groupadd --gid 1000 feedmill \
  && useradd --uid 1000 --gid feedmill --no-create-home --home-dir /app --shell /usr/sbin/nologin feedmill \
  && mkdir -p /app/data /app/public \
  && chown feedmill:feedmill /app/data /app/public \
  && ln -s /app/dist/main.js /usr/local/bin/feedmill
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=packages /app/sbom.json /app/LICENCES.txt ./
COPY package.json LICENSE ./
COPY container container
COPY config config
COPY --from=build /app/dist dist

# The young generation: smaller than Node's own, which gives back memory for little speed (docs/operations.md).
ENV NODE_ENV=production FEEDMILL_CONFIG=/app/config NODE_OPTIONS=--max-semi-space-size=8
USER feedmill
# Everything else may be read-only: docker run --read-only --tmpfs /tmp
VOLUME ["/app/data", "/app/public"]
EXPOSE 8080
# Feedmill finishes what is in hand within 30 seconds: docker stop --time 35
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 CMD ["node", "container/health.mjs"]
ENTRYPOINT ["feedmill"]
CMD ["start"]
