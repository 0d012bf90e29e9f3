import AWSProtocol
import EmulatorClock

extension SQSRequests {
    func startMessageMoveTask(_ parameters: SQSParameters) async throws -> JSONObject {
        let rate = try parameters.integer("MaxNumberOfMessagesPerSecond")
        if let rate, !limits.moveRate.contains(rate) {
            throw SQSError.value(
                rate, of: "MaxNumberOfMessagesPerSecond",
                reason: "You must enter a value between \(limits.moveRate.lowerBound) and "
                    + "\(limits.moveRate.upperBound).")
        }
        let task = try await service.startMoveTask(
            sourceARN: try parameters.required("SourceArn"), destinationARN: try parameters.string("DestinationArn"),
            messagesPerSecond: rate)
        return ["TaskHandle": .string(task.handle)]
    }

    func listMessageMoveTasks(_ parameters: SQSParameters) async throws -> JSONObject {
        let limit = try parameters.integer("MaxResults") ?? 1
        guard limits.receiveBatch.contains(limit) else {
            throw SQSError.value(
                limit, of: "MaxResults",
                reason: "You must enter a value between \(limits.receiveBatch.lowerBound) and "
                    + "\(limits.receiveBatch.upperBound).")
        }
        let tasks = try await service.moveTasks(sourceARN: try parameters.required("SourceArn"), limit: limit)
        return ["Results": .array(tasks.map(Self.entry))]
    }

    func cancelMessageMoveTask(_ parameters: SQSParameters) async throws -> JSONObject {
        let task = try await service.cancelMoveTask(handle: try parameters.required("TaskHandle"))
        return ["ApproximateNumberOfMessagesMoved": .integer(task.moved)]
    }

    private static func entry(_ task: MoveTask) -> JSONValue {
        var entry = JSONObject()
        // Only a task that can still be cancelled has a handle.
        if task.status == .running { entry.append("TaskHandle", .string(task.handle)) }
        entry.append("Status", .string(task.status.rawValue))
        entry.append("SourceArn", .string(task.sourceARN))
        if let destination = task.destinationARN { entry.append("DestinationArn", .string(destination)) }
        if let rate = task.messagesPerSecond { entry.append("MaxNumberOfMessagesPerSecond", .integer(rate)) }
        entry.append("ApproximateNumberOfMessagesMoved", .integer(task.moved))
        entry.append("ApproximateNumberOfMessagesToMove", .integer(task.toMove))
        if let reason = task.failureReason { entry.append("FailureReason", .string(reason)) }
        entry.append("StartedTimestamp", .integer(task.started.milliseconds))
        return .object(entry)
    }
}
