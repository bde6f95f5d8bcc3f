#define _GNU_SOURCE
#include "CNamespace.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_file(const char *path, const char *text) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return -1;
    ssize_t written = write(descriptor, text, strlen(text));
    int code = errno;
    close(descriptor);
    errno = code;
    return written == (ssize_t)strlen(text) ? 0 : -1;
}

static int write_maps(uid_t inner_uid, gid_t inner_gid, uid_t uid, gid_t gid) {
    char line[64];
    if (write_file("/proc/self/setgroups", "deny") < 0 && errno != ENOENT) return -1;
    snprintf(line, sizeof line, "%u %u 1", inner_uid, uid);
    if (write_file("/proc/self/uid_map", line) < 0) return -1;
    snprintf(line, sizeof line, "%u %u 1", inner_gid, gid);
    return write_file("/proc/self/gid_map", line);
}

static void forwarded(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
    sigaddset(set, SIGCHLD);
}

/* Forwards signals to `child`, reaps everything, ends as `child` ends. */
static void attend(pid_t child, const sigset_t *set) {
    for (;;) {
        int signal = 0, status = 0;
        pid_t ended;
        if (sigwait(set, &signal) != 0) continue;
        if (signal != SIGCHLD) kill(child, signal);
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0)
            if (ended == child)
                _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
}

int cnamespace_enter(uid_t uid, gid_t gid, const char *pid_file, int *step) {
    uid_t outer_uid = geteuid();
    gid_t outer_gid = getegid();
    sigset_t set, before;
    int gate[2];
    *step = CNAMESPACE_USER;
    if (unshare(CLONE_NEWUSER) < 0) return -1;
    *step = CNAMESPACE_MAP;
    if (write_maps(uid, gid, outer_uid, outer_gid) < 0) return -1;
    *step = CNAMESPACE_REST;
    if (unshare(CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID) < 0) return -1;
    *step = CNAMESPACE_FORK;
    if (pipe2(gate, O_CLOEXEC) < 0) return -1;
    forwarded(&set);
    sigprocmask(SIG_BLOCK, &set, &before);
    pid_t init = fork();
    if (init < 0) return -1;
    if (init > 0) {
        char line[32];
        snprintf(line, sizeof line, "%d\n", init);
        *step = CNAMESPACE_FILE;
        if (write_file(pid_file, line) < 0) return -1; /* the closed gate ends the child */
        if (write(gate[1], "", 1) != 1) return -1;
        close(gate[0]);
        close(gate[1]);
        attend(init, &set);
    }
    /* Process 1. A session of its own: the terminal's Ctrl-C arrives once, forwarded. */
    char byte;
    close(gate[1]);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    setsid();
    if (read(gate[0], &byte, 1) != 1) _exit(125);
    close(gate[0]);
    pid_t world = fork();
    if (world < 0) _exit(125);
    if (world > 0) {
        cnamespace_drop_capabilities();
        attend(world, &set);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return 0;
}

int cnamespace_private_mounts(void) { return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL); }

int cnamespace_mount_proc(void) {
    return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

int cnamespace_bind(const char *source, const char *target) {
    return mount(source, target, NULL, MS_BIND, NULL);
}

static int interface_call(unsigned long request, struct ifreq *interface) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    int result = ioctl(descriptor, request, interface);
    int code = errno;
    close(descriptor);
    errno = code;
    return result;
}

int cnamespace_loopback_up(void) {
    struct ifreq interface;
    memset(&interface, 0, sizeof interface);
    strcpy(interface.ifr_name, "lo");
    interface.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
    return interface_call(SIOCSIFFLAGS, &interface);
}

int cnamespace_add_address(int index, const char *address) {
    struct ifreq interface;
    struct sockaddr_in *socket_address = (struct sockaddr_in *)&interface.ifr_addr;
    memset(&interface, 0, sizeof interface);
    snprintf(interface.ifr_name, sizeof interface.ifr_name, "lo:%d", index);
    socket_address->sin_family = AF_INET;
    /* ADDRESS or ADDRESS/BITS: on lo, all of such a network is this machine's own. */
    char text[INET_ADDRSTRLEN];
    unsigned bits = 32;
    if (sscanf(address, "%15[0-9.]/%u", text, &bits) < 1 || bits < 1 || bits > 32 ||
        inet_pton(AF_INET, text, &socket_address->sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    if (interface_call(SIOCSIFADDR, &interface) < 0) return -1;
    socket_address->sin_addr.s_addr = htonl(0xFFFFFFFFu << (32 - bits));
    return interface_call(SIOCSIFNETMASK, &interface);
}

int cnamespace_drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (int capability = 0; capability < 64; capability++)
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0); /* EINVAL beyond the kernel's last */
    return (int)syscall(SYS_capset, &header, none);
}
