/* The floor of bench/flood.sh.
 *
 *   flood write BYTES   writes so many to standard output
 *   flood read BYTES    starts itself as the writer and reads all of it, as a
 *                       plain program does; prints the writer's milliseconds
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char buffer[65536];

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int write_all(long long left) {
    memset(buffer, 'x', sizeof buffer);
    while (left > 0) {
        ssize_t size = write(1, buffer, left < (long long)sizeof buffer ? (size_t)left : sizeof buffer);
        if (size <= 0) return 1;
        left -= size;
    }
    return 0;
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    if (strcmp(arguments[1], "write") == 0) return write_all(atoll(arguments[2]));
    int ends[2];
    if (pipe(ends) < 0) return 1;
    double began = now();
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", arguments[0], "write", arguments[2], (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    long long total = 0;
    ssize_t size;
    while ((size = read(ends[0], buffer, sizeof buffer)) > 0) total += size;
    int status;
    waitpid(child, &status, 0);
    printf("milliseconds %.0f\n", now() - began);
    return total == atoll(arguments[2]) && status == 0 ? 0 : 1;
}
