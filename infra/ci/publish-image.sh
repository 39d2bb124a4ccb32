#!/bin/sh
# Builds, pushes, lists and signs the image of one service, and writes its digest as values of the chart. Usage: publish-image.sh <service> <repository> <commit> [release]
# Needs docker and cosign; keyless: cosign takes the identity of SIGSTORE_ID_TOKEN.
set -eu
service=${1:?service}
image=${2:?repository}/$service
commit=${3:?commit}
release=${4:-}

# The page has a Dockerfile of its own.
if [ "$service" = watch-dashboard ]; then file=Dockerfile.dashboard; else file=Dockerfile; fi
docker build --file "$file" --build-arg "SERVICE=$service" --tag "$image:$commit" .
docker push "$image:$commit"
# What is signed is the digest: a tag can move.
digest=$(docker inspect --format '{{index .RepoDigests 0}}' "$image:$commit")
docker run --rm --entrypoint cat "$image:$commit" sbom.cdx.json > "sbom-$service.json"
printf 'image: { digests: { %s: "%s" } }\n' "$service" "${digest#*@}" > "digest-$service.yaml"
cosign sign --yes "$digest"
cosign attest --yes --type cyclonedx --predicate "sbom-$service.json" "$digest"
if [ -n "$release" ]; then
  docker tag "$image:$commit" "$image:$release"
  docker push "$image:$release"
fi
echo "$digest"
