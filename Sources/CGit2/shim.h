/* What Swift cannot import of git2.h: the variadic option setter. */
#include <git2.h>
#include <git2/sys/transport.h>

static inline int cgit2_set_owner_validation(int on) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, on);
}
static inline int cgit2_set_search_path(int level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}
static inline int cgit2_set_template_path(const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_TEMPLATE_PATH, path);
}
static inline int cgit2_set_fsync(int on) {
    return git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, on);
}
static inline int cgit2_set_strict_hashes(int on) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, on);
}

/* All in bytes; a window is one mapping of a pack. */
static inline int cgit2_set_memory(size_t window, size_t mapped, ssize_t cache) {
    int code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, window);
    if (code == 0) code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, mapped);
    return code ? code : git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, cache);
}
static inline int cgit2_set_pack_limits(size_t objects, size_t object_bytes) {
    int code = git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, objects);
    return code ? code : git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECT_SIZE, object_bytes);
}

/* A connection of ours below libgit2's smart protocol. libgit2 hands back
   `base`, which comes first, so `owner` is found again behind it. */
struct cgit2_subtransport {
    git_smart_subtransport base;
    void *owner;
};
struct cgit2_stream {
    git_smart_subtransport_stream base;
    void *owner;
};
