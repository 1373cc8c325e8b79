// SPDX-License-Identifier: GPL-3.0-or-later
// Which random numbers are whose: the generation part of the stream (seed, shot, generation,
// start).
#ifndef AIRY_SIMULATE_STREAMS_H
#define AIRY_SIMULATE_STREAMS_H

enum {
    AIRY_STREAM_PHANTOM = 0x5000, // size and features of a shot's particle
    AIRY_STREAM_POISSON,          // photons of a shot
    AIRY_STREAM_READOUT,          // read noise of a shot
    AIRY_STREAM_CAMERA,           // gains, pedestals and bad pixels: shot 0 alone
    AIRY_STREAM_SECOND,           // place of a second particle
};

#endif
