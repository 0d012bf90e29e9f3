import Foundation
import Glibc

/// How long a package takes from its start to its first question for work, `GET …/invocation/next`, on this machine.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
struct ColdStart: Sendable {
    /// The unpacked package.
    private let folder: URL

    /// Unpacks the entries into a folder of their own, which lives until `end`.
    init(_ entries: [ZipEntry]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "package-\(UUID().uuidString)")
        for entry in entries {
            let file = folder.appending(path: entry.name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(entry.bytes).write(to: file)
            let mode = entry.isExecutable ? 0o755 : 0o644
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        }
    }

    func end() {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The median of several starts, measured on a thread of its own.
    ///
    /// - Throws: `ColdStartError`.
    func median(of starts: Int = 11) async throws -> Duration {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try (0..<starts).map { _ in try start() }.sorted()[starts / 2] })
            }
        }
    }

    private func start() throws -> Duration {
        let runtimeAPI = try LoopbackListener()
        let clock = ContinuousClock()
        let begun = clock.now
        let child = try spawn(port: runtimeAPI.port)
        defer {
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
        }
        let question = try runtimeAPI.firstRequest(of: child)
        let time = begun.duration(to: clock.now)
        guard question.contains("/invocation/next") else { throw ColdStartError.refusesToStart(question) }
        return time
    }

    /// The environment is Lambda's, as far as the smallest of the functions reads it.
    private func spawn(port: UInt16) throws -> pid_t {
        let environment = [
            "AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(port)", "_HANDLER=sqsToStore", "LAMBDA_TASK_ROOT=\(folder.path)",
            "LD_LIBRARY_PATH=\(folder.path)/lib", "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=none",
            "AWS_SECRET_ACCESS_KEY=none", "REALTIME_TABLE=none",
        ]
        let path = folder.appending(path: "bootstrap").path
        // What it says once the listener is gone is of no interest.
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for descriptor in STDOUT_FILENO...STDERR_FILENO {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_WRONLY, 0)
        }
        var (child, code) = (pid_t(), ETXTBSY)
        // A child that another thread starts holds the file open for writing until it becomes another program.
        for _ in 0..<100 where code == ETXTBSY {
            code = withCStrings([path]) { arguments in
                withCStrings(environment) { variables in posix_spawn(&child, path, &files, nil, arguments, variables) }
            }
            if code == ETXTBSY { usleep(10_000) }
        }
        guard code == 0 else { throw ColdStartError.doesNotStart(String(cString: strerror(code))) }
        return child
    }

    private func withCStrings<Value>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }
}

/// A socket on this machine that takes one request.
private struct LoopbackListener: ~Copyable {
    /// How often it is seen whether the child still runs, and how many times.
    private static let (sliceMilliseconds, slices): (Int32, Int) = (50, 200)

    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                bind(descriptor, address.baseAddress, size) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, address.baseAddress, &size) == 0
            }
        }
        guard isListening else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw ColdStartError.noSocket(reason)
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// The request as far as one read gives it, which is its head.
    func firstRequest(of child: pid_t) throws -> String {
        try wait(for: descriptor, from: child)
        let connection = accept(descriptor, nil, nil)
        defer { close(connection) }
        try wait(for: connection, from: child)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(connection, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private func wait(for descriptor: Int32, from child: pid_t) throws {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        for _ in 0..<Self.slices {
            if poll(&event, 1, Self.sliceMilliseconds) == 1 { return }
            var ended = siginfo_t()
            // Only looked at: whoever started it takes leave of it.
            let isKnown = waitid(P_PID, id_t(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0
            guard isKnown, ended.si_signo == 0 else { throw ColdStartError.ends }
        }
        throw ColdStartError.asksForNothing
    }
}

/// Why there is no time.
enum ColdStartError: Error, Equatable {
    case noSocket(String)
    case doesNotStart(String)
    case asksForNothing
    case ends
    /// What it sent instead of a question for work.
    case refusesToStart(String)
}

extension ColdStartError: CustomStringConvertible {
    var description: String {
        switch self {
        case .noSocket(let reason): "no port of this machine can be had: \(reason)"
        case .doesNotStart(let reason): "the system does not start it: \(reason)"
        case .ends: "it ends without asking for work"
        case .asksForNothing: "it does not ask for work within 10 s"
        case .refusesToStart(let request):
            "it reports a failed start: \(request.split(separator: "\r\n\r\n").last ?? "")"
        }
    }
}
