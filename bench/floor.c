/* What the machine itself costs: the smallest durable engine in C, against
 * which every figure of `recover` is quoted as a ratio, from the same run.
 *
 *   floor nop N DIR                one chained record a step, one synced commit each
 *   floor capture2 N DIR           an intent, /bin/true with its output read, a result
 *   floor keepers N WIDE KEEPER DIR   /bin/true N times, WIDE at once, each under a keeper
 *   floor verify DB                the chain of a journal, line by line
 *   floor grow DB TIMES            the journal's runs again, TIMES, as if they had happened
 *   floor resume DB PROGRAM …      what a start after a crash cannot do without: verify, spawn
 *   floor start N PROGRAM …        N starts of a program, one after the other; median in µs
 *   floor time FILE PROGRAM …      wall s, CPU s, peak KiB and when it began, into FILE
 *   floor mark FILE ID [strike]    "ID seconds" into FILE; strike: kill -9 the engine, once
 *   floor versions                 of the libraries it is linked with
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <signal.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATH 4096
static char *nothing[] = {NULL};

static void stop(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void run_sql(sqlite3 *db, const char *text) {
    char *error = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &error) == SQLITE_OK) return;
    fprintf(stderr, "%s: %s\n", text, error);
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *text) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, text, -1, &statement, NULL) == SQLITE_OK) return statement;
    fprintf(stderr, "%s: %s\n", text, sqlite3_errmsg(db));
    exit(1);
}

static sqlite3 *open_db(const char *path, int flags) {
    sqlite3 *db;
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
        exit(1);
    }
    return db;
}

static void hex_digest(const void *bytes, size_t size, char text[65]) {
    unsigned char digest[32];
    SHA256(bytes, size, digest);
    for (int i = 0; i < 32; i++) sprintf(text + 2 * i, "%02x", digest[i]);
}

/* ---- nop, capture2 ---- */

static pid_t spawn(char **arguments, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (output >= 0) {
        posix_spawn_file_actions_adddup2(&actions, output, 1);
        posix_spawn_file_actions_adddup2(&actions, output, 2);
    }
    pid_t pid;
    if (posix_spawn(&pid, arguments[0], &actions, NULL, arguments, nothing)) stop(arguments[0]);
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

static void run_captured(void) {
    char *arguments[] = {"/bin/true", NULL}, output[65536];
    int pipes[2], status;
    if (pipe2(pipes, O_CLOEXEC)) stop("pipe");
    pid_t pid = spawn(arguments, pipes[1]);
    close(pipes[1]);
    while (read(pipes[0], output, sizeof output) > 0) {}
    close(pipes[0]);
    waitpid(pid, &status, 0);
}

static void steps(long count, int has_command, const char *directory) {
    char path[PATH], line[512], digest[65] = "";
    snprintf(path, sizeof path, "%s/floor.db", directory);
    sqlite3 *db = open_db(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    run_sql(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
                "CREATE TABLE entry (sequence INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT");
    sqlite3_stmt *insert = prepare(db, "INSERT INTO entry (body) VALUES (?1)");
    for (long step = 0; step < count; step++) {
        for (int record = 0; record <= has_command; record++) {
            if (has_command && record == 1) run_captured();
            int size = snprintf(line, sizeof line,
                "{\"boot\":\"7bdfe288-58e5-44e9-9799-316adbbcaac7\",\"by\":{\"host\":\"machine\","
                "\"user\":\"root\"},\"data\":{\"step\":\"n%07ld\",\"verdict\":\"done\"},\"kind\":"
                "\"verdict\",\"mono\":12602788336,\"prev\":\"%s\",\"run\":\"20261121-ppp4xx\"}",
                step, digest);
            hex_digest(line, (size_t)size, digest);
            sqlite3_bind_blob(insert, 1, line, size, SQLITE_STATIC);
            if (sqlite3_step(insert) != SQLITE_DONE) stop(sqlite3_errmsg(db));
            sqlite3_reset(insert);
        }
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
}

/* ---- keepers ---- */

struct slot {
    pid_t pid;
    int lock, control[2], output[2], error[2];
};

/* One keeper with all it expects, and nothing an engine would do besides. */
static void start_keeper(struct slot *slot, char *keeper, const char *directory, long number) {
    char path[PATH], *arguments[] = {keeper, "-", "/bin/true", NULL};
    snprintf(path, sizeof path, "%s/%ld.lock", directory, number);
    slot->lock = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (slot->lock < 0 || flock(slot->lock, LOCK_EX | LOCK_NB)) stop(path);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, slot->control) ||
        pipe2(slot->output, O_CLOEXEC) || pipe2(slot->error, O_CLOEXEC)) stop("pipes");
    int given[] = {slot->output[1], slot->error[1], slot->lock, slot->control[1], slot->output[0],
                   slot->error[0]};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    int high[6];
    for (int i = 0; i < 6; i++) high[i] = fcntl(given[i], F_DUPFD_CLOEXEC, 512);
    for (int i = 0; i < 6; i++) posix_spawn_file_actions_adddup2(&actions, high[i], i + 1);
    if (posix_spawn(&slot->pid, keeper, &actions, NULL, arguments, nothing)) stop(keeper);
    posix_spawn_file_actions_destroy(&actions);
    for (int i = 0; i < 6; i++) close(high[i]);
    close(slot->control[1]);
    close(slot->output[1]);
    close(slot->error[1]);
}

/* Reads all three streams to their end, as whoever wants the result must. */
static void finish_keeper(struct slot *slot) {
    char bytes[4096];
    int all[] = {slot->control[0], slot->output[0], slot->error[0]};
    for (int i = 0; i < 3; i++) {
        fcntl(all[i], F_SETFL, O_NONBLOCK);
        while (read(all[i], bytes, sizeof bytes) > 0) {}
        close(all[i]);
    }
    close(slot->lock);
    slot->pid = 0;
}

static void keepers(long count, int wide, char *keeper, const char *directory) {
    struct slot *slots = calloc((size_t)wide, sizeof *slots);
    long started = 0, ended = 0;
    while (ended < count) {
        for (int i = 0; i < wide && started < count; i++)
            if (slots[i].pid == 0) start_keeper(&slots[i], keeper, directory, started++);
        int status;
        pid_t pid = waitpid(-1, &status, 0);
        for (int i = 0; i < wide; i++)
            if (slots[i].pid == pid) finish_keeper(&slots[i]), ended++;
    }
    free(slots);
}

/* ---- verify, grow, resume ---- */

/* The last place of `word` in a line that is not terminated. */
static const char *last(const char *line, size_t size, const char *word) {
    size_t length = strlen(word);
    for (const char *place = line + size - length; place >= line; place--)
        if (memcmp(place, word, length) == 0) return place;
    return NULL;
}

/* Walks the chain; the number of entries. Nothing but the chain is checked. */
static long verify(sqlite3 *db) {
    char digest[65], previous[80];
    memset(digest, '0', 64);
    digest[64] = 0;
    sqlite3_stmt *all = prepare(db, "SELECT sequence, body FROM entry ORDER BY sequence");
    long count = 0;
    while (sqlite3_step(all) == SQLITE_ROW) {
        const char *line = sqlite3_column_blob(all, 1);
        size_t size = (size_t)sqlite3_column_bytes(all, 1);
        int length = snprintf(previous, sizeof previous, "\"prev\":\"%s\"", digest);
        const char *place = size > 200 ? last(line, size, "\"prev\":\"") : NULL;
        if (sqlite3_column_int64(all, 0) != count || place == NULL ||
            memcmp(place, previous, (size_t)length) != 0) {
            printf("BREAK at entry %ld\n", count);
            exit(7);
        }
        hex_digest(line, size, digest);
        count++;
    }
    sqlite3_finalize(all);
    return count;
}

struct line {
    char *text, *rest, run[64], kind[64];
    size_t size;
    long long wall;
};

static void copy_word(char *into, size_t room, const char *from) {
    size_t size = 0;
    while (size + 1 < room && from[size] != '"') size++;
    memcpy(into, from, size);
    into[size] = 0;
}

/* Reads what is there without the genesis; each line is cut at its chain. */
static long read_lines(sqlite3 *db, struct line **lines, char digest[65]) {
    sqlite3_stmt *all = prepare(db,
        "SELECT e.body, p.run, p.kind, p.wall_ms FROM entry AS e JOIN projection AS p "
        "USING (sequence) ORDER BY e.sequence");
    long count = -1;
    while (sqlite3_step(all) == SQLITE_ROW) {
        size_t size = (size_t)sqlite3_column_bytes(all, 0);
        hex_digest(sqlite3_column_blob(all, 0), size, digest);
        if (++count == 0) continue;
        *lines = realloc(*lines, (size_t)count * sizeof **lines);
        struct line *line = &(*lines)[count - 1];
        line->text = malloc(size + 1);
        memcpy(line->text, sqlite3_column_blob(all, 0), size);
        line->text[size] = 0;
        char *cut = (char *)last(line->text, size, "\"prev\":\"");
        char *run = (char *)last(line->text, size, "\"run\":\"");
        if (cut == NULL || run == NULL) stop("a line without a chain");
        line->size = (size_t)(cut - line->text);
        copy_word(line->run, sizeof line->run, (const char *)sqlite3_column_text(all, 1));
        copy_word(line->kind, sizeof line->kind, (const char *)sqlite3_column_text(all, 2));
        line->wall = sqlite3_column_int64(all, 3);
    }
    sqlite3_finalize(all);
    return count;
}

/* Appends every run again under another name, with a chain that is right. What
 * the lines say of attempts keeps the first run's name. */
static void grow(sqlite3 *db, long times) {
    struct line *lines = NULL;
    char digest[65], run[80], *text = malloc(4 << 20);
    long count = read_lines(db, &lines, digest), sequence = count + 1;
    run_sql(db, "PRAGMA synchronous=OFF; BEGIN");
    sqlite3_stmt *entry = prepare(db, "INSERT INTO entry VALUES (?1, ?2)");
    sqlite3_stmt *row = prepare(db, "INSERT INTO projection VALUES (?1, ?2, ?3, ?4)");
    for (long round = 1; round <= times; round++) {
        for (long i = 0; i < count; i++, sequence++) {
            struct line *line = &lines[i];
            snprintf(run, sizeof run, "%s%s", line->run, "");
            if (line->run[0]) snprintf(run, sizeof run, "%s-%ld", line->run, round);
            memcpy(text, line->text, line->size);
            int size = (int)line->size + sprintf(text + line->size,
                "\"prev\":\"%s\",\"run\":\"%s\",\"seq\":%ld,\"v\":1,\"wall\":%lld}", digest, run,
                sequence, line->wall);
            hex_digest(text, (size_t)size, digest);
            sqlite3_bind_int64(entry, 1, sequence);
            sqlite3_bind_blob(entry, 2, text, size, SQLITE_STATIC);
            sqlite3_bind_int64(row, 1, sequence);
            sqlite3_bind_text(row, 2, run, -1, SQLITE_STATIC);
            sqlite3_bind_text(row, 3, line->kind, -1, SQLITE_STATIC);
            sqlite3_bind_int64(row, 4, line->wall);
            if (sqlite3_step(entry) != SQLITE_DONE || sqlite3_step(row) != SQLITE_DONE) {
                fprintf(stderr, "entry %ld: %s\n", sequence, sqlite3_errmsg(db));
                exit(1);
            }
            sqlite3_reset(entry);
            sqlite3_reset(row);
        }
    }
    sqlite3_finalize(entry);
    sqlite3_finalize(row);
    run_sql(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    printf("%ld\n", sequence);
}

/* ---- start, time, mark ---- */

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void start(long count, char **arguments) {
    double *times = malloc((size_t)count * sizeof *times);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0;
    for (long i = 0; i < count; i++) {
        double before = now();
        waitpid(spawn(arguments, null), &status, 0);
        times[i] = now() - before;
        if (status != 0) {
            fprintf(stderr, "%s ended with status %d\n", arguments[0], status);
            exit(1);
        }
    }
    qsort(times, (size_t)count, sizeof *times, ascending);
    printf("%.1f\n", times[count / 2] * 1e6);
    free(times);
}

/* This small process is the parent, so that the peak of a small child is not
 * hidden behind the size of the interpreter that asks. */
static int measure(const char *file, char **arguments) {
    extern char **environ;
    struct rusage usage;
    pid_t pid;
    int status;
    double before = now();
    if (posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environ)) stop(arguments[0]);
    if (wait4(pid, &status, 0, &usage) != pid) stop("wait4");
    double wall = now() - before;
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
    FILE *out = fopen(file, "w");
    if (out == NULL) stop(file);
    fprintf(out, "%.6f %.6f %ld %.6f\n", wall, cpu, usage.ru_maxrss, before);
    fclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The parent of a process, from /proc. */
static pid_t parent_of(pid_t pid) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(text, sizeof text, file) == NULL) stop(path);
    fclose(file);
    return (pid_t)atoi(strrchr(text, ')') + 4);
}

/* Whether a line of the file begins with this word. */
static int has_mark(const char *path, const char *id) {
    char line[256];
    size_t size = strlen(id);
    FILE *file = fopen(path, "r");
    int found = 0;
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, id, size) == 0 && line[size] == ' ';
    if (file) fclose(file);
    return found;
}

/* Strikes only the first time, so that a repeated step gets past it. */
static void mark(const char *path, const char *id, int strikes) {
    if (strikes && has_mark(path, id)) strikes = 0;
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) stop(path);
    dprintf(file, "%s %.6f\n", id, now());
    close(file);
    /* Our parent is the keeper, its parent the engine. */
    if (strikes && kill(parent_of(getppid()), SIGKILL)) stop("kill");
}

int main(int count, char **words) {
    const char *word = count > 1 ? words[1] : "";
    if (!strcmp(word, "nop") && count == 4) steps(atol(words[2]), 0, words[3]);
    else if (!strcmp(word, "capture2") && count == 4) steps(atol(words[2]), 1, words[3]);
    else if (!strcmp(word, "keepers") && count == 6)
        keepers(atol(words[2]), atoi(words[3]), words[4], words[5]);
    else if (!strcmp(word, "verify") && count == 3)
        printf("%ld\n", verify(open_db(words[2], SQLITE_OPEN_READONLY)));
    else if (!strcmp(word, "grow") && count == 4)
        grow(open_db(words[2], SQLITE_OPEN_READWRITE), atol(words[3]));
    else if (!strcmp(word, "resume") && count > 3) {
        int status;
        verify(open_db(words[2], SQLITE_OPEN_READONLY));
        waitpid(spawn(words + 3, -1), &status, 0);
    } else if (!strcmp(word, "start") && count > 3) start(atol(words[2]), words + 3);
    else if (!strcmp(word, "time") && count > 3) return measure(words[2], words + 3);
    else if (!strcmp(word, "mark") && (count == 4 || count == 5))
        mark(words[2], words[3], count == 5);
    else if (!strcmp(word, "versions"))
        printf("SQLite %s, %s\n", sqlite3_libversion(), OpenSSL_version(OPENSSL_VERSION));
    else {
        fprintf(stderr, "floor is started by bench.py; its words stand at the top of floor.c\n");
        return 2;
    }
    return 0;
}
