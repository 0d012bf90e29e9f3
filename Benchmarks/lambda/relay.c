/* The least that an emulator can do: hands events from one client to one bootstrap and its answers back, with no rule, log
 * or store between. What the machine itself costs a warm invocation.
 *
 *     relay BOOTSTRAP
 *
 * Prints the port for the client, and ends with it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CAPACITY = 1 << 22 };

struct connection {
    int sock;
    size_t used;
    char bytes[CAPACITY];
};

static struct connection client, bootstrap;

static int listen_on(int *port) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind(listener, (struct sockaddr *)&at, sizeof at);
    listen(listener, 8);
    getsockname(listener, (struct sockaddr *)&at, &length);
    *port = ntohs(at.sin_port);
    return listener;
}

static void admit(struct connection *connection, int listener, int poll) {
    int on = 1;
    connection->sock = accept(listener, NULL, NULL);
    setsockopt(connection->sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    epoll_ctl(poll, EPOLL_CTL_ADD, connection->sock, &event);
}

/* The length of the first request if it is whole, and its body; else 0. */
static size_t whole_request(struct connection *from, char **body, size_t *size) {
    from->bytes[from->used] = 0;
    char *end = strstr(from->bytes, "\r\n\r\n");
    if (!end) return 0;
    char *field = strcasestr(from->bytes, "\r\ncontent-length:");
    *size = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    *body = end + 4;
    size_t whole = *body - from->bytes + *size;
    return from->used < whole ? 0 : whole;
}

static void drop(struct connection *from, size_t count) {
    memmove(from->bytes, from->bytes + count, from->used -= count);
}

static void give(int sock, const char *head, size_t head_size, const char *body, size_t size) {
    struct iovec parts[] = {{(char *)head, head_size}, {(char *)body, size}};
    if (writev(sock, parts, 2) != (ssize_t)(head_size + size)) exit(4);
}

static void give_event(const char *body, size_t size) {
    char head[512];
    int length = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\nLambda-Runtime-Deadline-Ms: 1999999999999\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:echo\r\n"
        "Content-Length: %zu\r\n\r\n", size);
    give(bootstrap.sock, head, length, body, size);
}

static void give_answer(const char *body, size_t size) {
    static const char accepted[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";
    give(bootstrap.sock, accepted, sizeof accepted - 1, NULL, 0);
    char head[128];
    int length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
    give(client.sock, head, length, body, size);
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    int client_port, api_port, poll = epoll_create1(EPOLL_CLOEXEC);
    int clients = listen_on(&client_port), api = listen_on(&api_port);
    char variable[64];
    snprintf(variable, sizeof variable, "AWS_LAMBDA_RUNTIME_API=127.0.0.1:%d", api_port);
    char *environment[] = {variable, "_HANDLER=echo", NULL}, *words[] = {arguments[1], NULL};
    pid_t process = vfork();
    if (process == 0) {
        execve(arguments[1], words, environment);
        _exit(127);
    }
    admit(&bootstrap, api, poll);
    printf("%d\n", client_port);
    fflush(stdout);
    admit(&client, clients, poll);
    for (int is_ready = 0;;) {
        struct epoll_event events[2];
        for (int left = epoll_wait(poll, events, 2, -1); left > 0; left--) {
            struct connection *from = events[left - 1].data.ptr;
            ssize_t got = read(from->sock, from->bytes + from->used, CAPACITY - 1 - from->used);
            if (got <= 0) {
                kill(process, SIGKILL);
                return 0;
            }
            from->used += got;
        }
        char *body;
        size_t size, whole;
        while ((whole = whole_request(&bootstrap, &body, &size)) > 0) {
            if (bootstrap.bytes[0] == 'G') is_ready = 1; else give_answer(body, size);
            drop(&bootstrap, whole);
        }
        if (is_ready && (whole = whole_request(&client, &body, &size)) > 0) {
            give_event(body, size);
            drop(&client, whole);
            is_ready = 0;
        }
    }
}
