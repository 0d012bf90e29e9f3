package import NIOCore
import Synchronization

/// Timers in real time, for the limits of child processes: a process does not live on the emulator's clock (DESIGN D6).
package protocol RealTimers: Sendable {
    /// Runs `fire` on `loop` after `delay`, unless cancelled before.
    func after(_ delay: Duration, on loop: any EventLoop, _ fire: @escaping @Sendable () -> Void) -> any RealTimer
}

package protocol RealTimer: Sendable {
    func cancel()
}

/// Timers kept by the event loops themselves.
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

    package func after(
        _ delay: Duration, on loop: any EventLoop, _ fire: @escaping @Sendable () -> Void
    ) -> any RealTimer {
        Timer(callback: try? loop.scheduleCallback(in: TimeAmount(delay), handler: Ring(fire: fire)))
    }
}
