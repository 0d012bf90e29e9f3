import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import GRDB

extension SQSService {
    /// Messages that one transaction moves when no rate is given: enough to be fast, few enough to let others in.
    private static let chunk = 500

    /// Begins to send a dead-letter queue's messages on.
    ///
    /// - Parameters:
    ///   - destinationARN: nil sends each back to where it came from.
    ///   - messagesPerSecond: on the emulator's clock; nil moves as fast as it goes.
    package func startMoveTask(
        sourceARN: String, destinationARN: String? = nil, messagesPerSecond: Int? = nil
    ) async throws -> MoveTask {
        let source = try moveQueue(sourceARN, "SourceArn")
        guard !catalogue.sources(ofDeadLetterQueue: sourceARN).isEmpty else {
            throw SQSError.invalidParameterValue("Source queue must be configured as a Dead Letter Queue.")
        }
        let destination = try destinationARN.map { try moveQueue($0, "DestinationArn") }
        guard destination.map({ $0.address.isFIFO == source.address.isFIFO }) ?? true else {
            throw SQSError.invalidParameterValue("Source and destination queue must be of the same type.")
        }
        let toMove = try await statistics(of: source).visible
        let task = MoveTask(
            id: RequestID.random(), sourceARN: sourceARN, destinationARN: destinationARN,
            messagesPerSecond: messagesPerSecond, started: clock.now, status: .running, toMove: toMove)
        try await database.write { db in
            let store = MoveTaskStore(db: db)
            guard try !store.active().contains(where: { $0.sourceARN == sourceARN }) else {
                throw SQSError.invalidParameterValue(
                    "There is already a task running. Only one active task is allowed for a source queue arn "
                        + "at a given time.")
            }
            try store.insert(task)
        }
        carryOut(task)
        return task
    }

    /// The queue's move tasks, the latest first.
    package func moveTasks(sourceARN: String, limit: Int = 10) async throws -> [MoveTask] {
        _ = try moveQueue(sourceARN, "SourceArn")
        return try await database.read { try MoveTaskStore(db: $0).tasks(from: sourceARN, limit: limit) }
    }

    /// Ends a running task; what it has moved stays where it is.
    ///
    /// - Returns: the task as it stands.
    package func cancelMoveTask(handle: String) async throws -> MoveTask {
        guard let (id, sourceARN) = MoveTask.read(handle: handle) else {
            throw SQSError.invalidParameterValue("Value for parameter TaskHandle is invalid.")
        }
        _ = try moveQueue(sourceARN, "SourceArn")
        let task = try await database.write { db in
            let store = MoveTaskStore(db: db)
            guard var task = try store.task(id) else { throw SQSError.resourceNotFound("Task does not exist.") }
            guard task.status == .running else {
                throw SQSError.unsupportedOperation("Only active tasks can be cancelled.")
            }
            task.status = .cancelled
            try store.update(task)
            return task
        }
        return task
    }

    /// Sends chosen messages of a dead-letter queue on, whatever their state.
    ///
    /// - Parameter destination: nil sends each back to where it came from.
    /// - Returns: how many there were.
    /// - Throws: `resourceNotFound` when a message's way back is not known; then none is moved.
    package func redrive(
        _ messageIDs: [String], from source: Queue, to destination: Queue? = nil
    ) async throws -> Int {
        let now = clock.now
        let targets = try await database.write { [self] db in
            let store = MoveTaskStore(db: db)
            let source = try catalogue.current(source)
            let destination = try destination.map(catalogue.current)
            return try store.rows(of: messageIDs, in: source).map { row in
                let origin = row.sourceARN.flatMap { QueueAddress(arn: $0) }.flatMap { catalogue[$0] }
                guard let target = destination ?? origin else {
                    throw SQSError.resourceNotFound("The queue from which the message came is not known.")
                }
                try store.move(row.id, from: source, to: target, now: now)
                return target.id
            }
        }
        targets.forEach { longPolls.arrived(1, in: $0) }
        return targets.count
    }

    /// Changes a message's body where it lies, as before it is sent back.
    ///
    /// - Returns: false when there is no such message.
    package func edit(_ messageID: String, in queue: Queue, body: String) async throws -> Bool {
        try MessageChecks(queue: queue, limits: limits).checkBody(body)
        return try await database.write { [self] db in
            try db.execute(
                sql: "UPDATE sqs_message SET body = ? WHERE shelf = ? AND message_id = ?",
                arguments: [body, try catalogue.current(queue).shelf, messageID])
            return db.changesCount > 0
        }
    }

    /// Goes on with the tasks that were under way when the emulator was last stopped.
    func resumeMoveTasks() async throws {
        try await database.read { try MoveTaskStore(db: $0).active() }.forEach(carryOut)
    }

    private func moveQueue(_ arn: String, _ parameter: String) throws -> Queue {
        guard let address = QueueAddress(arn: arn) else {
            throw SQSError.invalidParameterValue(
                "You must use this format to specify the \(parameter): "
                    + "arn:<partition>:<service>:<region>:<account-id>:<resource-id>")
        }
        guard let queue = catalogue[address] else {
            throw SQSError.resourceNotFound(
                "The resource that you specified for the \(parameter) parameter doesn't exist.")
        }
        return queue
    }

    private func carryOut(_ task: MoveTask) {
        moveOn(task.id, at: clock.now)
    }

    private func moveOn(_ id: String, at instant: Timestamp) {
        clock.alarm(at: instant, for: "the next step of a message move task") { [self] in
            if let next = try? await step(id) { moveOn(id, at: next) }
        }
    }

    /// Moves the next messages of a task.
    ///
    /// - Returns: when the next step is due; nil when the task is over.
    private func step(_ id: String) async throws -> Timestamp? {
        let (next, targets) = try await database.write { [self] db -> (Timestamp?, [Int64]) in
            let store = MoveTaskStore(db: db)
            guard var task = try store.task(id), task.status == .running else { return (nil, []) }
            let targets = try move(&task, store)
            try store.update(task)
            let rate = task.messagesPerSecond == nil ? Duration.zero : .seconds(1)
            return (task.status == .running ? clock.now + rate : nil, targets)
        }
        targets.forEach { longPolls.arrived(1, in: $0) }
        return next
    }

    private func move(_ task: inout MoveTask, _ store: MoveTaskStore) throws -> [Int64] {
        guard let source = QueueAddress(arn: task.sourceARN).flatMap({ catalogue[$0] }) else {
            return fail(&task, "AWS.SimpleQueueService.NonExistentQueue")
        }
        let limit = task.messagesPerSecond ?? Self.chunk
        let rows = try store.next(from: source, limit: limit, now: clock.now)
        var targets: [Int64] = []
        for row in rows {
            guard let arn = task.destinationARN ?? row.sourceARN else {
                return targets + fail(&task, "CouldNotDetermineMessageSource")
            }
            guard let target = QueueAddress(arn: arn).flatMap({ catalogue[$0] }) else {
                return targets + fail(&task, "AWS.SimpleQueueService.NonExistentQueue")
            }
            try store.move(row.id, from: source, to: target, now: clock.now)
            task.moved += 1
            targets.append(target.id)
        }
        if rows.count < limit { task.status = .completed }
        return targets
    }

    private func fail(_ task: inout MoveTask, _ reason: String) -> [Int64] {
        task.status = .failed
        task.failureReason = reason
        return []
    }
}
