/// What can be set of a queue, with AWS's defaults.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
package struct QueueSettings: Sendable, Equatable {
    package var visibilityTimeout: Duration = .seconds(30)
    package var delay: Duration = .zero
    package var retention: Duration = .seconds(345_600)
    package var waitTime: Duration = .zero
    /// Bytes.
    package var maximumMessageSize = 1_048_576
    package var redrivePolicy: RedrivePolicy?
    package var redriveAllowPolicy: RedriveAllowPolicy?
    /// The access policy, a JSON text as it was set. It is kept and shown, not enforced.
    package var policy: String?
    /// nil for a standard queue.
    package var fifo: FIFOSettings?
    package var encryption: QueueEncryption = .sqsManaged

    package init() {}
}

/// What only FIFO queues have.
package struct FIFOSettings: Sendable, Equatable {
    package enum DeduplicationScope: String, Sendable {
        case queue, messageGroup
    }

    package enum ThroughputLimit: String, Sendable {
        case perQueue, perMessageGroupId
    }

    package var contentBasedDeduplication = false
    package var deduplicationScope: DeduplicationScope = .queue
    package var throughputLimit: ThroughputLimit = .perQueue
}

/// Encryption at rest as asked for; the emulator keeps the setting and encrypts nothing.
package enum QueueEncryption: Sendable, Equatable {
    case none
    case sqsManaged
    /// `reuse` is how long a data key serves, in seconds.
    case kms(keyID: String, reuse: Int)
}

/// When a message is given up, and where it then goes.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
package struct RedrivePolicy: Sendable, Equatable {
    package var deadLetterTargetARN: String
    package var maxReceiveCount: Int
}

/// Which queues may use this one as their dead-letter queue.
package enum RedriveAllowPolicy: Sendable, Equatable {
    case allowAll
    case denyAll
    case byQueue([String])
}
