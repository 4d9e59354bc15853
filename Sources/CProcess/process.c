#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SIGNALS = 64 };

struct cprocess_inheritance cprocess_inheritance(void) {
    struct cprocess_inheritance now = {0};
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number <= SIGNALS; number++) {
        // glibc keeps two numbers for itself and answers -1 there.
        if (sigismember(&blocked, number) == 1) now.blocked_signals |= 1ULL << (number - 1);
    }
    struct rlimit descriptors = {0};
    getrlimit(RLIMIT_NOFILE, &descriptors);
    now.descriptors_soft = descriptors.rlim_cur;
    now.descriptors_hard = descriptors.rlim_max;
    struct sigaction action;
    now.ignores_sigpipe =
        sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
    return now;
}

void cprocess_adopt_orphans(void) { prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int cprocess_fork_execvpe(char *const arguments[], char *const environment[],
                          const struct cprocess_inheritance *inheritance, int errors) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) return child;

    // A parent that died before this call will never tell; the next line finds out.
    prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
    if (getppid() != parent) _exit(128 + SIGTERM);

    if (!inheritance->ignores_sigpipe) signal(SIGPIPE, SIG_DFL);
    struct rlimit descriptors = {inheritance->descriptors_soft, inheritance->descriptors_hard};
    setrlimit(RLIMIT_NOFILE, &descriptors);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (int number = 1; number <= SIGNALS; number++) {
        if (inheritance->blocked_signals >> (number - 1) & 1) sigaddset(&blocked, number);
    }
    sigprocmask(SIG_SETMASK, &blocked, NULL);

    execvpe(arguments[0], arguments, environment);
    int problem = errno;
    ssize_t written = write(errors, &problem, sizeof problem);
    _exit(written == sizeof problem ? 127 : 126);
}
