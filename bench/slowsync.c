/* A slow disk on a fast machine: every sync takes SLOWSYNC_US longer.
 *
 *   LD_PRELOAD=slowsync.so SLOWSYNC_US=2000 PROGRAM …
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_longer(void) {
    const char *text = getenv("SLOWSYNC_US");
    long us = text ? atol(text) : 2000;
    struct timespec time = {us / 1000000, us % 1000000 * 1000};
    nanosleep(&time, NULL);
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_longer();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_longer();
    return real(file);
}
