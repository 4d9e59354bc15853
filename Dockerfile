# syntax=docker/dockerfile:1
# The image holds the program, the libraries that it names, and nothing else: no shell, no package
# manager. Build it with `docker build -t mock-digicert-one .` and start it with
# `docker run -p 8443:8443 -p 8444:8444 -p 8440:8440 -v mock-state:/state mock-digicert-one`.

ARG SWIFT_IMAGE=swift:6.3-bookworm
FROM ${SWIFT_IMAGE} AS build

RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libnghttp2-dev libsqlite3-dev libssl-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /source
# The packages change less often than the sources, so their layer comes first.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN swift build -c release --static-swift-stdlib --product mock-digicert-one \
    && strip .build/release/mock-digicert-one

# The tree of the final image. `--parents` keeps the folders in which the loader looks.
RUN mkdir -p /image/usr/bin /image/etc /image/state /image/tmp \
    && cp .build/release/mock-digicert-one /image/usr/bin/ \
    && ldd .build/release/mock-digicert-one \
        | sed -n -e 's/.* => \(\/[^ ]*\) .*/\1/p' -e 's/^\t\(\/[^ ]*\) .*/\1/p' \
        | xargs cp --dereference --parents --target-directory /image \
    && echo 'mock:x:65532:65532:mock:/state:/' > /image/etc/passwd \
    && echo 'mock:x:65532:' > /image/etc/group \
    && chmod 1777 /image/tmp \
    && chown 65532:65532 /image/state

FROM scratch
COPY --from=build /image/ /
# In a container the loopback interface reaches nobody. What may be published is the caller's to say.
ENV MOCK_DIGICERT_ONE_LISTEN=0.0.0.0 \
    MOCK_DIGICERT_ONE_CONTROL_LISTEN=0.0.0.0 \
    MOCK_DIGICERT_ONE_STATE_DIR=/state
USER 65532:65532
VOLUME ["/state"]
EXPOSE 8443 8444 8440
HEALTHCHECK --interval=5s --timeout=2s --start-period=2s \
    CMD ["/usr/bin/mock-digicert-one", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/mock-digicert-one"]
CMD ["serve"]
