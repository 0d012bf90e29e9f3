import NIOCore
import NIOPosix
import Synchronization

/// Timers in real time, for the limits of child processes: a process does not live on the emulator's clock (DESIGN D6).
package protocol RealTimers: Sendable {
    /// Runs `fire` after `delay`, on a thread that must not be held up, unless cancelled before.
    func after(_ delay: Duration, _ fire: @escaping @Sendable () -> Void) -> any RealTimer

    /// An alarm for what is set and cleared thousands of times for each time that it rings.
    ///
    /// - Parameter ring: called when it may be due: `takeDue` tells.
    func alarm(_ ring: @escaping @Sendable () -> Void) -> any RealAlarm
}

package protocol RealTimer: Sendable {
    func cancel()
}

/// Set, cleared and taken by one thread at a time.
package protocol RealAlarm: Sendable {
    /// Rings after `delay`, and not when it was to ring before.
    func set(_ delay: Duration)
    func clear()
    /// Whether it is set and its time has come; clears it then.
    func takeDue() -> Bool
}

/// Timers kept by event loops.
package struct EventLoopTimers: RealTimers {
    private struct Ring: NIOScheduledCallbackHandler, Sendable {
        let fire: @Sendable () -> Void

        func handleScheduledCallback(eventLoop: some EventLoop) { fire() }
    }

    private struct Timer: RealTimer {
        /// nil when the loop has ended: nothing happens on it any more.
        let callback: NIOScheduledCallback?

        func cancel() { callback?.cancel() }
    }

    package init() {}

    package func after(_ delay: Duration, _ fire: @escaping @Sendable () -> Void) -> any RealTimer {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return Timer(callback: try? loop.scheduleCallback(in: TimeAmount(delay), handler: Ring(fire: fire)))
    }

    package func alarm(_ ring: @escaping @Sendable () -> Void) -> any RealAlarm {
        LazyAlarm(timers: self, ring)
    }
}

/// An alarm over one timer, which is left as it is when the alarm is set to a later time: when it fires it is set again for
/// what is left.
private final class LazyAlarm: RealAlarm {
    private struct State {
        var due: ContinuousClock.Instant?
        var timer: (any RealTimer)?
        /// When the timer fires.
        var fires: ContinuousClock.Instant?
    }

    private let timers: EventLoopTimers
    private let ring: @Sendable () -> Void
    private let state = Mutex(State())

    init(timers: EventLoopTimers, _ ring: @escaping @Sendable () -> Void) {
        self.timers = timers
        self.ring = ring
    }

    deinit {
        state.withLock { $0.timer?.cancel() }
    }

    func set(_ delay: Duration) {
        let due = ContinuousClock.now + delay
        state.withLock { state in
            state.due = due
            if let fires = state.fires, fires <= due { return }
            state.timer?.cancel()
            start(delay, until: due, &state)
        }
    }

    func clear() {
        state.withLock { $0.due = nil }
    }

    func takeDue() -> Bool {
        state.withLock { state in
            guard let due = state.due, due <= .now else { return false }
            state.due = nil
            return true
        }
    }

    private func start(_ delay: Duration, until fires: ContinuousClock.Instant, _ state: inout State) {
        state.fires = fires
        state.timer = timers.after(delay) { [weak self] in self?.fired() }
    }

    private func fired() {
        let isDue = state.withLock { state in
            (state.timer, state.fires) = (nil, nil)
            guard let due = state.due else { return false }
            let left = due - .now
            if left > .zero { start(left, until: due, &state) }
            return left <= .zero
        }
        if isDue { ring() }
    }
}
