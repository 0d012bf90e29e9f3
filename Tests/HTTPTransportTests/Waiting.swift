import Dispatch
import Synchronization

/// Holds threads back until it is opened.
final class Gate: Sendable {
    // A semaphore passes its token on, so that one opening lets everybody through.
    private let semaphore = DispatchSemaphore(value: 0)

    func open() {
        semaphore.signal()
    }

    func wait() {
        semaphore.wait()
        semaphore.signal()
    }
}

/// Lets nobody through before as many have come as were told.
final class Barrier: Sendable {
    private let missing: Mutex<Int>
    private let gate = Gate()

    init(_ count: Int) {
        missing = Mutex(count)
    }

    func wait() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing == 0
        }
        if isLast { gate.open() }
        gate.wait()
    }
}
