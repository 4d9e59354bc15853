// Tells ThreadSanitizer what Swift's Mutex does when threads compete for it.
//
// Without competition a Mutex is an atomic instruction in our own code, which ThreadSanitizer sees.
// With competition it is a system call in libswiftSynchronization, which it does not: it then takes
// the two owners for strangers and reports whatever the Mutex guards as a race. This library stands
// before those three functions and says what they mean: taking the lock comes after every release
// of it. `.ci/run` loads it into the programs that it runs under ThreadSanitizer; in any other
// program it changes nothing.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void *next(const char *symbol) { return dlsym(RTLD_NEXT, symbol); }

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void lock(uint32_t thread, SELF void *handle) __asm__(LOCK);
SWIFT bool try_lock(SELF void *handle) __asm__(TRY_LOCK);
SWIFT void unlock(SELF void *handle) __asm__(UNLOCK);

SWIFT void lock(uint32_t thread, SELF void *handle) {
    SWIFT void (*call)(uint32_t, SELF void *) = next(LOCK);
    call(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT bool try_lock(SELF void *handle) {
    SWIFT bool (*call)(SELF void *) = next(TRY_LOCK);
    bool is_locked = call(handle);
    if (is_locked && __tsan_acquire) __tsan_acquire(handle);
    return is_locked;
}

SWIFT void unlock(SELF void *handle) {
    SWIFT void (*call)(SELF void *) = next(UNLOCK);
    if (__tsan_release) __tsan_release(handle);
    call(handle);
}
