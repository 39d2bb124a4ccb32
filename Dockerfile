# Any service or job: docker build --build-arg SERVICE=serve-api -t groundswell/serve-api .
# What an image holds is decided by infra/images/assemble.mjs. No BuildKit syntax, so every builder of the last years can run this.
ARG NODE_IMAGE=node:24-bookworm-slim

# Only a changed manifest, not a changed source file, installs packages anew.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /manifests
COPY . .
RUN find . -type f ! -name package.json ! -path ./package-lock.json ! -path ./.npmrc -delete \
  && find . -type d -empty -delete

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY --from=manifests /manifests ./
RUN npm ci --ignore-scripts
COPY . .
RUN npx tsc -b infra/images
ARG SERVICE
RUN node infra/images/assemble.mjs "${SERVICE}" /app

FROM ${NODE_IMAGE} AS image
ARG SERVICE
LABEL org.opencontainers.image.title="groundswell/${SERVICE}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /app
# The one folder that a volume may replace; everything else is read.
RUN install -d -o 10001 -g 10001 /data
COPY --from=build /app ./
USER 10001:10001
EXPOSE 8080
# Jobs end before it is asked once.
HEALTHCHECK --interval=15s --timeout=10s --start-period=300s --retries=4 CMD ["node", "health.mjs"]
# Node is process 1 and gets the signals itself.
ENTRYPOINT ["node", "main.mjs"]
