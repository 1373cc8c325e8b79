# SPDX-License-Identifier: GPL-3.0-or-later
# airy from Debian's packages alone: docker build -t airy . && docker run --rm -v "$PWD:/data" airy look x.cxi
# Apptainer reads the same: apptainer build airy.sif docker-daemon://airy:latest
FROM debian:bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
    gcc g++ cmake make pkg-config dpkg-dev file pandoc libfftw3-dev libhdf5-dev libcfitsio-dev libpng-dev \
    libgsl-dev libpopt-dev libmatio-dev nettle-dev libdeflate-dev libxrl-dev zlib1g-dev liblzma-dev \
    voro++-dev librandom123-dev libtiff-dev
COPY . /src
RUN cmake -S /src -B /build -DCMAKE_BUILD_TYPE=Release -DAIRY_TESTS=OFF && \
    cmake --build /build -j "$(nproc)" --target all package

FROM debian:bookworm-slim
COPY --from=build /build/airy_*.deb /tmp/
RUN apt-get update && \
    apt-get install -y --no-install-recommends /tmp/airy_*.deb gnuplot-nox fonts-dejavu-core && \
    rm -rf /var/lib/apt/lists/* /tmp/*.deb
WORKDIR /data
ENTRYPOINT ["airy"]
