import CLinux
import Foundation
import Synchronization

/// Waits for the sockets of all Runtime APIs on a thread of its own, and tells their owners on it. What it tells of is not told
/// again before it is asked for again, so that another thread may take a socket over meanwhile.
final class SocketWatch: Sendable {
    /// One socket in the watch.
    struct Place: Sendable {
        fileprivate let watch: SocketWatch
        fileprivate let socket: Int32
        fileprivate let number: UInt64

        /// Tells once when there is something to read (or to accept, or the peer is gone), or room to write.
        func arm(reads: Bool, writes: Bool = false) {
            rivulet_arm_in_set(watch.set, socket, number, reads ? 1 : 0, writes ? 1 : 0)
        }

        /// Tells nothing until it is armed again.
        func rest() { arm(reads: false) }

        /// Gives the socket up; to be called before it is closed.
        func leave() {
            rivulet_remove_from_set(watch.set, socket)
            watch.owners.withLock { $0.told[number] = nil }
        }
    }

    /// In a struct: a closure that a generic type holds by itself is wrapped anew at each access.
    private struct Owner: Sendable {
        let tell: @Sendable () -> Void
    }

    private struct Owners {
        var told: [UInt64: Owner] = [:]
        var lastNumber: UInt64 = 0
    }

    static let shared = SocketWatch()

    private let set: Int32
    private let owners = Mutex(Owners())

    private init() {
        set = rivulet_socket_set()
        precondition(set >= 0, "epoll_create1: \(String(cString: strerror(-set)))")
        let thread = Thread { self.run() }
        thread.name = "runtime-api"
        thread.start()
    }

    /// - Parameter tell: called on the watch's thread: what it does holds all others up.
    /// - Throws: `SystemRefusal` when the kernel watches no more sockets.
    func add(_ socket: Int32, _ tell: @escaping @Sendable () -> Void) throws(SystemRefusal) -> Place {
        let number = owners.withLock { owners in
            owners.lastNumber += 1
            owners.told[owners.lastNumber] = Owner(tell: tell)
            return owners.lastNumber
        }
        let failure = rivulet_add_to_set(set, socket, number)
        guard failure == 0 else {
            owners.withLock { $0.told[number] = nil }
            throw SystemRefusal(code: -failure)
        }
        return Place(watch: self, socket: socket, number: number)
    }

    private func run() {
        var numbers = [UInt64](repeating: 0, count: 64)
        while true {
            let count = rivulet_wait_for_set(set, &numbers, Int32(numbers.count))
            for number in numbers.prefix(Int(count)) {
                // One that has left meanwhile has no owner any more.
                owners.withLock { $0.told[number] }?.tell()
            }
        }
    }
}

/// A call that the system refused.
struct SystemRefusal: Error, CustomStringConvertible {
    /// The `errno`.
    let code: Int32

    var description: String { String(cString: strerror(code)) }
}
