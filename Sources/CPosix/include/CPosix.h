/* The Linux calls Swift's Glibc module does not carry. Every function returns
   what its system call returns: -1 and errno on failure. */
#ifndef CPOSIX_H
#define CPOSIX_H
#include <spawn.h>
#include <stdint.h>
#include <sys/types.h>

int cposix_pidfd_open(pid_t pid);

/* Reaps the child behind `pidfd`: 1 when reaped (*code is CLD_EXITED,
   CLD_KILLED or CLD_DUMPED, *status the exit code or signal), 0 when it still
   runs (only with nohang), -1 on failure. */
int cposix_waitid_pidfd(int pidfd, int nohang, int *code, int *status);

/* Own session, default signal dispositions, empty signal mask. */
int cposix_spawnattr_detached(posix_spawnattr_t *attributes);
int cposix_spawn_close_from(posix_spawn_file_actions_t *actions, int from);
int cposix_spawn_chdir(posix_spawn_file_actions_t *actions, const char *directory);

int cposix_pipe(int descriptors[2]);       /* close-on-exec */
int cposix_socketpair(int descriptors[2]); /* stream, close-on-exec */
/* A file in memory that holds exactly these bytes and cannot change any more;
   its descriptor stands at the beginning. */
int cposix_sealed_file(const void *bytes, size_t count);
int cposix_flock_exclusive(int descriptor); /* does not wait */
/* Closing alone would not do: a child that is about to execute still has the file open. */
void cposix_flock_release(int descriptor);
int64_t cposix_boot_nanoseconds(void);     /* CLOCK_BOOTTIME */
int64_t cposix_wall_nanoseconds(void);     /* CLOCK_REALTIME */
long cposix_filesystem_type(const char *path); /* statfs f_type */

/* Counts SIGINT, SIGTERM and SIGHUP instead of dying of them, and ignores
   SIGPIPE. */
void cposix_count_signals(void);
int cposix_signal_count(int signal);
#endif
