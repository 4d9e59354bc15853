// Linux interfaces that the Glibc module does not export: they stand behind _GNU_SOURCE, or are
// variadic. Every function here is `clinux_` plus the name of what it wraps.
#pragma once

#include <malloc.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/// accept4(2) stands behind _GNU_SOURCE.
extern int accept4(int socket, struct sockaddr *address, socklen_t *size, int flags);

/// pthread_setname_np(3) stands behind _GNU_SOURCE.
extern int pthread_setname_np(pthread_t thread, const char *name);

#ifdef __cplusplus
}
#endif

/// sched_getaffinity(2), whose set type stands behind _GNU_SOURCE: how many processors this
/// process may run on; 1 where the kernel does not tell.
static inline int clinux_sched_getaffinity_count(void) {
    unsigned long mask[128] = {0};
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    int count = 0;
    for (long word = 0; word * (long)sizeof(long) < bytes; word++) {
        count += __builtin_popcountl(mask[word]);
    }
    return count > 0 ? count : 1;
}

/// environ(7): the environment as the kernel laid it out, until something sets a variable.
static inline char **clinux_environ(void) {
    extern char **environ;
    return environ;
}
