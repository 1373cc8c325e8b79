// SPDX-License-Identifier: GPL-3.0-or-later
// voro++ (Rycroft, Chaos 19, 041111, 2009) behind voro.h. Nothing else knows of C++.
#include "atoms/voro.h"

#include <new>
#include <vector>
#include <voro++/voro++.hh>

struct airy_voro {
    voro::voronoicell_neighbor cell;
    std::vector<int> neighbour, corners;
    std::vector<double> vertex;
};

// Exceptions, of which only lack of memory is left, must not reach C.
template <class work> static bool tried(work do_it)
{
    try {
        return do_it();
    } catch (...) {
        return false;
    }
}

airy_voro *airy_voro_new(void)
{
    airy_voro *made = nullptr;
    tried([&made] { return (made = new airy_voro) != nullptr; });
    return made;
}

void airy_voro_free(airy_voro *voro)
{
    delete voro;
}

bool airy_voro_begin(airy_voro *voro, const double low[3], const double high[3])
{
    return tried([=] {
        voro->cell.init(low[0], high[0], low[1], high[1], low[2], high[2]);
        return true;
    });
}

bool airy_voro_cut(airy_voro *voro, const double d[3], double d2, int neighbour)
{
    return tried([=] { return voro->cell.nplane(d[0], d[1], d[2], d2, neighbour); });
}

double airy_voro_reach2(airy_voro *voro)
{
    // voro++ keeps vertices at twice their distance: this is (2 r)^2 already
    return voro->cell.max_radius_squared();
}

bool airy_voro_read(airy_voro *voro, airy_voro_faces *faces)
{
    return tried([=] {
        voro->cell.neighbors(voro->neighbour);
        voro->cell.face_vertices(voro->corners);
        voro->cell.vertices(voro->vertex);
        faces->n = static_cast<int>(voro->neighbour.size());
        faces->vertices = voro->cell.p;
        faces->neighbour = voro->neighbour.data();
        faces->corners = voro->corners.data();
        faces->vertex = voro->vertex.data();
        faces->volume = voro->cell.volume();
        return true;
    });
}
