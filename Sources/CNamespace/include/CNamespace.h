/* A world of its own: user, mount, network and process namespaces, made by the
   system calls themselves so that the one that is refused can be named. */
#ifndef CNAMESPACE_H
#define CNAMESPACE_H
#include <sys/types.h>

/* What cnamespace_enter was doing when it failed. */
enum cnamespace_step {
    CNAMESPACE_USER = 1, /* unshare(CLONE_NEWUSER) */
    CNAMESPACE_REST,     /* unshare of mounts, network, processes */
    CNAMESPACE_MAP,      /* /proc/self/{setgroups,uid_map,gid_map} */
    CNAMESPACE_FORK,
    CNAMESPACE_FILE      /* the file that tells the outer process id */
};

/* Moves the calling process into fresh namespaces in which it is `uid`:`gid`.

   Must be called while there is only one thread. On success it returns 0 in a
   grandchild; the caller stays outside, forwards SIGINT, SIGTERM and SIGHUP,
   and exits with the grandchild's status (128 + signal when one killed it). The
   child between the two is process 1 inside: it reaps orphans, and when it ends
   the kernel ends every process in there. SIGKILL of the caller ends it too.
   `pid_file` (at most 4095 bytes) receives the id process 1 has outside.
   On failure it returns -1 with errno and *step. */
int cnamespace_enter(uid_t uid, gid_t gid, const char *pid_file, int *step);

/* Inside: mounts no longer propagate out; a /proc of the new processes. */
int cnamespace_private_mounts(void);
int cnamespace_mount_proc(void);
int cnamespace_bind(const char *source, const char *target);

/* Inside: brings `lo` up; puts one more IPv4 address on it, as lo:`index`.
   -1 with errno EINVAL when `address` is none. */
int cnamespace_loopback_up(void);
int cnamespace_add_address(int index, const char *address);

/* Inside: gives up every capability, for itself and all that follow. */
int cnamespace_drop_capabilities(void);
#endif
