#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/// What a /tmp of one's own is made from, put together before the child is there.
struct own_tmp {
    char options[64], users[64], groups[64];
};

static void prepare_own_tmp(struct own_tmp *tmp, unsigned long long size) {
    snprintf(tmp->options, sizeof tmp->options, "size=%llu,mode=1777", size);
    snprintf(tmp->users, sizeof tmp->users, "%u %u 1", getuid(), getuid());
    snprintf(tmp->groups, sizeof tmp->groups, "%u %u 1", getgid(), getgid());
}

static int write_file(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t written = write(file, text, strlen(text));
    close(file);
    return written < 0 ? -1 : 0;
}

// A mount namespace needs a right that root has; anybody else gets it in a user namespace in which he stays who he is.
// System calls only: it runs in the parent's memory.
static int enter_own_tmp(const struct own_tmp *tmp) {
    if (unshare(CLONE_NEWNS) != 0) {
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return -1;
        if (write_file("/proc/self/setgroups", "deny") != 0 || write_file("/proc/self/uid_map", tmp->users) != 0
            || write_file("/proc/self/gid_map", tmp->groups) != 0) {
            return -1;
        }
    }
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    return mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, tmp->options);
}

int rivulet_own_tmp_failure(void) {
    struct own_tmp tmp;
    prepare_own_tmp(&tmp, 1 << 20);
    volatile int failure = 0;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t process = vfork();
    if (process == 0) {
        if (enter_own_tmp(&tmp) != 0) failure = errno != 0 ? errno : EPERM;
        _exit(0);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (process < 0) return -error;
    siginfo_t info;
    waitid(P_PID, (id_t)process, &info, WEXITED);
    return -failure;
}

// Runs between vfork and exec, in the parent's memory: system calls only, and no return.
static _Noreturn void become(
    const struct rivulet_child *child, const struct own_tmp *tmp, pid_t parent, volatile int *failure
) {
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
    // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: file descriptors
    struct rlimit files = {1024, 1024};
    setrlimit(RLIMIT_NOFILE, &files);
    // A new user namespace would clear the parent-death signal, so that comes after it.
    if (setpgid(0, 0) == 0 && (child->tmp_size == 0 || enter_own_tmp(tmp) == 0)
        && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && nothing >= 0 && dup2(nothing, 0) == 0
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
    struct own_tmp tmp;
    prepare_own_tmp(&tmp, child->tmp_size);
    // No signal handler of the parent may run in the child while both share their memory.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // vfork: a copy of the page tables, as fork makes it, would cost a large parent milliseconds.
    pid_t process = vfork();
    if (process == 0) become(child, &tmp, parent, &failure);
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

void rivulet_raise_open_files(void) {
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

static int release_code_of(struct dl_phdr_info *object, size_t size, void *page_size) {
    (void)size;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        // Never what may be written: the loader's changes would be undone.
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) || (segment->p_flags & PF_W)) continue;
        uintptr_t start = object->dlpi_addr + segment->p_vaddr;
        uintptr_t page = start & ~(*(uintptr_t *)page_size - 1);
        madvise((void *)page, start + segment->p_memsz - page, MADV_DONTNEED);
    }
    return 0;
}

void rivulet_release_code(void) {
    uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    dl_iterate_phdr(release_code_of, &page_size);
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

int rivulet_exchange(const char *left, const char *right) {
    return renameat2(AT_FDCWD, left, AT_FDCWD, right, RENAME_EXCHANGE) == 0 ? 0 : -errno;
}

int rivulet_socket_set(void) {
    int set = epoll_create1(EPOLL_CLOEXEC);
    return set < 0 ? -errno : set;
}

int rivulet_add_to_set(int set, int socket, unsigned long long number) {
    struct epoll_event event = {.events = EPOLLONESHOT, .data.u64 = number};
    return epoll_ctl(set, EPOLL_CTL_ADD, socket, &event) == 0 ? 0 : -errno;
}

void rivulet_arm_in_set(int set, int socket, unsigned long long number, int reads, int writes) {
    uint32_t wanted = EPOLLONESHOT | (reads ? EPOLLIN : 0) | (writes ? EPOLLOUT : 0);
    struct epoll_event event = {.events = wanted, .data.u64 = number};
    epoll_ctl(set, EPOLL_CTL_MOD, socket, &event);
}

void rivulet_remove_from_set(int set, int socket) {
    epoll_ctl(set, EPOLL_CTL_DEL, socket, NULL);
}

int rivulet_wait_for_set(int set, unsigned long long *numbers, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(set, events, capacity < 64 ? capacity : 64, -1);
    for (int index = 0; index < count; index++) numbers[index] = events[index].data.u64;
    return count < 0 ? 0 : count;
}

int rivulet_accept(int listener) {
    int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) return -errno;
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}
