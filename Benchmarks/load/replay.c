/* Load for one HTTP endpoint: sends the requests of a file in their order over N keep-alive connections on one thread.
 *
 *   replay --endpoint http://127.0.0.1:4566 --requests FILE [--expect TEXT] [--connections 16] [--pid SERVER]
 *
 * The file holds requests, each as "HEAD_BYTES BODY_BYTES SHARED_BYTES\n", its head, its body; SHARED_BYTES are further
 * bytes of the body that are the same in all ('x'). Every answer is checked: status 2xx, as long as it says, and TEXT within
 * its first 64 KiB. One line of JSON tells what was measured. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEPT_BYTES = 1 << 16, SHARED_PIECE = 1 << 20 };

typedef struct {
    int descriptor, is_busy, wants_write;
    const char *own;
    size_t own_length, shared_length, written;
    char kept[KEPT_BYTES + 1];
    size_t kept_length;
    long long received, whole;
    double began;
} Connection;

static const char *host = "127.0.0.1", *port = "80", *requests_path = "", *expected = "";
static int connections = 16, server_pid, poll_descriptor;
static const char *at, *end;
static char shared[SHARED_PIECE];
static double *latencies;
static long finished, capacity;
static long long sent_bytes, received_bytes;
static struct addrinfo *address;

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

/* CPU seconds the server has used, user and system; 0 when its process is not known. */
static double server_cpu(void) {
    char path[64], text[1024];
    unsigned long user = 0, system = 0;
    if (!server_pid) return 0;
    snprintf(path, sizeof path, "/proc/%d/stat", server_pid);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    char *fields = strrchr(text, ')');
    if (fields) sscanf(fields + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}

static void watch(Connection *c, int operation) {
    struct epoll_event event = {.events = EPOLLIN | (c->wants_write ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poll_descriptor, operation, c->descriptor, &event);
}

static void open_connection(Connection *c) {
    int yes = 1;
    c->descriptor = socket(address->ai_family, SOCK_STREAM, 0);
    if (c->descriptor < 0 || connect(c->descriptor, address->ai_addr, address->ai_addrlen) != 0)
        fail("cannot connect to %s:%s: %s", host, port, strerror(errno));
    setsockopt(c->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(c->descriptor, F_SETFL, O_NONBLOCK);
    c->wants_write = 0;
    watch(c, EPOLL_CTL_ADD);
}

static void pump_write(Connection *c) {
    size_t whole = c->own_length + c->shared_length;
    while (c->written < whole) {
        const char *from = c->own + c->written;
        size_t length = c->own_length - c->written;
        if (c->written >= c->own_length) {
            size_t offset = c->written - c->own_length;
            from = shared;
            length = c->shared_length - offset;
            if (length > SHARED_PIECE) length = SHARED_PIECE;
        }
        ssize_t sent = send(c->descriptor, from, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) break;
        if (sent < 0) fail("the endpoint closed a connection: %s", strerror(errno));
        c->written += sent;
        sent_bytes += sent;
    }
    int wants = c->written < whole;
    if (wants != c->wants_write) c->wants_write = wants, watch(c, EPOLL_CTL_MOD);
}

/* Takes the next request of the file; 0 when there is none. */
static int start(Connection *c) {
    if (at >= end) return 0;
    char *next = (char *)at;
    size_t head = strtoul(next, &next, 10), body = strtoul(next, &next, 10);
    c->shared_length = strtoul(next, &next, 10);
    if (*next != '\n') fail("the file of requests is damaged");
    c->own = next + 1;
    c->own_length = head + body;
    at = c->own + c->own_length;
    c->written = c->kept_length = 0;
    c->received = 0;
    c->whole = -1;
    c->is_busy = 1;
    c->began = now();
    pump_write(c);
    return 1;
}

static void find_length(Connection *c) {
    c->kept[c->kept_length] = 0;
    char *blank = strstr(c->kept, "\r\n\r\n");
    if (!blank) return;
    *blank = 0;
    char *length = strcasestr(c->kept, "\r\ncontent-length:");
    int has_none = !strncmp(c->kept + 9, "204", 3);
    if (!length && !has_none) fail("an answer without a length: %.300s", c->kept);
    c->whole = blank + 4 - c->kept + (length ? atoll(length + 17) : 0);
    *blank = '\r';
}

/* Reads what there is; true when the answer is whole. */
static int pump_read(Connection *c) {
    static char piece[1 << 18];
    for (;;) {
        ssize_t got = recv(c->descriptor, piece, sizeof piece, 0);
        if (got < 0 && errno == EAGAIN) return 0;
        if (got <= 0) fail("the endpoint broke a connection: %s", got ? strerror(errno) : "closed");
        size_t room = KEPT_BYTES - c->kept_length, keeps = (size_t)got < room ? (size_t)got : room;
        memcpy(c->kept + c->kept_length, piece, keeps);
        c->kept_length += keeps;
        c->received += got;
        if (c->whole < 0) find_length(c);
        if (c->whole >= 0 && c->received >= c->whole) return 1;
    }
}

static void account(Connection *c) {
    c->kept[c->kept_length] = 0;
    if (strncmp(c->kept, "HTTP/1.", 7) || c->kept[9] != '2') fail("refused: %.600s", c->kept);
    if (*expected && !strstr(c->kept, expected)) fail("unexpected: %.600s", c->kept);
    if (finished == capacity) latencies = realloc(latencies, sizeof(double) * (capacity = capacity ? 2 * capacity : 4096));
    latencies[finished++] = now() - c->began;
    received_bytes += c->received;
    c->is_busy = 0;
    char *close_mark = strcasestr(c->kept, "\r\nconnection: close");
    if (close_mark) close(c->descriptor), open_connection(c);
}

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double percentile(double share) {
    return finished ? latencies[(long)((finished - 1) * share)] * 1e3 : 0;
}

static void read_arguments(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        char *name = argv[i], *value = argv[i + 1];
        if (!strcmp(name, "--requests")) requests_path = value;
        else if (!strcmp(name, "--expect")) expected = value;
        else if (!strcmp(name, "--connections")) connections = atoi(value);
        else if (!strcmp(name, "--pid")) server_pid = atoi(value);
        else if (!strcmp(name, "--endpoint")) {
            char *start = strstr(value, "://");
            host = start ? start + 3 : value;
            char *colon = strchr(host, ':');
            if (colon) *colon = 0, port = strtok(colon + 1, "/");
        } else fail("unknown argument %s", name);
    }
}

int main(int argc, char **argv) {
    read_arguments(argc, argv);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, port, &hints, &address)) fail("no such host: %s", host);
    int file = open(requests_path, O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status)) fail("cannot read %s", requests_path);
    at = mmap(NULL, status.st_size + 1, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (at == MAP_FAILED) fail("cannot map %s", requests_path);
    end = at + status.st_size;
    memset(shared, 'x', sizeof shared);
    poll_descriptor = epoll_create1(0);
    Connection *all = calloc(connections, sizeof *all);
    for (int i = 0; i < connections; i++) open_connection(&all[i]);
    double cpu = server_cpu(), began = now();
    int busy = 0;
    for (int i = 0; i < connections; i++) busy += start(&all[i]);
    while (busy > 0) {
        struct epoll_event events[64];
        int ready = epoll_wait(poll_descriptor, events, 64, 120000);
        if (ready == 0) fail("no answer within 120 s");
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (!c->is_busy) continue;
            if (events[i].events & EPOLLOUT) pump_write(c);
            if (!(events[i].events & ~EPOLLOUT) || !pump_read(c)) continue;
            account(c);
            if (!start(c)) busy--;
        }
    }
    double took = now() - began;
    cpu = server_cpu() - cpu;
    qsort(latencies, finished, sizeof(double), by_value);
    printf(
        "{\"requests\":%ld,\"seconds\":%.4f,\"requests_per_second\":%.1f,\"sent_bytes\":%lld,\"received_bytes\":%lld,"
        "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_us_per_request\":%.2f}\n",
        finished, took, finished / took, sent_bytes, received_bytes, percentile(0.5), percentile(0.99),
        finished ? cpu / finished * 1e6 : 0);
    return 0;
}
