import AWSProtocol
package import EmulatorClock

/// A redrive of a dead-letter queue's messages, as asked for by `StartMessageMoveTask`.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
package struct MoveTask: Sendable, Identifiable, Equatable {
    package enum Status: String, Sendable {
        case running = "RUNNING"
        case completed = "COMPLETED"
        case cancelling = "CANCELLING"
        case cancelled = "CANCELLED"
        case failed = "FAILED"
    }

    package let id: String
    package let sourceARN: String
    /// nil sends every message back to the queue that gave it up.
    package let destinationARN: String?
    /// nil moves as fast as it goes.
    package let messagesPerSecond: Int?
    package let started: Timestamp
    package internal(set) var status: Status
    package internal(set) var moved = 0
    package let toMove: Int
    package internal(set) var failureReason: String?

    /// What a client names the task by: Base64 of a small JSON, as at AWS.
    package var handle: String {
        let object: JSONObject = ["taskId": .string(id), "sourceArn": .string(sourceARN)]
        return Base64.encode(JSONValue.object(object).bytes)
    }

    /// Reads a handle; nil for what is none.
    static func read(handle: String) -> (id: String, sourceARN: String)? {
        guard let bytes = Base64.decode(handle), let value = try? JSONValue(parsing: bytes),
            let id = value["taskId"]?.string, let source = value["sourceArn"]?.string
        else { return nil }
        return (id, source)
    }
}
