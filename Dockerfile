# The image holds the program, the libraries that it names, and nothing else: no shell, no package
# manager. `docker build -t mock-digicert-one .` builds it; docs/container.md says how it is used,
# and `scripts/image` builds it without Docker and tries the result.

ARG SWIFT_IMAGE=swift:6.3-bookworm
FROM ${SWIFT_IMAGE} AS build

# The list of `scripts/prepare run`, and in its order; what the base image has costs nothing.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates git libc6-dev binutils libgcc-12-dev libstdc++-12-dev libncurses6 \
        libcurl4 libxml2 libssl-dev libsqlite3-dev libnghttp2-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /source
# The packages change less often than the sources, so their layer comes first.
COPY Package.swift Package.resolved ./
RUN swift package resolve
COPY . .
# In one step, so that no layer keeps what was compiled.
RUN scripts/build-release \
    && scripts/image-root .build/release/mock-digicert-one /image \
    && rm -rf .build

FROM scratch
LABEL org.opencontainers.image.title="mock-digicert-one" \
    org.opencontainers.image.description="A self-hosted stand-in for DigiCert ONE's Account Manager" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image/ /
# In a container the loopback interface reaches nobody; what is published is the caller's to say.
# Where a kernel has no IPv6, IPv4 alone serves. 443 is what the vendor's own URLs mean; where the
# kernel refuses it, one line says so and the other ports serve. Draining ends before five seconds.
#
# The state's folder comes from XDG_STATE_HOME, so that MOCK_DIGICERT_ONE_EPHEMERAL=true does not
# contradict it.
ENV PATH=/usr/bin \
    XDG_STATE_HOME=/var/lib \
    MOCK_DIGICERT_ONE_LISTEN=0.0.0.0,:: \
    MOCK_DIGICERT_ONE_CONTROL_LISTEN=0.0.0.0,:: \
    MOCK_DIGICERT_ONE_HTTPS_PORT=443 \
    MOCK_DIGICERT_ONE_DRAIN_TIMEOUT_SECONDS=4
USER 65532:65532
EXPOSE 443 8443 8444 8440
HEALTHCHECK --interval=1s --timeout=2s --retries=60 CMD ["mock-digicert-one", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["mock-digicert-one"]
CMD ["serve"]
