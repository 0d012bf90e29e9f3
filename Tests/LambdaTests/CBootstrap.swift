import Foundation
import Glibc
import TestSupport
import Testing

/// A bootstrap in bare C, compiled once per test run. `_HANDLER` says how it behaves.
enum CBootstrap {
    private static let folder = FileManager.default.temporaryDirectory.appending(path: "rivulet-bootstrap-\(getpid())")

    /// Where the program lies once it is `built`.
    static let path = folder.appending(path: "bootstrap").path

    /// Waits until it is compiled.
    static func built() async throws {
        try await compilation.value
    }

    private static let compilation = Task {
        atexit { try? FileManager.default.removeItem(at: CBootstrap.folder) }
        let source = folder.appending(path: "bootstrap.c")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.source.write(to: source, atomically: true, encoding: .utf8)
        let outcome = try await Program.run("/usr/bin/cc", ["-O1", "-o", path, source.path])
        try #require(outcome.status == 0, "cc: \(outcome.errors)")
    }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <arpa/inet.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <strings.h>
        #include <sys/socket.h>
        #include <unistd.h>

        extern char **environ;
        static int sock = -1;
        static char *head, *body;
        static size_t body_length;
        /* What has been read, how much of it was the last answer's, and the byte behind that, which a 0 has taken the place of. */
        static size_t capacity, used, consumed;
        static char behind;

        static void dial(void) {
            char host[64];
            strncpy(host, getenv("AWS_LAMBDA_RUNTIME_API"), 63);
            char *colon = strchr(host, ':');
            *colon = 0;
            struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
            inet_pton(AF_INET, host, &address.sin_addr);
            sock = socket(AF_INET, SOCK_STREAM, 0);
            used = consumed = 0;
            if (connect(sock, (struct sockaddr *)&address, sizeof address) != 0) exit(90);
        }

        static void send_all(const char *bytes, size_t length) {
            while (length > 0) {
                ssize_t n = write(sock, bytes, length);
                if (n <= 0) exit(91);
                bytes += n;
                length -= n;
            }
        }

        /* Reads one answer with a Content-Length; returns its status. What came along behind it is the next one's. */
        static int receive(void) {
            if (consumed < used) head[consumed] = behind;
            memmove(head, head + consumed, used -= consumed);
            char *end = NULL;
            while (used == 0 || (head[used] = 0, !(end = strstr(head, "\r\n\r\n")))) {
                if (capacity < used + 65536) head = realloc(head, capacity = (used + 65536) * 2);
                ssize_t n = read(sock, head + used, capacity - used - 1);
                if (n <= 0) exit(92);
                used += n;
            }
            char *length = strcasestr(head, "\r\ncontent-length:");
            body_length = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
            size_t start = end + 4 - head;
            if (capacity < start + body_length + 1) head = realloc(head, capacity = start + body_length + 1);
            while (used < start + body_length) {
                ssize_t n = read(sock, head + used, start + body_length - used);
                if (n <= 0) exit(93);
                used += n;
            }
            consumed = start + body_length;
            behind = head[consumed];
            head[start - 1] = 0;
            head[consumed] = 0;
            body = head + start;
            return atoi(head + 9);
        }

        static int post(const char *path, const char *headers, const char *bytes, size_t length) {
            char text[1024];
            int n = snprintf(text, sizeof text,
                "POST /2018-06-01/runtime/%s HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n%s\r\n", path,
                getenv("AWS_LAMBDA_RUNTIME_API"), length, headers);
            send_all(text, n);
            send_all(bytes, length);
            return receive();
        }

        static char request_id[64];

        static void next(void) {
            char text[256];
            int n = snprintf(text, sizeof text, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n",
                getenv("AWS_LAMBDA_RUNTIME_API"));
            send_all(text, n);
            if (receive() != 200) exit(94);
            char *id = strcasestr(head, "lambda-runtime-aws-request-id:");
            sscanf(id + 30, " %63s", request_id);
        }

        static int answer(const char *what, const char *headers, const char *bytes, size_t length) {
            char path[128];
            snprintf(path, sizeof path, "invocation/%s/%s", request_id, what);
            return post(path, headers, bytes, length);
        }

        static char *json_string(const char *text, size_t length, char *out) {
            *out++ = '"';
            for (size_t i = 0; i < length; i++) {
                unsigned char c = text[i];
                if (c == '"' || c == '\\') { *out++ = '\\'; *out++ = c; }
                else if (c < 32) out += sprintf(out, "\\u%04x", c);
                else *out++ = c;
            }
            *out++ = '"';
            *out = 0;
            return out;
        }

        int main(void) {
            setvbuf(stdout, NULL, _IONBF, 0);
            const char *handler = getenv("_HANDLER");
        #define is(name) (strcmp(handler, name) == 0)
            if (is("exit-early")) exit(7);
            if (is("init-hang")) { puts("init hangs"); for (;;) pause(); }
            if (is("stubborn")) signal(SIGTERM, SIG_IGN);
            dial();
            if (is("init-error")) {
                const char *text = "{\"errorType\":\"Config.Missing\",\"errorMessage\":\"TABLE is not set\"}";
                post("init/error", "Lambda-Runtime-Function-Error-Type: Config.Missing\r\n", text, strlen(text));
                exit(1);
            }
            if (is("answer-early")) {
                int status = post("invocation/abc/response", "", "1", 1);
                printf("early answer: %d %s", status, body);
            }
            for (;;) {
                next();
                if (is("echo") || is("stubborn")) {
                    char *event = memcpy(malloc(body_length), body, body_length);
                    size_t length = body_length;
                    answer("response", "", event, length);
                    free(event);
                } else if (is("error")) {
                    const char *text = "{\"errorType\":\"Bad.Thing\",\"errorMessage\":\"no \\\"good\\\"\",\"stackTrace\":[]}";
                    answer("error", "Lambda-Runtime-Function-Error-Type: Bad.Thing\r\n", text, strlen(text));
                } else if (is("empty-error")) {
                    answer("error", "Lambda-Runtime-Function-Error-Type: Bare.Type\r\n", "", 0);
                } else if (is("exit")) {
                    exit(atoi(body));
                } else if (is("crash")) {
                    raise(SIGSEGV);
                } else if (is("hang")) {
                    pid_t child = fork();
                    if (child == 0) { signal(SIGTERM, SIG_IGN); for (;;) pause(); }
                    printf("hanging %d %d\n", getpid(), child);
                    for (;;) pause();
                } else if (is("env")) {
                    char *out = malloc(1 << 20), *at = out;
                    *at++ = '[';
                    for (char **v = environ; *v; v++) { if (v != environ) *at++ = ','; at = json_string(*v, strlen(*v), at); }
                    *at++ = ',';
                    char folder[4096];
                    getcwd(folder, sizeof folder);
                    at = json_string(folder, strlen(folder), at);
                    *at++ = ']';
                    answer("response", "", out, at - out);
                } else if (is("headers")) {
                    char *out = malloc(1 << 16);
                    char *at = json_string(head, strlen(head), out);
                    answer("response", "", out, at - out);
                } else if (is("big")) {
                    size_t size = strtoul(body, NULL, 10);
                    char *out = malloc(size);
                    memset(out, 'a', size);
                    out[0] = out[size - 1] = '"';
                    int status = answer("response", "", out, size);
                    if (status != 202) {
                        printf("status %d %s", status, body);
                        status = answer("error", "", "{}", 2);
                        printf("then %d %s", status, body);
                    }
                    free(out);
                } else if (is("chunked")) {
                    char text[1024];
                    int n = snprintf(text, sizeof text,
                        "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n",
                        request_id, getenv("AWS_LAMBDA_RUNTIME_API"));
                    send_all(text, n);
                    receive();
                } else if (is("pipelined")) {
                    char text[2048];
                    for (;;) {
                        int n = snprintf(text, sizeof text,
                            "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\n"
                            "Content-Length: %zu\r\n\r\n%s"
                            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n",
                            request_id, getenv("AWS_LAMBDA_RUNTIME_API"), body_length, body,
                            getenv("AWS_LAMBDA_RUNTIME_API"));
                        send_all(text, n);
                        receive();
                        if (receive() != 200) exit(95);
                        sscanf(strcasestr(head, "lambda-runtime-aws-request-id:") + 30, " %63s", request_id);
                    }
                } else if (is("twice")) {
                    answer("response", "", "\"first\"", 7);
                    int status = answer("response", "", "\"second\"", 8);
                    printf("second answer: %d %s", status, body);
                } else if (is("reconnect")) {
                    answer("response", "Connection: close\r\n", "\"ok\"", 4);
                    close(sock);
                    dial();
                } else if (is("once")) {
                    answer("response", "", "\"once\"", 6);
                    exit(0);
                } else if (is("say")) {
                    fprintf(stdout, "to stdout\n");
                    fprintf(stderr, "to stderr\nunfinished");
                    answer("response", "", "null", 4);
                } else if (is("streaming")) {
                    char text[1024];
                    int broken = strstr(body, "broken") != NULL;
                    int n = snprintf(text, sizeof text,
                        "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: %s\r\n"
                        "Lambda-Runtime-Function-Response-Mode: streaming\r\n"
                        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n%s\r\n",
                        request_id, getenv("AWS_LAMBDA_RUNTIME_API"), broken
                            ? "Lambda-Runtime-Function-Error-Type: Half.Way\r\n"
                              "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n" : "");
                    send_all(text, n);
                    receive();
                } else if (is("hoard")) {
                    /* Half of it in a child, which is of the same group. */
                    size_t half = strtoul(body, NULL, 10) << 19;
                    /* Said first: it may be killed before the memory is filled. */
                    printf("hoards %d\n", getpid());
                    if (fork() == 0) { memset(malloc(half), 1, half); for (;;) pause(); }
                    memset(malloc(half), 1, half);
                    for (;;) pause();
                } else if (is("fill")) {
                    /* What was there before, and how many bytes a file may hold. */
                    int was_there = access("/tmp/fill", F_OK) == 0;
                    int file = open("/tmp/fill", O_WRONLY | O_CREAT | O_TRUNC, 0600);
                    size_t written = 0;
                    static char block[4096];
                    ssize_t n;
                    while (written < (8 << 20) && (n = write(file, block, sizeof block)) > 0) written += n;
                    char out[64];
                    answer("response", "", out, sprintf(out, "[%d,%zu]", was_there, written));
                } else if (is("version")) {
                    char out[64];
                    answer("response", "", out, sprintf(out, "\"%s\"", getenv("AWS_LAMBDA_FUNCTION_VERSION")));
                } else if (is("pid")) {
                    char out[64];
                    answer("response", "", out, sprintf(out, "%d", getpid()));
                } else if (is("slow-finish")) {
                    char out[64];
                    answer("response", "", out, sprintf(out, "%d", getpid()));
                    for (;;) pause();
                } else if (is("descriptors")) {
                    int open_ones = 0;
                    for (int d = 0; d < 4096; d++) if (fcntl(d, F_GETFD) != -1) open_ones++;
                    char out[64];
                    answer("response", "", out, sprintf(out, "%d", open_ones));
                } else {
                    exit(99);
                }
            }
        }
        """#
}
