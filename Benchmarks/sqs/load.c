/* Load for one SQS endpoint: N keep-alive connections on one thread, AWS JSON 1.0 requests with a signature's shape.
 *
 *   load --endpoint http://127.0.0.1:4566 --queue URL --mode send|batch|drain|single|wake --count N
 *        [--connections 16] [--body-bytes 100] [--pid SERVER]
 *
 * Every answer is checked (status, body digest, number of entries). One line of JSON tells what was measured. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/md5.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 10, HANDLE_BYTES = 2048, ANSWER_BYTES = 1 << 18, REQUEST_BYTES = 1 << 18 };

typedef struct {
    int descriptor;
    char *request;
    size_t request_length, written;
    char *answer;
    size_t received;
    double began;
    int is_busy, deletes, closes;
    char (*handles)[HANDLE_BYTES];
} Connection;

static const char *host = "127.0.0.1", *port = "80", *queue_url = "", *mode = "send";
static long count = 10000, issued, finished, messages;
static int connections = 16, body_bytes = 100, server_pid;
static char body[1 << 17], digest[33];
static double *latencies;
static long latency_count;
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

static void open_connection(Connection *c) {
    int yes = 1;
    c->descriptor = socket(address->ai_family, SOCK_STREAM, 0);
    if (c->descriptor < 0 || connect(c->descriptor, address->ai_addr, address->ai_addrlen) != 0)
        fail("cannot connect to %s:%s: %s", host, port, strerror(errno));
    setsockopt(c->descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

static void set_request(Connection *c, const char *operation, const char *json, size_t length) {
    int head = snprintf(
        c->request, REQUEST_BYTES,
        "POST / HTTP/1.1\r\nHost: %s:%s\r\nX-Amz-Target: AmazonSQS.%s\r\nContent-Type: application/x-amz-json-1.0\r\n"
        "X-Amz-Date: 20260301T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/sqs/"
        "aws4_request, SignedHeaders=host;x-amz-date, "
        "Signature=0000000000000000000000000000000000000000000000000000000000000000\r\nContent-Length: %zu\r\n\r\n",
        host, port, operation, length);
    if (head + length > REQUEST_BYTES) fail("a request is larger than %d bytes", REQUEST_BYTES);
    memcpy(c->request + head, json, length);
    c->request_length = head + length;
    c->written = c->received = 0;
}

static void prepare(Connection *c) {
    static char json[REQUEST_BYTES];
    int length = 0;
    const char *operation;
    if (!strcmp(mode, "send")) {
        operation = "SendMessage";
        length = sprintf(json, "{\"QueueUrl\":\"%s\",\"MessageBody\":\"%s\"}", queue_url, body);
    } else if (!strcmp(mode, "batch")) {
        operation = "SendMessageBatch";
        length = sprintf(json, "{\"QueueUrl\":\"%s\",\"Entries\":[", queue_url);
        for (int i = 0; i < BATCH; i++)
            length += sprintf(json + length, "%s{\"Id\":\"m%d\",\"MessageBody\":\"%s\"}", i ? "," : "", i, body);
        length += sprintf(json + length, "]}");
    } else if (!strcmp(mode, "attributes")) {
        operation = "GetQueueAttributes";
        length = sprintf(json, "{\"QueueUrl\":\"%s\",\"AttributeNames\":[\"QueueArn\"]}", queue_url);
    } else if (c->deletes == 0) {
        operation = "ReceiveMessage";
        length = sprintf(
            json, "{\"QueueUrl\":\"%s\",\"MaxNumberOfMessages\":%d}", queue_url, !strcmp(mode, "single") ? 1 : BATCH);
    } else if (!strcmp(mode, "single")) {
        operation = "DeleteMessage";
        length = sprintf(json, "{\"QueueUrl\":\"%s\",\"ReceiptHandle\":\"%s\"}", queue_url, c->handles[0]);
    } else {
        operation = "DeleteMessageBatch";
        length = sprintf(json, "{\"QueueUrl\":\"%s\",\"Entries\":[", queue_url);
        for (int i = 0; i < c->deletes; i++)
            length += sprintf(
                json + length, "%s{\"Id\":\"m%d\",\"ReceiptHandle\":\"%s\"}", i ? "," : "", i, c->handles[i]);
        length += sprintf(json + length, "]}");
    }
    set_request(c, operation, json, length);
}

/* The length of the whole answer once it is known, else 0; -1 means that it ends with the connection. */
static long whole_answer(Connection *c) {
    c->answer[c->received] = 0;
    char *end = strstr(c->answer, "\r\n\r\n");
    if (!end) return 0;
    *end = 0;
    char *length = strcasestr(c->answer, "\r\ncontent-length:");
    int is_chunked = !length && strcasestr(c->answer, "\r\ntransfer-encoding: chunked");
    c->closes = strcasestr(c->answer, "\r\nconnection: close") != NULL;
    long whole = length ? (end + 4 - c->answer) + atol(length + 17) : -1;
    *end = '\r';
    if (!length && is_chunked) {
        char *last = strstr(end, "\r\n0\r\n\r\n");
        return last ? last + 7 - c->answer : 0;
    }
    return whole;
}

static int occurrences(const char *text, const char *what) {
    int found = 0;
    for (size_t length = strlen(what); (text = strstr(text, what)); text += length) found++;
    return found;
}

static int take_handles(Connection *c) {
    int found = 0;
    char *at = c->answer;
    while (found < BATCH && (at = strstr(at, "\"ReceiptHandle\""))) {
        char *start = strchr(strchr(at, ':'), '"') + 1, *end = strchr(start, '"');
        if (!end || end - start >= HANDLE_BYTES) fail("a receipt handle is too long");
        memcpy(c->handles[found], start, end - start);
        c->handles[found++][end - start] = 0;
        at = end;
    }
    return found;
}

/* Checks an answer and counts it; the messages it stands for. */
static void account(Connection *c) {
    latencies[latency_count++] = now() - c->began;
    if (strncmp(c->answer, "HTTP/1.", 7) || strncmp(c->answer + 9, "200", 3)) fail("refused: %.600s", c->answer);
    if (!strcmp(mode, "send") || !strcmp(mode, "batch")) {
        int expected = !strcmp(mode, "send") ? 1 : BATCH, found = occurrences(c->answer, digest);
        if (found != expected) fail("%d of %d messages were taken: %.600s", found, expected, c->answer);
        messages += expected;
    } else if (!strcmp(mode, "attributes")) {
        messages++;
    } else if (c->deletes == 0) {
        c->deletes = take_handles(c);
        if (occurrences(c->answer, digest) != c->deletes) fail("a body came back changed: %.600s", c->answer);
    } else {
        if (strstr(c->answer, "\"Failed\":[{") || strstr(c->answer, "\"Failed\": [{")) fail("%.600s", c->answer);
        messages += c->deletes;
        c->deletes = 0;
    }
    finished++;
}

static void start(Connection *c) {
    // A sender's requests are all alike, and need writing once.
    int is_ready = c->request_length > 0 && (!strcmp(mode, "send") || !strcmp(mode, "batch"));
    if (is_ready) c->written = c->received = 0;
    else prepare(c);
    c->began = now();
    c->is_busy = 1;
    issued++;
}

static void pump_write(Connection *c) {
    while (c->written < c->request_length) {
        ssize_t sent = send(c->descriptor, c->request + c->written, c->request_length - c->written, MSG_NOSIGNAL);
        if (sent < 0) fail("the endpoint closed a connection: %s", strerror(errno));
        c->written += sent;
    }
}

/* Reads once; true when the answer is whole. */
static int pump_read(Connection *c, int poll) {
    ssize_t got = recv(c->descriptor, c->answer + c->received, ANSWER_BYTES - 1 - c->received, 0);
    if (got < 0) fail("the endpoint broke a connection: %s", strerror(errno));
    c->received += got;
    long whole = whole_answer(c);
    int is_whole = got == 0 ? whole == -1 : whole > 0 && c->received >= (size_t)whole;
    if (got == 0 && !is_whole && c->received) fail("an answer was cut short");
    if (got == 0 || (is_whole && c->closes)) {
        close(c->descriptor);
        open_connection(c);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poll, EPOLL_CTL_ADD, c->descriptor, &event);
        if (!is_whole && c->is_busy) c->written = 0, pump_write(c);
    }
    return is_whole;
}

static void run(Connection *all, int poll) {
    int emptied = 0, open = 0;
    for (int i = 0; i < connections && issued < count; i++, open++) start(&all[i]), pump_write(&all[i]);
    while (open > 0) {
        struct epoll_event events[64];
        int ready = epoll_wait(poll, events, 64, 60000);
        if (ready == 0) fail("no answer within 60 s");
        for (int i = 0; i < ready; i++) {
            Connection *c = events[i].data.ptr;
            if (!c->is_busy || !pump_read(c, poll)) continue;
            c->is_busy = 0;
            int received = c->deletes;
            account(c);
            int drains = !strcmp(mode, "drain") || !strcmp(mode, "single");
            if (drains && received == 0 && c->deletes == 0) emptied = 1;
            if ((drains && emptied && c->deletes == 0) || (issued >= count && !(drains && c->deletes))) {
                open--;
                continue;
            }
            start(c);
            pump_write(c);
        }
    }
}

/* One request from beginning to end. */
static void exchange(Connection *c, int poll, const char *operation, const char *json) {
    set_request(c, operation, json, strlen(json));
    c->is_busy = 1;
    c->began = now();
    pump_write(c);
    while (!pump_read(c, poll)) {}
    c->is_busy = 0;
}

/* Long polls: one connection waits, another sends; from the send's first byte to the waiter's whole answer. */
static void wake(Connection *all, int poll) {
    Connection *waiter = &all[0], *sender = &all[1];
    static char json[REQUEST_BYTES];
    for (long i = 0; i < count; i++) {
        sprintf(json, "{\"QueueUrl\":\"%s\",\"WaitTimeSeconds\":20}", queue_url);
        set_request(waiter, "ReceiveMessage", json, strlen(json));
        waiter->is_busy = 1;
        pump_write(waiter);
        usleep(3000 + i % 7 * 500);
        double began = now();
        sprintf(json, "{\"QueueUrl\":\"%s\",\"MessageBody\":\"%s\"}", queue_url, body);
        set_request(sender, "SendMessage", json, strlen(json));
        pump_write(sender);
        while (!pump_read(waiter, poll)) {}
        latencies[latency_count++] = now() - began;
        if (take_handles(waiter) != 1) fail("the poll ended without the message: %.600s", waiter->answer);
        waiter->is_busy = 0;
        while (!pump_read(sender, poll)) {}
        sprintf(json, "{\"QueueUrl\":\"%s\",\"ReceiptHandle\":\"%s\"}", queue_url, waiter->handles[0]);
        exchange(sender, poll, "DeleteMessage", json);
        messages++;
        finished += 3;
    }
}

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double percentile(double share) {
    return latency_count ? latencies[(long)((latency_count - 1) * share)] * 1e3 : 0;
}

static void read_arguments(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i += 2) {
        char *name = argv[i], *value = argv[i + 1];
        if (!strcmp(name, "--queue")) queue_url = value;
        else if (!strcmp(name, "--mode")) mode = value;
        else if (!strcmp(name, "--count")) count = atol(value);
        else if (!strcmp(name, "--connections")) connections = atoi(value);
        else if (!strcmp(name, "--body-bytes")) body_bytes = atoi(value);
        else if (!strcmp(name, "--pid")) server_pid = atoi(value);
        else if (!strcmp(name, "--endpoint")) {
            char *start = strstr(value, "://");
            host = start ? start + 3 : value;
            char *colon = strchr(host, ':');
            if (colon) *colon = 0, port = strtok(colon + 1, "/");
        } else fail("unknown argument %s", name);
    }
    if (connections < 2) connections = 2;
    if (body_bytes >= (int)sizeof body / 8) fail("--body-bytes is at most %zu", sizeof body / 8 - 1);
}

int main(int argc, char **argv) {
    read_arguments(argc, argv);
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    if (getaddrinfo(host, port, &hints, &address)) fail("no such host: %s", host);
    memset(body, 'x', body_bytes);
    unsigned char raw[MD5_DIGEST_LENGTH];
    MD5((unsigned char *)body, body_bytes, raw);
    for (int i = 0; i < MD5_DIGEST_LENGTH; i++) sprintf(digest + 2 * i, "%02x", raw[i]);
    latencies = malloc(sizeof(double) * (2 * count + 1000 + 2 * connections));
    Connection *all = calloc(connections, sizeof *all);
    int poll = epoll_create1(0);
    for (int i = 0; i < connections; i++) {
        all[i].request = malloc(REQUEST_BYTES);
        all[i].answer = malloc(ANSWER_BYTES);
        all[i].handles = malloc(BATCH * HANDLE_BYTES);
        open_connection(&all[i]);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, all[i].descriptor, &event);
    }
    double cpu = server_cpu(), began = now();
    strcmp(mode, "wake") ? run(all, poll) : wake(all, poll);
    double took = now() - began;
    cpu = server_cpu() - cpu;
    qsort(latencies, latency_count, sizeof(double), by_value);
    printf(
        "{\"mode\":\"%s\",\"requests\":%ld,\"messages\":%ld,\"seconds\":%.4f,\"requests_per_second\":%.0f,"
        "\"messages_per_second\":%.0f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"cpu_us_per_request\":%.2f}\n",
        mode, finished, messages, took, finished / took, messages / took, percentile(0.5), percentile(0.99),
        finished ? cpu / finished * 1e6 : 0);
    return 0;
}
