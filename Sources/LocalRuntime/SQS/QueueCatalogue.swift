import Synchronization

/// All queues, in memory: every request begins by looking one up.
///
/// It is changed inside the writer's transactions and read there, so that a write sees the queues as they are when its
/// turn comes, not as they were when it was asked for.
final class QueueCatalogue: Sendable {
    private struct State {
        var byAddress: [QueueAddress: Queue] = [:]
        var addresses: [Int64: QueueAddress] = [:]
    }

    private let state = Mutex(State())

    subscript(address: QueueAddress) -> Queue? {
        state.withLock { $0.byAddress[address] }
    }

    subscript(id: Int64) -> Queue? {
        state.withLock { state in state.addresses[id].flatMap { state.byAddress[$0] } }
    }

    /// The queue as it is now.
    ///
    /// - Throws: `queueDoesNotExist` when it has been deleted meanwhile.
    func current(_ queue: Queue) throws -> Queue {
        guard let queue = self[queue.id] else { throw SQSError.queueDoesNotExist }
        return queue
    }

    func set(_ queue: Queue) {
        state.withLock { state in
            state.byAddress[queue.address] = queue
            state.addresses[queue.id] = queue.address
        }
    }

    func remove(_ queue: Queue) {
        state.withLock { state in
            state.byAddress[queue.address] = nil
            state.addresses[queue.id] = nil
        }
    }

    func replaceAll(_ queues: [Queue]) {
        state.withLock { state in
            state = State()
            for queue in queues {
                state.byAddress[queue.address] = queue
                state.addresses[queue.id] = queue.address
            }
        }
    }

    /// Every queue for which `matches` holds, in the order of the names.
    func all(where matches: (Queue) -> Bool) -> [Queue] {
        state.withLock { $0.byAddress.values.filter(matches) }.sorted { $0.address.name < $1.address.name }
    }

    /// The queues whose given-up messages go to that ARN.
    func sources(ofDeadLetterQueue arn: String) -> [Queue] {
        all { $0.settings.redrivePolicy?.deadLetterTargetARN == arn }
    }

    /// Where the queue's given-up messages go; nil when nowhere, or to a queue that is no longer there.
    func deadLetterQueue(of queue: Queue) -> Queue? {
        queue.settings.redrivePolicy.flatMap { QueueAddress(arn: $0.deadLetterTargetARN) }.flatMap { self[$0] }
    }
}
