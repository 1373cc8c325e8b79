// SPDX-License-Identifier: GPL-3.0-or-later
// The front door of libairy: the public header of every room, in the order in which data move.
#ifndef AIRY_H
#define AIRY_H

#include "airy/base.h"
#include "airy/math.h"

#include "airy/detector.h"
#include "airy/pattern.h"
#include "airy/likelihood.h"
#include "airy/retrieval.h"
#include "airy/image.h"
#include "airy/density.h"
#include "airy/series.h"

#include "airy/simulate.h"
#include "airy/io.h"
#include "airy/report.h"

#endif
