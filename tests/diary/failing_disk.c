/* A disk that fails at random: preloaded, it makes reads, writes and syncs of the diary's files fail now and then.
   FAIL_ONE_IN sets how often, FAIL_SEED the order of it, or fail_one_in() both while the program runs; without either
   none fails. Built by benchmarks/diary_kill.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned seed, one_in;
static int asked;

void fail_one_in(unsigned often, unsigned start)
{
    asked = 1;
    one_in = often;
    seed = start;
}

static int fails(int fd)
{
    char link[64], path[4096];
    if (!asked) {
        const char *often = getenv("FAIL_ONE_IN"), *start = getenv("FAIL_SEED");
        fail_one_in(often ? atoi(often) : 0, start ? atoi(start) : 1);
    }
    if (!one_in)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    if (!strstr(path, "diary.db") || strstr(path, ".lock"))
        return 0;
    return rand_r(&seed) % one_in == 0;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(fd, code) if (fails(fd)) { errno = code; return -1; }

ssize_t write(int fd, const void *data, size_t size) { FAIL(fd, ENOSPC) return REAL(write)(fd, data, size); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { FAIL(fd, ENOSPC) return REAL(pwrite)(fd, data, size, at); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { FAIL(fd, EIO) return REAL(pwrite64)(fd, data, size, at); }
ssize_t read(int fd, void *data, size_t size) { FAIL(fd, EIO) return REAL(read)(fd, data, size); }
ssize_t pread(int fd, void *data, size_t size, off_t at) { FAIL(fd, EIO) return REAL(pread)(fd, data, size, at); }
ssize_t pread64(int fd, void *data, size_t size, off64_t at) { FAIL(fd, EIO) return REAL(pread64)(fd, data, size, at); }
int fsync(int fd) { FAIL(fd, EIO) return REAL(fsync)(fd); }
int fdatasync(int fd) { FAIL(fd, EIO) return REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { FAIL(fd, EIO) return REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { FAIL(fd, EIO) return REAL(ftruncate64)(fd, size); }
