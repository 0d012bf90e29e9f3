/* A Runtime API of nothing but sockets, to race bootstraps without an emulator between.
 *
 *     runtime BOOTSTRAP BYTES COUNT [NAME=VALUE …]
 *
 * Starts the bootstrap, with those variables and no others, and prints the microseconds from exec to its first `next`, invocations per second, the microseconds
 * of the median and of the 99th of a hundred, and the bootstrap's resident KiB after the last. With a COUNT of 0 only the
 * first, and the microseconds of processor that it took. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *buffer;
static size_t capacity, used;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

/* Takes one request out of the buffer; returns whether it was a GET. */
static int take(int sock) {
    for (;;) {
        buffer[used] = 0;
        char *end = strstr(buffer, "\r\n\r\n");
        if (end) {
            char *field = strcasestr(buffer, "\r\ncontent-length:");
            size_t whole = end + 4 - buffer + (field && field < end ? strtoul(field + 17, NULL, 10) : 0);
            if (used >= whole) {
                int is_get = buffer[0] == 'G';
                memmove(buffer, buffer + whole, used -= whole);
                return is_get;
            }
        }
        ssize_t got = read(sock, buffer + used, capacity - used - 1);
        if (got <= 0) exit(3);
        used += got;
    }
}

static void give(int sock, const char *head, size_t head_size, const char *body, size_t size) {
    struct iovec parts[] = {{(char *)head, head_size}, {(char *)body, size}};
    size_t left = head_size + size;
    while (left > 0) {
        ssize_t sent = writev(sock, parts, 2);
        if (sent <= 0) exit(4);
        left -= sent;
        for (int i = 0; i < 2; i++) {
            size_t step = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + step;
            parts[i].iov_len -= step;
            sent -= step;
        }
    }
}

static long resident(pid_t process) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", process);
    FILE *file = fopen(path, "r");
    long size = 0;
    while (file && fgets(line, sizeof line, file)) sscanf(line, "VmRSS: %ld", &size);
    if (file) fclose(file);
    return size;
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments < 4) return 64;
    size_t size = strtoul(arguments[2], NULL, 10), count = strtoul(arguments[3], NULL, 10);
    buffer = malloc(capacity = 2 * size + 65536);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    bind(listener, (struct sockaddr *)&at, sizeof at);
    listen(listener, 8);
    getsockname(listener, (struct sockaddr *)&at, &length);
    char api[64];
    snprintf(api, sizeof api, "AWS_LAMBDA_RUNTIME_API=127.0.0.1:%d", ntohs(at.sin_port));
    char **environment = calloc(count_of_arguments, sizeof *environment), *words[] = {arguments[1], NULL};
    environment[0] = api;
    memcpy(environment + 1, arguments + 4, (count_of_arguments - 4) * sizeof *environment);

    double began = now();
    pid_t process = vfork();
    if (process == 0) {
        execve(arguments[1], words, environment);
        _exit(127);
    }
    int sock = accept(listener, NULL, NULL);
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!take(sock)) return 5;
    double ready = now() - began;
    if (count == 0) {
        struct rusage usage;
        kill(process, SIGKILL);
        wait4(process, NULL, 0, &usage);
        double spent = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
        printf("%.0f %.0f\n", ready, spent);
        return 0;
    }

    char *event = memset(malloc(size), 'x', size), head[512];
    event[0] = event[size - 1] = '"';
    static const char accepted[] = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
    size_t head_size = sprintf(head,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: 1999999999999\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:echo\r\n"
        "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n"
        "Content-Length: %zu\r\n\r\n", size);
    double *took = calloc(count, sizeof *took);
    began = now();
    for (size_t i = 0; i < count; i++) {
        double start = now();
        give(sock, head, head_size, event, size);
        if (take(sock)) return 6;
        took[i] = now() - start;
        give(sock, accepted, sizeof accepted - 1, NULL, 0);
        if (!take(sock)) return 7;
    }
    double seconds = (now() - began) / 1e6;
    qsort(took, count, sizeof *took, ascending);
    printf("%.0f %.0f %.1f %.1f %ld\n", ready, count / seconds, took[count / 2], took[count * 99 / 100], resident(process));
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
    return 0;
}
