/* Invokes a function over one kept-alive connection, one event after the other.
 *
 *     load PORT PATH BYTES COUNT
 *
 * Prints invocations per second and the microseconds of the median and of the 99th of a hundred. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1e6 + at.tv_nsec / 1e3;
}

static int ascending(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(int count_of_arguments, char **arguments) {
    if (count_of_arguments != 5) return 64;
    size_t size = strtoul(arguments[3], NULL, 10), count = strtoul(arguments[4], NULL, 10);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int sock = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (connect(sock, (struct sockaddr *)&to, sizeof to) != 0) return 1;
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

    char *request = malloc(size + 1024), *answer = malloc(2 * size + 65536);
    size_t length = sprintf(request,
        "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
        "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, "
        "SignedHeaders=host, Signature=0\r\n\r\n", arguments[2], arguments[1], size);
    memset(request + length, 'x', size);
    request[length] = request[length + size - 1] = '"';
    length += size;

    double *took = calloc(count, sizeof *took), began = now();
    for (size_t i = 0; i < count; i++) {
        double start = now();
        for (size_t sent = 0; sent < length;) {
            ssize_t step = write(sock, request + sent, length - sent);
            if (step <= 0) return 2;
            sent += step;
        }
        size_t used = 0, whole = 0;
        while (whole == 0 || used < whole) {
            ssize_t step = read(sock, answer + used, 2 * size + 65536 - used);
            if (step <= 0) return 3;
            answer[used += step] = 0;
            char *end = whole ? NULL : strstr(answer, "\r\n\r\n");
            if (!end) continue;
            char *field = strcasestr(answer, "\r\ncontent-length:");
            if (!field || field > end) return 4;
            whole = end + 4 - answer + strtoul(field + 17, NULL, 10);
            if (strncmp(answer + 9, "200", 3) != 0 || whole - (end + 4 - answer) != size) {
                fprintf(stderr, "%.*s\n", (int)(used < 2000 ? used : 2000), answer);
                return 5;
            }
        }
        took[i] = now() - start;
    }
    double seconds = (now() - began) / 1e6;
    qsort(took, count, sizeof *took, ascending);
    printf("%.0f %.1f %.1f\n", count / seconds, took[count / 2], took[count * 99 / 100]);
    return 0;
}
