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
    private static let prefix: StaticString = "_X_AMZN_TRACE_ID="
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
        guard var value else { return unset() }
        value.withUTF8 { write(UnsafeRawBufferPointer($0)) }
        if getenv(Self.name) != buffer + Self.prefix.utf8CodeUnitCount { putenv(buffer) }
    }

    private func write(_ value: UnsafeRawBufferPointer) {
        let start = Self.prefix.utf8CodeUnitCount
        if start + value.count + 1 > capacity { grow(to: start + value.count + 1) }
        let room = UnsafeMutableRawBufferPointer(start: buffer, count: capacity)
        room.copyMemory(from: UnsafeRawBufferPointer(start: Self.prefix.utf8Start, count: start))
        room[start...].copyBytes(from: value)
        room[start + value.count] = 0
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
