#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `_X_AMZN_TRACE_ID`, where tracing libraries look for the invocation's trace header.
///
/// `setenv` keeps every value it was ever given, so a process that lives through a million invocations would grow
/// without end. This puts one buffer of its own into the environment and writes each value over the last.
final class TraceVariable {
    private static let name = "_X_AMZN_TRACE_ID"
    private var buffer: UnsafeMutablePointer<CChar>
    private var capacity = 512

    init() {
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        unset()
        buffer.deallocate()
    }

    /// Sets the variable; nil removes it, for the value of an earlier invocation would be a lie.
    func set(_ value: String?) {
        guard let value else { return unset() }
        let line = "\(Self.name)=\(value)".utf8CString
        if line.count > capacity { grow(to: line.count) }
        for (place, byte) in line.enumerated() { buffer[place] = byte }
        if getenv(Self.name) != buffer + Self.name.utf8.count + 1 { putenv(buffer) }
    }

    /// The environment must not point into a buffer that is gone.
    private func grow(to count: Int) {
        unset()
        buffer.deallocate()
        capacity = count * 2
        buffer = .allocate(capacity: capacity)
    }

    private func unset() {
        unsetenv(Self.name)
    }
}
