import CLinux
import Dispatch
import Foundation
import Glibc
import Synchronization

/// A child process with a process group of its own, which the kernel kills when the emulator dies.
///
/// Started by a few lines of C rather than by posix_spawn or Foundation's Process: neither can set the parent-death signal,
/// and both copy descriptors one by one where one `close_range` does.
final class ChildProcess: Sendable {
    struct StartFailure: Error, Equatable {
        let code: Int32

        /// The system's words as Go prints them, which AWS forwards: `permission denied`.
        var reason: String {
            let text = String(cString: strerror(code))
            return text.prefix(1).lowercased() + text.dropFirst()
        }
    }

    /// What is left of a process: how it ended and the most memory it held, in KiB.
    struct Remains: Sendable {
        var status: ExitStatus
        var peakMemory: Int
    }

    let id: pid_t
    private let isReaped = Mutex(false)

    /// Whether the kernel lets a child have a `/tmp` of its own; asked once.
    static let canHaveOwnTmp = rivulet_own_tmp_failure() == 0

    /// Starts the program. Call on a thread that outlives the child: the kernel takes that thread's end for the parent's.
    ///
    /// - Parameter tmpSize: bytes of a `/tmp` that only this process and its children see; 0 for the machine's own.
    init(
        executable: String, environment: [String], directory: String, output: Int32, tmpSize: Int = 0
    ) throws(StartFailure) {
        let started = Self.spawn(executable, environment, directory, output, tmpSize)
        guard started > 0 else { throw StartFailure(code: -started) }
        id = started
    }

    /// Signals the process and all that it started and that stayed in its group.
    func signalGroup(_ signal: Int32) {
        isReaped.withLock { isReaped in
            // Once reaped, the number may belong to a stranger.
            if !isReaped { _ = kill(-id, signal) }
        }
    }

    /// Calls `body` once, on `queue`, after the process has exited and is reaped; its group is killed first.
    func whenExited(on queue: DispatchQueue, _ body: @escaping @Sendable (Remains) -> Void) {
        let descriptor = rivulet_exit_descriptor(id)
        guard descriptor >= 0 else {
            // Before Linux 5.3 there is no such descriptor: a thread waits instead.
            return Thread.detachNewThread { body(self.reap()) }
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler {
            source.cancel()
            body(self.reap())
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
    }

    /// The most memory the process has held so far, in KiB; nil once it is gone.
    ///
    /// Not from `rusage`: that begins with the emulator's own size at the moment of the exec.
    var peakMemory: Int? {
        let file = open("/proc/\(id)/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"))
        guard let line = lines.first(where: { $0.starts(with: "VmHWM:".utf8) }) else { return nil }
        func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
        return Int(String(decoding: line.drop { !isDigit($0) }.prefix(while: isDigit), as: UTF8.self))
    }

    /// Waits for the exit, then kills what is left of the group while the unreaped process still holds its number.
    private func reap() -> Remains {
        var info = siginfo_t()
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        signalGroup(SIGKILL)
        var status: Int32 = 0
        var usage = rusage()
        isReaped.withLock { isReaped in
            while wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
            isReaped = true
        }
        let signal = status & 0x7F
        return Remains(
            status: signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal), peakMemory: usage.ru_maxrss)
    }

    private static func spawn(
        _ executable: String, _ environment: [String], _ directory: String, _ output: Int32, _ tmpSize: Int
    ) -> pid_t {
        withCStrings([executable]) { arguments in
            withCStrings(environment) { variables in
                executable.withCString { path in
                    directory.withCString { folder in
                        var child = rivulet_child(
                            executable: path, arguments: arguments, environment: variables, directory: folder,
                            output: output, tmp_size: UInt64(tmpSize))
                        return rivulet_spawn(&child)
                    }
                }
            }
        }
    }

    /// The strings as C's null-terminated list of strings.
    private static func withCStrings<Value>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Value
    ) -> Value {
        var copies = strings.map { strdup($0) } + [nil]
        defer { copies.forEach { free($0) } }
        return copies.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
