#define _GNU_SOURCE
#include "CPosix.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_waitid_pidfd(int pidfd, int nohang, int *code, int *status) {
    siginfo_t information;
    memset(&information, 0, sizeof information);
    int options = WEXITED | (nohang ? WNOHANG : 0);
    if (waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &information, options) < 0) return -1;
    if (information.si_pid == 0) return 0;
    *code = information.si_code;
    *status = information.si_status;
    return 1;
}

int cposix_spawnattr_detached(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    sigfillset(&all);
    sigdelset(&all, SIGKILL);
    sigdelset(&all, SIGSTOP);
    sigemptyset(&none);
    int code = posix_spawnattr_setsigdefault(attributes, &all);
    if (code == 0) code = posix_spawnattr_setsigmask(attributes, &none);
    if (code == 0)
        code = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    return code;
}

int cposix_spawn_close_from(posix_spawn_file_actions_t *actions, int from) {
    return posix_spawn_file_actions_addclosefrom_np(actions, from);
}

int cposix_spawn_chdir(posix_spawn_file_actions_t *actions, const char *directory) {
    return posix_spawn_file_actions_addchdir_np(actions, directory);
}

int cposix_pipe(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC); }

int cposix_socketpair(int descriptors[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors);
}

int cposix_sealed_file(const void *bytes, size_t count) {
    int file = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0) return -1;
    const char *rest = bytes;
    while (count > 0) {
        ssize_t written = write(file, rest, count);
        if (written < 0) {
            close(file);
            return -1;
        }
        rest += written;
        count -= (size_t)written;
    }
    int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (fcntl(file, F_ADD_SEALS, seals) < 0 || lseek(file, 0, SEEK_SET) < 0) {
        close(file);
        return -1;
    }
    return file;
}

int cposix_flock_exclusive(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }

void cposix_flock_release(int descriptor) { flock(descriptor, LOCK_UN); }

static int64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t cposix_boot_nanoseconds(void) { return nanoseconds(CLOCK_BOOTTIME); }
int64_t cposix_wall_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME); }

long cposix_filesystem_type(const char *path) {
    struct statfs information;
    return statfs(path, &information) < 0 ? -1 : (long)information.f_type;
}

static volatile sig_atomic_t counts[32];
static void count_signal(int signal) { counts[signal & 31]++; }

void cposix_count_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = count_signal;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

int cposix_signal_count(int signal) { return counts[signal & 31]; }
