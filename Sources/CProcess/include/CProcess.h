// fork(2) and exec(3), which Swift cannot call, with what must happen between them. It includes no
// header of the system, whose declarations belong to the Glibc module.
#pragma once

/// What a server changes of its process and a program that it starts gets back.
struct cprocess_inheritance {
    /// The blocked signals: bit 0 is signal 1.
    unsigned long long blocked_signals;
    /// RLIMIT_NOFILE, soft and hard.
    unsigned long long descriptors_soft;
    unsigned long long descriptors_hard;
    /// Whether SIGPIPE is ignored.
    int ignores_sigpipe;
};

/// How things are now.
struct cprocess_inheritance cprocess_inheritance(void);

/// Makes orphaned descendants children of this process, PR_SET_CHILD_SUBREAPER of prctl(2).
void cprocess_adopt_orphans(void);

/// fork(2), then execvpe(3): the number of the new process, or -1. What prevents its program is
/// written as an int, errno, to `errors`, which closes otherwise.
///
/// Between the two calls only what is safe in a signal handler may run (fork(2): other threads may
/// hold any lock), and Swift promises that of nothing. Not posix_spawn(3), which cannot say that
/// the new process ends with the thread that made it.
int cprocess_fork_execvpe(char *const arguments[], char *const environment[],
                          const struct cprocess_inheritance *inheritance, int errors);
