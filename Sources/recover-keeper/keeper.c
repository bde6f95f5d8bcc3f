/* recover-keeper: stays with a child when the engine dies.
 *
 *   recover-keeper PROGRAM [ARGUMENT…]
 *
 * Descriptors it is given:
 *   0 1 2  the child's own
 *   3      the attempt's lock file, locked; what happens is written into it
 *   4      a socket to the engine; its end of file says the engine is dead
 *   5 6    the reading ends of the child's output and error pipes
 *
 * The lock file is the record resume reads, one line each:
 *   keeper PID           the keeper runs
 *   started              from here on the child may have acted
 *   child PID            its process id, which is also its session
 *   failed ERRNO         it could not be executed: nothing acted
 *   exit CODE | signal N how it ended
 *   left                 right behind that: descendants are left
 *   gone                 no descendant is left
 * The same lines but the first go to the engine.
 *
 * While the engine lives it reads the pipes itself. The keeper holds their
 * reading ends, so that the child never dies of SIGPIPE; once the engine is
 * dead the keeper drains them and keeps nothing: what a child prints may hold
 * secrets and goes to no disk before somebody has looked for them.
 *
 * Built with KEEPER_WITHOUT_LOCK it drops the lock and writes no record: the
 * sweep must catch that. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOCK = 3, ENGINE = 4, OUTPUT = 5, ERROR = 6 };

static int outputs[2] = {OUTPUT, ERROR};
static int engine_alive = 1;
static const int ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGTERM};

/* Writes the line into the record and to the engine; -1 when the record does
 * not have it. */
static int say(const char *line) {
    ssize_t size = (ssize_t)strlen(line), written = size;
#ifndef KEEPER_WITHOUT_LOCK
    written = write(LOCK, line, (size_t)size);
#endif
    if (engine_alive && send(ENGINE, line, (size_t)size, MSG_NOSIGNAL) < 0) engine_alive = 0;
    return written == size ? 0 : -1;
}

static void say_number(const char *word, long number) {
    char line[64];
    snprintf(line, sizeof line, "%s %ld\n", word, number);
    say(line);
}

/* Reads what is there; closes the source at its end. */
static void drain(int *source) {
    char buffer[65536];
    while (*source >= 0) {
        ssize_t size = read(*source, buffer, sizeof buffer);
        if (size == 0) {
            close(*source);
            *source = -1;
        } else if (size < 0 && errno != EINTR) {
            return;
        }
    }
}

static void become_child(char **arguments, int failure, pid_t keeper) {
    sigset_t none;
    sigemptyset(&none);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper) _exit(127); /* it died before the signal was set */
    setsid();
    sigprocmask(SIG_SETMASK, &none, NULL);
    /* What the keeper ignores its child must hear; execve would keep it ignored. */
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_DFL);
    for (int descriptor = LOCK; descriptor <= ERROR; descriptor++) close(descriptor);
    execv(arguments[0], arguments);
    int reason = errno;
    if (write(failure, &reason, sizeof reason) < 0) _exit(126);
    _exit(127);
}

/* Starts the child; its process id, or -1 after saying why not. */
static pid_t start(char **arguments) {
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) < 0) return -1;
    if (say("started\n") < 0) { /* what is not on record must not act */
        say_number("failed", ENOSPC);
        return -1;
    }
    pid_t keeper = getpid(), child = fork();
    if (child == 0) become_child(arguments, failure[1], keeper);
    int reason = errno;
    close(failure[1]);
    if (child > 0 && read(failure[0], &reason, sizeof reason) <= 0) {
        close(failure[0]);
        say_number("child", child);
        return child;
    }
    close(failure[0]);
    if (child > 0) waitpid(child, NULL, 0);
    say_number("failed", reason);
    return -1;
}

/* Reaps whatever ended; 0 when nobody is left. Behind the child's end stands
   at once whether others of it are left, so that nobody has to guess. */
static int reap(pid_t child) {
    int status, ended = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != child) continue;
        ended = 1;
        if (WIFEXITED(status)) say_number("exit", WEXITSTATUS(status));
        else say_number("signal", WTERMSIG(status));
    }
    int left = pid == 0 || errno != ECHILD;
    if (ended && left) say("left\n");
    return left;
}

static void watch(pid_t child, int signals) {
    while (reap(child)) {
        struct pollfd polls[4] = {
            {signals, POLLIN, 0},
            {engine_alive ? ENGINE : -1, POLLIN, 0},
            {engine_alive ? -1 : outputs[0], POLLIN, 0},
            {engine_alive ? -1 : outputs[1], POLLIN, 0},
        };
        if (poll(polls, 4, -1) < 0) continue;
        if (polls[0].revents) {
            struct signalfd_siginfo information;
            while (read(signals, &information, sizeof information) > 0) {}
        }
        char answer[16];
        if (polls[1].revents && read(ENGINE, answer, sizeof answer) <= 0) engine_alive = 0;
        if (!engine_alive)
            for (int i = 0; i < 2; i++) drain(&outputs[i]);
    }
}

int main(int count, char **arguments) {
    if (count < 2) {
        fprintf(stderr, "recover-keeper is started by recover, not by hand\n");
        return 2;
    }
    sigset_t signals_set;
    sigemptyset(&signals_set);
    sigaddset(&signals_set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals_set, NULL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    int signals = signalfd(-1, &signals_set, SFD_CLOEXEC | SFD_NONBLOCK);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
#ifdef KEEPER_WITHOUT_LOCK
    close(LOCK);
#else
    char line[64];
    int size = snprintf(line, sizeof line, "keeper %d\n", getpid());
    if (write(LOCK, line, (size_t)size) < 0) return 1;
#endif
    pid_t child = start(arguments + 1);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int descriptor = 0; descriptor <= 2; descriptor++) dup2(null, descriptor);
    for (int i = 0; i < 2; i++)
        fcntl(outputs[i], F_SETFL, fcntl(outputs[i], F_GETFL) | O_NONBLOCK);
    if (child > 0) watch(child, signals);
    say("gone\n");
    return 0;
}
