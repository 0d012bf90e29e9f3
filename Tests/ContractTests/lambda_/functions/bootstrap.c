/* The contract's manners in bare C: one socket, kept alive. The benchmark runs its echo, too. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

extern char **environ;
static int sock;
static char *buffer, *body;
static size_t capacity, body_length;
static char request_id[64];
static const char *api;

static void dial(const char *address) {
    char host[64];
    snprintf(host, sizeof host, "%s", address);
    char *colon = strchr(host, ':');
    *colon = 0;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
    inet_pton(AF_INET, host, &to.sin_addr);
    sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(sock, (struct sockaddr *)&to, sizeof to) != 0) exit(90);
    int on = 1;
    setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void send_both(struct iovec *parts) {
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t sent = writev(sock, parts, 2);
        if (sent <= 0) exit(91);
        for (int i = 0; i < 2; i++) {
            size_t step = (size_t)sent < parts[i].iov_len ? (size_t)sent : parts[i].iov_len;
            parts[i].iov_base = (char *)parts[i].iov_base + step;
            parts[i].iov_len -= step;
            sent -= step;
        }
    }
}

static void reserve(size_t size) {
    if (capacity < size && !(buffer = realloc(buffer, capacity = size * 2))) exit(92);
}

/* Reads one answer with a Content-Length; returns its status. */
static int receive(void) {
    size_t used = 0;
    char *end = NULL;
    while (!end) {
        reserve(used + 65536);
        ssize_t got = read(sock, buffer + used, capacity - used - 1);
        if (got <= 0) exit(93);
        buffer[used += got] = 0;
        end = strstr(buffer, "\r\n\r\n");
    }
    char *length = strcasestr(buffer, "\r\ncontent-length:");
    body_length = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    size_t start = end + 4 - buffer;
    reserve(start + body_length + 1);
    while (used < start + body_length) {
        ssize_t got = read(sock, buffer + used, start + body_length - used);
        if (got <= 0) exit(94);
        used += got;
    }
    buffer[start + body_length] = 0;
    body = buffer + start;
    return atoi(buffer + 9);
}

static void post(const char *path, const char *type, const char *bytes, size_t length) {
    char head[1024];
    int size = snprintf(head, sizeof head,
        "POST /2018-06-01/runtime/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n%s%s%s\r\n", path, api,
        length, type ? "Lambda-Runtime-Function-Error-Type: " : "", type ? type : "", type ? "\r\n" : "");
    struct iovec parts[] = {{head, size}, {(char *)bytes, length}};
    send_both(parts);
    receive();
}

static void answer(const char *what, const char *type, const char *bytes, size_t length) {
    char path[128];
    snprintf(path, sizeof path, "invocation/%s/%s", request_id, what);
    post(path, type, bytes, length);
}

static void next(void) {
    char head[128];
    int size = snprintf(head, sizeof head, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", api);
    struct iovec parts[] = {{head, size}, {NULL, 0}};
    send_both(parts);
    if (receive() != 200) exit(95);
    sscanf(strcasestr(buffer, "lambda-runtime-aws-request-id:") + 30, " %63s", request_id);
}

static char *quote(const char *text, size_t length, char *out) {
    *out++ = '"';
    for (; length > 0; length--, text++) {
        if (*text == '"' || *text == '\\') *out++ = '\\';
        *out++ = *text;
    }
    *out++ = '"';
    return out;
}

static void answer_variables(void) {
    static char out[1 << 17];
    char *at = out;
    *at++ = '{';
    for (char **pair = environ; *pair; pair++) {
        if (pair != environ) *at++ = ',';
        char *equals = strchr(*pair, '=');
        at = quote(*pair, equals - *pair, at);
        *at++ = ':';
        at = quote(equals + 1, strlen(equals + 1), at);
    }
    *at++ = '}';
    answer("response", NULL, out, at - out);
}

static void act(const char *handler) {
    char text[256];
    if (strcmp(handler, "echo") == 0) {
        char *event = memcpy(malloc(body_length + 1), body, body_length);
        answer("response", NULL, event, body_length);
        free(event);
    } else if (strcmp(handler, "error") == 0) {
        const char *error = "{\"errorType\":\"ValueError\",\"errorMessage\":\"no \\\"good\\\"\\nat all\"}";
        answer("error", "ValueError", error, strlen(error));
    } else if (strcmp(handler, "hang") == 0) {
        for (;;) pause();
    } else if (strcmp(handler, "crash") == 0) {
        raise(SIGSEGV);
    } else if (strcmp(handler, "leave") == 0) {
        _exit(3);
    } else if (strcmp(handler, "large") == 0) {
        size_t size = strtoul(body, NULL, 10);
        char *out = memset(malloc(size), 'a', size);
        out[0] = out[size - 1] = '"';
        answer("response", NULL, out, size);
        free(out);
    } else if (strcmp(handler, "say") == 0) {
        puts("to stdout");
        fflush(stdout);
        fputs("to stderr\n", stderr);
        answer("response", NULL, "null", 4);
    } else if (strcmp(handler, "variables") == 0) {
        answer_variables();
    } else if (strcmp(handler, "process") == 0) {
        usleep((useconds_t)(strtod(body, NULL) * 1e6));
        answer("response", NULL, text, snprintf(text, sizeof text, "%d", getpid()));
    } else if (strcmp(handler, "hoard") == 0) {
        size_t size = strtoul(body, NULL, 10) << 20;
        memset(malloc(size), 1, size);
        sleep(30);
        answer("response", NULL, "null", 4);
    } else if (strcmp(handler, "fill") == 0) {
        size_t size = strtoul(body, NULL, 10) << 20, written = 0;
        FILE *file = fopen("/tmp/fill", "w");
        static char block[1 << 16];
        while (file && written < size && fwrite(block, 1, sizeof block, file) == sizeof block && fflush(file) == 0)
            written += sizeof block;
        answer("response", NULL, text, snprintf(text, sizeof text, "%zu", written));
    } else {
        exit(99);
    }
}

int main(void) {
    const char *handler = getenv("_HANDLER");
    if (!handler || !*handler) handler = "echo";
    api = getenv("AWS_LAMBDA_RUNTIME_API");
    dial(api);
    if (strcmp(handler, "init_error") == 0) {
        const char *error = "{\"errorType\":\"ValueError\",\"errorMessage\":\"TABLE is not set\"}";
        post("init/error", "ValueError", error, strlen(error));
        return 1;
    }
    for (;;) {
        next();
        act(handler);
    }
}
