import AWSProtocol
import Synchronization

/// Lets requests in to the emulator that runs now, and keeps them waiting while another takes its place.
final class Door: Sendable {
    private struct State {
        var gateway: Gateway?
        var isOpen = false
        var inside = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Requests that were let in and have no answer yet.
    var inside: Int { state.withLock { $0.inside } }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        // What changes the state as a whole must not wait for itself.
        let isOfTheState = StateControl.paths.contains { request.path.hasPrefix($0) }
        if isOfTheState, let gateway = state.withLock({ $0.gateway }) { return await gateway.respond(to: request) }
        let gateway = await enter()
        defer { state.withLock { $0.inside -= 1 } }
        return await gateway.respond(to: request)
    }

    /// From now on requests go to this emulator.
    func open(to gateway: Gateway) {
        let waiting = state.withLock { state in
            state.gateway = gateway
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }

    /// From now on requests wait.
    func close() {
        state.withLock { $0.isOpen = false }
    }

    private func enter() async -> Gateway {
        while true {
            let gateway = state.withLock { state in
                guard state.isOpen, let gateway = state.gateway else { return nil as Gateway? }
                state.inside += 1
                return gateway
            }
            if let gateway { return gateway }
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        }
    }
}
