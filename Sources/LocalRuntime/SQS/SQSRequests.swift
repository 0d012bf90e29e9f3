import AWSProtocol
import EmulatorClock

/// Requests of the wire, each turned into the service's calls and its answer into members.
struct SQSRequests {
    let service: SQSService
    let caller: SQSCaller

    var limits: SQSLimits { service.limits }

    func perform(_ operation: SQSOperation, _ parameters: SQSParameters) async throws -> JSONObject {
        switch operation {
        case .createQueue: try await createQueue(parameters)
        case .getQueueURL: try getQueueURL(parameters)
        case .listQueues: try listQueues(parameters)
        case .deleteQueue: try await deleteQueue(parameters)
        case .purgeQueue: try await purgeQueue(parameters)
        case .getQueueAttributes: try await getQueueAttributes(parameters)
        case .setQueueAttributes: try await setQueueAttributes(parameters)
        case .listDeadLetterSourceQueues: try listDeadLetterSourceQueues(parameters)
        case .tagQueue: try await tagQueue(parameters)
        case .untagQueue: try await untagQueue(parameters)
        case .listQueueTags: try listQueueTags(parameters)
        case .sendMessage: try await sendMessage(parameters)
        case .sendMessageBatch: try await sendMessageBatch(parameters)
        case .receiveMessage: try await receiveMessage(parameters)
        case .deleteMessage: try await deleteMessage(parameters)
        case .deleteMessageBatch: try await deleteMessageBatch(parameters)
        case .changeMessageVisibility: try await changeMessageVisibility(parameters)
        case .changeMessageVisibilityBatch: try await changeMessageVisibilityBatch(parameters)
        case .addPermission: try await addPermission(parameters)
        case .removePermission: try await removePermission(parameters)
        case .startMessageMoveTask: try await startMessageMoveTask(parameters)
        case .listMessageMoveTasks: try await listMessageMoveTasks(parameters)
        case .cancelMessageMoveTask: try await cancelMessageMoveTask(parameters)
        }
    }

    func queue(_ parameters: SQSParameters) throws -> Queue {
        try service.resolve(
            url: try parameters.required("QueueUrl"), account: caller.account, region: caller.region)
    }

    func url(of queue: Queue) -> JSONValue { .string(queue.address.url(host: caller.host)) }
}
