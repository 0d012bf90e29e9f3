/* A bootstrap that does nothing with a queue's messages but note when they came.
 *
 * For each event it appends a line to the file NOTES: the nanoseconds of the monotonic clock at which the event was there
 * whole, the number of its records, and the number that the body of the first one begins with. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int sock, notes;
static char *buffer, *body;
static size_t capacity;
static const char *api;

static void dial(void) {
    char host[64];
    snprintf(host, sizeof host, "%s", api);
    char *colon = strchr(host, ':');
    *colon = 0;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
    int on = 1;
    inet_pton(AF_INET, host, &to.sin_addr);
    sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(sock, (struct sockaddr *)&to, sizeof to) != 0) exit(90);
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void request(const char *text, size_t length) {
    if (write(sock, text, length) != (ssize_t)length) exit(91);
}

/* Reads one answer whole. */
static void receive(void) {
    size_t used = 0, whole = 0;
    while (whole == 0 || used < whole) {
        if (capacity < used + 65536 && !(buffer = realloc(buffer, capacity = 2 * capacity + 65536))) exit(92);
        ssize_t got = read(sock, buffer + used, capacity - used - 1);
        if (got <= 0) exit(93);
        buffer[used += got] = 0;
        char *end = whole == 0 ? strstr(buffer, "\r\n\r\n") : NULL;
        if (!end) continue;
        char *length = strcasestr(buffer, "\r\ncontent-length:");
        whole = end + 4 - buffer + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
    }
    body = strstr(buffer, "\r\n\r\n") + 4;
}

static void note(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    size_t records = 0;
    for (char *at = body; (at = strstr(at, "\"messageId\":")); at++) records++;
    char *first = strstr(body, "\"body\":\""), line[128];
    int length = snprintf(line, sizeof line, "%lld %zu %lld\n", now.tv_sec * 1000000000LL + now.tv_nsec, records,
                          first ? atoll(first + 8) : 0);
    if (write(notes, line, length) != length) exit(94);
}

int main(void) {
    char next[128], answer[256];
    api = getenv("AWS_LAMBDA_RUNTIME_API");
    notes = open(getenv("NOTES"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    dial();
    int next_length = snprintf(
        next, sizeof next, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", api);
    for (;;) {
        char id[64] = "";
        request(next, next_length);
        receive();
        note();
        sscanf(strcasestr(buffer, "lambda-runtime-aws-request-id:") + 30, " %63s", id);
        int length = snprintf(
            answer, sizeof answer,
            "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\nContent-Length: 4\r\n\r\nnull", id, api);
        request(answer, length);
        receive();
    }
}
