// SPDX-License-Identifier: GPL-3.0-or-later
// The front door of libairy: the public header of every room, in the order in which data move.
#ifndef AIRY_H
#define AIRY_H

#include "airy/base.h"
#include "airy/math.h"
#include "airy/work.h"
#include "airy/files.h"

#include "airy/detector.h"
#include "airy/source.h"
#include "airy/bins.h"
#include "airy/pattern.h"
#include "airy/live.h"
#include "airy/likelihood.h"
#include "airy/retrieval.h"
#include "airy/image.h"
#include "airy/density.h"

#include "airy/kinetics.h"
#include "airy/bandmodel.h"
#include "airy/curves.h"
#include "airy/thermal.h"
#include "airy/chain.h"
#include "airy/atoms.h"

#include "airy/scattering.h"
#include "airy/speckle.h"
#include "airy/scan.h"

#include "airy/simulate.h"
#include "airy/trials.h"
#include "airy/report.h"

#endif
