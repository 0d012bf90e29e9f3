import EmulatorClock
import NIOCore
import NIOPosix

/// Where the last event was answered at once, the thread that brings the next one waits for the answer itself, and then for the
/// process's next question, rather than leave them to the thread that watches the sockets.
extension Sandbox {
    /// Whether an event that was answered after this time makes it worth while to wait for the next answer on the spot. One
    /// that was not waited for so lasted two wake-ups longer.
    static func isQuick(_ duration: Duration) -> Bool { duration <= Attention.patience * 2 }

    /// Delivers an event, and waits for its answer if that is to come at once.
    func attending(_ connection: RuntimeConnection, _ deliver: () -> Void) {
        guard state.isQuick, Attention.take() else { return deliver() }
        // Before: the process may run as soon as it is sent the event, and have answered when that is done.
        connection.unwatch()
        let work = state.work
        deliver()
        look(at: connection) { state.work !== work }
        Attention.release()
        guard state.work !== work, let loop = MultiThreadedEventLoopGroup.currentEventLoop else {
            return connection.watch()
        }
        // By the time that the loop comes to this the caller has its answer.
        loop.execute { [socket = connection.socket] in self.awaitQuestion(on: socket) }
    }

    /// Waits for the process, which has answered, to ask for its next event.
    private func awaitQuestion(on socket: Int32) {
        monitor.enter {
            guard let connection = state.connections[socket] else { return }
            if Attention.take() {
                look(at: connection) { state.environment?.isAboutToAsk != true }
                Attention.release()
            }
            connection.watch()
        }
    }

    private func look(at connection: RuntimeConnection, until isDone: () -> Bool) {
        Attention.look {
            connection.progress()
            return isDone()
        }
    }
}
