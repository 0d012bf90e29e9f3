#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

// Runs between vfork and exec, in the parent's memory: system calls only, and no return.
static _Noreturn void become(const struct rivulet_child *child, pid_t parent, volatile int *failure) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);

    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    // Kernels before 5.11 do not know the flag; then only what was opened without close-on-exec would pass.
    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC);
    if (setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && nothing >= 0 && dup2(nothing, 0) == 0
        && dup2(child->output, 1) == 1 && dup2(child->output, 2) == 2
        && chdir(child->directory) == 0 && getppid() == parent && sigprocmask(SIG_SETMASK, &none, NULL) == 0) {
        execve(child->executable, child->arguments, child->environment);
    }
    *failure = errno != 0 ? errno : ESRCH;
    _exit(127);
}

pid_t rivulet_spawn(const struct rivulet_child *child) {
    volatile int failure = 0;
    pid_t parent = getpid();
    // No signal handler of the parent may run in the child while both share their memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // vfork: a copy of the page tables, as fork makes it, would cost a large parent milliseconds.
    pid_t process = vfork();
    if (process == 0) become(child, parent, &failure);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (process < 0) return -error;
    if (failure != 0) {
        siginfo_t info;
        waitid(P_PID, (id_t)process, &info, WEXITED);
        return -failure;
    }
    return process;
}

int rivulet_exit_descriptor(pid_t process) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    return descriptor < 0 ? -errno : descriptor;
}

int rivulet_log_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return -error;
    }
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

int rivulet_flush_filesystem(int descriptor) {
    return syncfs(descriptor);
}
