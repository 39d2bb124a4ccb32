#!/bin/sh
# Refuses to go on unless every image that was published has its digest here and was signed by this pipeline. Usage: verify-signatures.sh <repository> <identity> <issuer> <folder with digest-*.yaml> <how many>
# Needs cosign and a login to the repository. All images are looked at before it ends, so that one run names all that are wrong.
set -eu
repository=${1:?repository}
identity=${2:?identity}
issuer=${3:?issuer}
folder=${4:?folder}
expected=${5:?how many images}

looked=0
bad=0
for file in "$folder"/digest-*.yaml; do
  # As publish-image.sh writes it: image: { digests: { <service>: "sha256:..." } }
  line=$(sed -n 's/^image: { digests: { \([a-z-]*\): "\(sha256:[0-9a-f]\{64\}\)" } }$/\1@\2/p' "$file") || line=
  if [ -z "$line" ]; then
    echo "$file: no digest in it" >&2
    bad=$((bad + 1))
    continue
  fi
  image=$repository/$line
  set -- --certificate-identity "$identity" --certificate-oidc-issuer "$issuer"
  if cosign verify "$@" "$image" > /dev/null && cosign verify-attestation "$@" --type cyclonedx "$image" > /dev/null; then
    echo "$image: signed, with its list of parts"
  else
    echo "$image: not signed by $identity" >&2
    bad=$((bad + 1))
  fi
  looked=$((looked + 1))
done
echo "$looked of $expected images looked at, $bad wrong"
# A service without a digest would be deployed by its tag.
[ "$bad" -eq 0 ] && [ "$looked" -eq "$expected" ]
