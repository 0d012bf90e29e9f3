#pragma once

#include <sys/types.h>

/// What a child process is made of. Every pointer stays the caller's.
struct rivulet_child {
    const char *executable;
    char *const *arguments;
    char *const *environment;
    const char *directory;
    /// Becomes the child's standard output and standard error; every other descriptor is closed in the child.
    int output;
    /// Size in bytes of a /tmp that only this child and its children see, empty at first; 0 for the machine's own.
    unsigned long long tmp_size;
};

/// Starts a child as the leader of a process group of its own, with default signal handling, that the kernel kills when
/// the calling thread ends (PR_SET_PDEATHSIG): call it on a thread that lives as long as the process.
///
/// Returns its process id, or the negated errno of the step that failed, exec included.
pid_t rivulet_spawn(const struct rivulet_child *child);

/// Whether a child may have a /tmp of its own: 0, or the negated errno of what the kernel refuses. Some systems keep mount
/// and user namespaces from ordinary users.
int rivulet_own_tmp_failure(void);

/// Lets this process open as many files as it may ask for: each function's process and each caller keeps some.
void rivulet_raise_open_files(void);

/// Gives back the memory of all code that was run so far: most of it served the start. What is run again comes back from the
/// page cache.
void rivulet_release_code(void);

/// A descriptor (close on exec) that becomes readable when the process has exited; negated errno on failure.
int rivulet_exit_descriptor(pid_t process);

/// A pipe whose ends close on exec and whose reading end does not block; 0, or the negated errno.
int rivulet_log_pipe(int *reading, int *writing);

/// Writes everything of the file system that the descriptor lies on to the disk: cheaper than thousands of fsync.
int rivulet_flush_filesystem(int descriptor);

/// Exchanges two folders of one file system in one step (renameat2 with RENAME_EXCHANGE); 0, or the negated errno.
int rivulet_exchange(const char *left, const char *right);

/// A set of sockets that one thread waits for (epoll), closed on exec; negated errno on failure.
int rivulet_socket_set(void);

/// Takes a socket into a set under a number of the caller's; nothing is told of it until it is armed. 0, or the negated errno.
int rivulet_add_to_set(int set, int socket, unsigned long long number);

/// Has the set tell, once, when the socket can be read or written. With neither it tells of nothing but a lost connection.
void rivulet_arm_in_set(int set, int socket, unsigned long long number, int reads, int writes);

void rivulet_remove_from_set(int set, int socket);

/// Waits until there is something to tell; returns how many numbers it has written.
int rivulet_wait_for_set(int set, unsigned long long *numbers, int capacity);

/// Accepts a connection that neither blocks, delays small writes, nor outlives an exec; negated errno on failure.
int rivulet_accept(int listener);
