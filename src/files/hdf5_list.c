// SPDX-License-Identifier: GPL-3.0-or-later
// Walking through an HDF5 file: listing what is there, finding paths by pattern.
#include "blocks.h"
#include "hdf5_handle.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 24, ITEMS_MAX = 100000 };

// Items found so far.
typedef struct list {
    airy_h5 *h5;
    airy_h5_item *items;
    int n, room;
    bool failed;
    unsigned long file[DEPTH_MAX + 2]; // of the groups on the way to the one that is listed ...
    haddr_t address[DEPTH_MAX + 2];    // ... and where they stand there
} list;

static void name_number(hid_t type, const char *what, char name[24])
{
    snprintf(name, 24, "%s%zu", what, 8 * H5Tget_size(type));
}

static void name_type(hid_t type, char name[24])
{
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
        name_number(type, H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int", name);
        break;
    case H5T_FLOAT:
        name_number(type, "float", name);
        break;
    case H5T_STRING:
        snprintf(name, 24, "text");
        break;
    case H5T_COMPOUND:
        snprintf(name, 24, "compound");
        break;
    case H5T_ENUM:
        snprintf(name, 24, "enum");
        break;
    default:
        snprintf(name, 24, "other");
    }
}

static void describe_dataset(hid_t dataset, airy_h5_item *item)
{
    hsize_t dims[H5S_MAX_RANK];
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_dims(space, dims, NULL);
    name_type(type, item->kind);
    airy_h5_shape_text(dims, rank < 0 ? 0 : rank, item->shape, sizeof item->shape);
    airy_h5_drop(space);
    airy_h5_drop(type);
}

airy_code airy_h5_type_name(airy_h5 *h5, const char *path, char name[24], airy_error *err)
{
    airy_error local = {0};
    hid_t dataset = airy_h5_dataset(h5, path, &local);
    if (dataset < 0)
        return airy_error_set(err, local.code, "%s", local.message);
    airy_h5_item item;
    describe_dataset(dataset, &item);
    airy_h5_drop(dataset);
    memcpy(name, item.kind, sizeof item.kind);
    return AIRY_OK;
}

// Adds an item and gives it back for filling; NULL when there is no room.
static airy_h5_item *add_item(list *found, const char *path)
{
    if (found->n == found->room) {
        int room = found->room ? 2 * found->room : 64;
        airy_h5_item *grown =
            room > ITEMS_MAX ? NULL : airy_memory_new((size_t)room, sizeof *grown);
        if (!grown) {
            found->failed = true;
            return NULL;
        }
        if (found->n)
            memcpy(grown, found->items, (size_t)found->n * sizeof *grown);
        airy_memory_free(found->items);
        found->items = grown;
        found->room = room;
    }
    airy_h5_item *item = &found->items[found->n++];
    *item = (airy_h5_item){0};
    snprintf(item->path, sizeof item->path, "%s", path);
    return item;
}

// Number of links in a group, -1 when it is none.
static long long count_links(airy_h5 *h5, const char *group)
{
    H5G_info_t info;
    if (H5Gget_info_by_name(h5->file, group, &info, H5P_DEFAULT) < 0)
        return -1;
    return (long long)info.nlinks;
}

// Path of link i of a group, in the order of names; false when it does not fit.
static bool link_path(airy_h5 *h5, const char *group, long long i, char path[512])
{
    int used = snprintf(path, 512, "%s/", strcmp(group, "/") == 0 ? "" : group);
    if (used >= 511)
        return false;
    ssize_t length = H5Lget_name_by_idx(h5->file, group, H5_INDEX_NAME, H5_ITER_INC, (hsize_t)i,
                                        path + used, 512 - (size_t)used, H5P_DEFAULT);
    return length > 0 && length < 512 - used;
}

static void list_group(list *found, const char *group, int depth);

bool airy_h5_link_target(airy_h5 *h5, const char *path, char target[512])
{
    H5L_info_t info;
    airy_h5_quiet();
    return H5Lget_info(h5->file, path, &info, H5P_DEFAULT) >= 0 && info.type == H5L_TYPE_SOFT &&
           info.u.val_size < 512 && H5Lget_val(h5->file, path, target, 512, H5P_DEFAULT) >= 0;
}

// Where an external link leads: "FILE:/path"; false when path is none.
bool airy_h5_external_target(const airy_h5 *h5, const char *path, char target[512])
{
    H5L_info_t info;
    char value[512];
    const char *file = NULL, *object = NULL;
    if (H5Lget_info(h5->file, path, &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_EXTERNAL ||
        info.u.val_size > sizeof value ||
        H5Lget_val(h5->file, path, value, sizeof value, H5P_DEFAULT) < 0 ||
        H5Lunpack_elink_val(value, info.u.val_size, NULL, &file, &object) < 0)
        return false;
    snprintf(target, 512, "%s:%s%s", file, object[0] == '/' ? "" : "/", object);
    return true;
}

bool airy_h5_may_follow(airy_h5 *h5, const char *path)
{
    char target[512], *colon;
    airy_text file = {0};
    if (!airy_h5_external_target(h5, path, target) || !(colon = strstr(target, ":/")))
        return true;
    *colon = '\0';
    airy_h5_beside(h5, target, &file);
    h5->doubt = h5->doubt || !file.text;
    bool plain = file.text && airy_file_check(file.text, NULL) == AIRY_OK;
    airy_error *far = h5->far.code ? NULL : &h5->far; // the first is told
    bool near = plain && airy_h5_check_near(h5, path, file.text, far) == AIRY_OK;
    airy_text_release(&file);
    return near;
}

// The first link on the way to path that leads nowhere.
void airy_h5_lost_link(airy_h5 *h5, const char *path, char text[768])
{
    char part[512], target[512];
    airy_h5_quiet();
    text[0] = '\0';
    for (size_t i = 1; path[0] == '/' && i <= strlen(path) && i < sizeof part; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        snprintf(part, sizeof part, "%.*s", (int)i, path);
        if (airy_h5_has(h5, part))
            continue;
        if (airy_h5_external_target(h5, part, target) || airy_h5_link_target(h5, part, target))
            snprintf(text, 768, "; %.200s is a link to %s, which is not there", part, target);
        return;
    }
}

// A link is named with its target and not followed.
static bool describe_link(list *found, const char *path)
{
    H5L_info_t info;
    char target[512] = "";
    if (H5Lget_info(found->h5->file, path, &info, H5P_DEFAULT) < 0 || info.type == H5L_TYPE_HARD)
        return false;
    airy_h5_item *item = add_item(found, path);
    if (!airy_h5_external_target(found->h5, path, target))
        airy_h5_link_target(found->h5, path, target);
    if (item) {
        snprintf(item->kind, sizeof item->kind, "link");
        snprintf(item->shape, sizeof item->shape, "%.63s", target);
    }
    return true;
}

static void list_item(list *found, const char *path, int depth)
{
    if (describe_link(found, path))
        return;
    airy_h5_item *item = add_item(found, path);
    hid_t object = H5Oopen(found->h5->file, path, H5P_DEFAULT);
    H5I_type_t type = object < 0 ? H5I_BADID : H5Iget_type(object);
    if (item && type == H5I_DATASET)
        describe_dataset(object, item);
    else if (item)
        snprintf(item->kind, sizeof item->kind, type == H5I_GROUP ? "group" : "damaged");
    airy_h5_drop(object);
    if (item && type == H5I_GROUP)
        list_group(found, path, depth + 1);
}

// Whether a group, linked from inside itself, is on the way to itself already; it is noted as the
// one at this depth.
static bool is_above(list *found, const char *group, int depth)
{
    H5O_info_t info;
    if (H5Oget_info_by_name2(found->h5->file, group, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
        return false;
    for (int d = 0; d < depth; d++)
        if (found->file[d] == info.fileno && found->address[d] == info.addr)
            return true;
    found->file[depth] = info.fileno, found->address[depth] = info.addr;
    return false;
}

static void list_group(list *found, const char *group, int depth)
{
    char path[512];
    bool done = depth > DEPTH_MAX || is_above(found, group, depth);
    long long n = done ? 0 : count_links(found->h5, group);
    for (long long i = 0; i < n && !found->failed; i++)
        if (link_path(found->h5, group, i, path))
            list_item(found, path, depth);
}

airy_code airy_h5_list(airy_h5 *h5, const char *group, airy_h5_item **items, int *n,
                       airy_error *err)
{
    airy_h5_quiet();
    list found = {.h5 = h5};
    *items = NULL;
    *n = 0;
    if (!airy_h5_has(h5, group))
        return airy_error_set(err, AIRY_EMISSING, "%s: there is no group %s", h5->path, group);
    list_group(&found, group, 0);
    if (found.failed) {
        airy_memory_free(found.items);
        return airy_error_set(err, AIRY_EMEMORY, "%s has too many datasets to be listed", h5->path);
    }
    *items = found.items;
    *n = found.n;
    return AIRY_OK;
}

// ------------------------------------------------------------------ patterns

// Paths that fit, counted; the first is kept, and all of them when there is a list.
typedef struct match {
    airy_h5 *h5;
    char first[512];
    int n;
    list *all;
} match;

// Follows `rest` ("/data/JF*/data") down from `group`.
static void follow(match *found, const char *group, const char *rest)
{
    char name[256], path[512];
    if (!*rest) {
        if (found->n++ == 0)
            snprintf(found->first, sizeof found->first, "%s", group);
        if (found->all)
            add_item(found->all, group);
        return;
    }
    size_t length = strcspn(rest + 1, "/");
    if (length >= sizeof name)
        return;
    snprintf(name, sizeof name, "%.*s", (int)length, rest + 1);
    const char *next = rest + 1 + length;
    if (!strpbrk(name, "*?")) { // no need to look at every link
        int used = snprintf(path, sizeof path, "%s/%s", group, name);
        if (used < (int)sizeof path && airy_h5_has(found->h5, path))
            follow(found, path, next);
        return;
    }
    const char *from = *group ? group : "/";
    long long n = count_links(found->h5, from);
    for (long long i = 0; i < n; i++)
        if (link_path(found->h5, from, i, path) && fnmatch(name, strrchr(path, '/') + 1, 0) == 0 &&
            airy_h5_has(found->h5, path))
            follow(found, path, next);
}

bool airy_h5_match(airy_h5 *h5, const char *pattern, char path[512], int *others)
{
    airy_h5_quiet();
    match found = {.h5 = h5};
    follow(&found, "", pattern);
    if (others)
        *others = found.n > 1 ? found.n - 1 : 0;
    if (found.n)
        memcpy(path, found.first, sizeof found.first);
    return found.n > 0;
}

airy_code airy_h5_check_links(airy_h5 *h5, const char *pattern, airy_error *err)
{
    char group[512], path[512], lost[768];
    const char *name = strrchr(pattern, '/');
    airy_h5_quiet();
    snprintf(group, sizeof group, "%.*s", name ? (int)(name - pattern) : 0, pattern);
    if (!name || strpbrk(group, "*?"))
        return AIRY_OK; // other groups' links belong to others
    long long n = count_links(h5, group[0] ? group : "/");
    for (long long i = 0; i < n; i++) {
        if (!link_path(h5, group[0] ? group : "/", i, path) || fnmatch(pattern, path, 0) != 0 ||
            airy_h5_has(h5, path))
            continue;
        airy_h5_lost_link(h5, path, lost);
        return airy_error_set(err, AIRY_EMISSING, "%s: %s cannot be reached%s", h5->path, path,
                              lost);
    }
    return AIRY_OK;
}

airy_code airy_h5_find(airy_h5 *h5, const char *pattern, airy_h5_item **items, int *n,
                       airy_error *err)
{
    airy_h5_quiet();
    list all = {.h5 = h5};
    match found = {.h5 = h5, .all = &all};
    follow(&found, "", pattern);
    *items = all.items;
    *n = all.n;
    if (!all.failed)
        return AIRY_OK;
    airy_memory_free(all.items);
    *items = NULL;
    *n = 0;
    return airy_error_set(err, AIRY_EMEMORY, "%s has too many datasets like %s", h5->path, pattern);
}
