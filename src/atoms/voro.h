// SPDX-License-Identifier: GPL-3.0-or-later
// voro++'s cell behind a C face: the one place where C++ comes in (voro.cc).
#ifndef AIRY_ATOMS_VORO_H
#define AIRY_ATOMS_VORO_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct airy_voro airy_voro;

// NULL when there is no memory.
airy_voro *airy_voro_new(void);
void airy_voro_free(airy_voro *voro);

// The cell becomes the box from low to high about the place, whose walls are neighbours -1 .. -6.
bool airy_voro_begin(airy_voro *voro, const double low[3], const double high[3]);

// Cuts by the plane halfway to d; neighbour: the number of what lies there. False: nothing is left.
bool airy_voro_cut(airy_voro *voro, const double d[3], double d2, int neighbour);

// The largest squared distance at which a neighbour could still cut: (2 x the farthest vertex)^2.
double airy_voro_reach2(airy_voro *voro);

// Faces, each as its neighbour and its corners in order. Borrowed until the next call.
typedef struct airy_voro_faces {
    int n, vertices;
    const int *neighbour; // n
    const int *corners;   // for each face: how many, then the numbers of the vertices
    const double *vertex; // 3 a vertex, from the place
    double volume;
} airy_voro_faces;
bool airy_voro_read(airy_voro *voro, airy_voro_faces *faces);

#ifdef __cplusplus
}
#endif

#endif
