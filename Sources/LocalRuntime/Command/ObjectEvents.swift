import Lambda
import S3
import SQS
import Synchronization

/// Where a bucket's notifications go: queues and functions.
final class ObjectEvents: ObjectEventTargets {
    private let queues: SQSService
    /// Functions may take their code from S3, so S3 is there before them.
    private let lambda = Mutex<LambdaService?>(nil)

    init(queues: SQSService) {
        self.queues = queues
    }

    func connect(_ service: LambdaService) {
        lambda.withLock { $0 = service }
    }

    func isThere(_ arn: String) async -> Bool {
        if (try? queues.resolve(arn: arn)) != nil { return true }
        return (try? lambda.withLock({ $0 })?.functionTimeout(arn: arn)) != nil
    }

    func deliver(_ event: String, to arn: String) async throws {
        if (try? queues.resolve(arn: arn)) != nil {
            try await queues.deliver(OutgoingMessage(body: event), toQueueARN: arn)
        } else {
            try await lambda.withLock({ $0 })?.invokeAsync(arn, payload: Array(event.utf8))
        }
    }
}
