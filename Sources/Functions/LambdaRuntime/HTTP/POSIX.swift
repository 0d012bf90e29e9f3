#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The few POSIX names whose Swift spelling differs between C libraries.
enum POSIX {
    #if canImport(Glibc)
    static let streamSocket = CInt(SOCK_STREAM.rawValue)
    #else
    static let streamSocket = SOCK_STREAM
    #endif

    #if canImport(Darwin)
    static let sendFlags = CInt(MSG_DONTWAIT)
    #else
    /// A peer that has gone away is an error of the call, not a SIGPIPE for the process.
    static let sendFlags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
    #endif

    /// Keeps a descriptor from child processes.
    static func closeOnExec(_ descriptor: CInt) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// The C library's words for an error number.
    static func text(_ code: CInt) -> String {
        String(cString: strerror(code))
    }

    /// Waits until one of the descriptors is ready; an interrupted wait starts over.
    ///
    /// - Parameter milliseconds: the longest wait; -1 waits for ever.
    static func wait(_ waits: UnsafeMutablePointer<pollfd>?, count: Int, milliseconds: CInt = -1) {
        while poll(waits, nfds_t(count), milliseconds) < 0, errno == EINTR {}
    }
}
