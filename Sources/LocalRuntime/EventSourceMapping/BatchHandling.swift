import AWSProtocol
import EmulatorClock
import SQS

/// What happens to a batch once it is gathered: filter, invoke, and delete what is done. What failed is left alone and
/// shows again when its visibility timeout passes.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
struct BatchHandling: Sendable {
    typealias Count = ((inout MappingMetrics) -> Void) -> Void
    typealias Wait = @Sendable (Timestamp) async -> Void

    let mapping: EventSourceMapping
    let queue: Queue
    let queues: SQSService
    let functions: any FunctionInvoking
    let clock: any Timekeeper
    let limits: MappingLimits
    let filter: MessageFilter
    let tracer: Tracer

    func handle(_ batch: [ReceivedMessage], waiting wait: Wait, _ count: Count) async {
        let received = batch.map(\.received).min() ?? clock.now
        let hiddenUntil = received + queue.settings.visibilityTimeout
        let isGathered = mapping.settings.maximumBatchingWindow > .zero
        let records = batch.map { message in
            let record = SQSEventRecord(message: message, queue: queue.address, isGathered: isGathered)
            return (message: message, json: record.json)
        }
        let admitted = records.filter { filter.admits($0.json) }
        if admitted.count < records.count {
            let others = records.filter { !filter.admits($0.json) }.map(\.message)
            count { $0.filteredOut += others.count }
            await delete(others, count)
        }
        var rest = admitted[...]
        for event in SQSEventRecord.events(admitted.map(\.json), limit: limits.payload) {
            let messages = rest.prefix(event.count).map(\.message)
            rest = rest.dropFirst(event.count)
            await Tracer.$current.withValue(trace(of: messages)) {
                await invoke(event.bytes, messages, hiddenUntil, wait, count)
            }
        }
    }

    private func invoke(
        _ event: [UInt8], _ messages: [ReceivedMessage], _ hiddenUntil: Timestamp, _ wait: Wait, _ count: Count
    ) async {
        var backoff = limits.throttlingBackoff
        while true {
            count { $0.invoked += messages.count }
            switch await functions.invoke(functionARN: mapping.functionARN, payload: event) {
            case .success(let answer):
                return await finish(messages, answer, count)
            case .functionError(let answer, let type):
                count { $0.failedInvoke += messages.count }
                return await note(FunctionFailure.text(answer, type: type), messages)
            case .notFound:
                count { $0.failedInvoke += messages.count }
                return await note("The function \(mapping.functionARN) does not exist.", messages)
            case .throttled, .serviceFailure:
                count { $0.throttles += 1 }
                // Tried again while the messages are still hidden; after that they are the queue's once more.
                let next = clock.now + backoff
                guard next < hiddenUntil else {
                    count { $0.failedInvoke += messages.count }
                    return await note("The function was throttled until the messages showed again.", messages)
                }
                await wait(next)
                backoff *= 2
            }
        }
    }

    private func finish(_ messages: [ReceivedMessage], _ answer: [UInt8], _ count: Count) async {
        guard mapping.settings.reportsBatchItemFailures else { return await delete(messages, count) }
        switch BatchResponse(answer, ids: Set(messages.map(\.messageID))) {
        case .failures(let failed):
            let failures = messages.filter { failed.contains($0.messageID) }
            count { $0.failedInvoke += failures.count }
            await delete(messages.filter { !failed.contains($0.messageID) }, count)
            await note("Named in batchItemFailures.", failures)
            traceFailure("named in batchItemFailures", of: failures)
        case .wholeBatchFailed:
            count { $0.failedInvoke += messages.count }
            await note("The function's answer is no list of batchItemFailures.", messages)
            traceFailure("the answer is no list of batchItemFailures", of: messages)
        }
    }

    private func note(_ error: String, _ messages: [ReceivedMessage]) async {
        guard !messages.isEmpty else { return }
        // Only for whoever looks at the message later: a queue that is gone has nobody to look.
        try? await queues.noteError(error, of: messages.map(\.receiptHandle), in: queue)
    }

    private func delete(_ messages: [ReceivedMessage], _ count: Count) async {
        guard !messages.isEmpty else { return }
        // A queue that is gone took its messages with it.
        guard let errors = try? await queues.deleteEach(messages.map(\.receiptHandle), from: queue) else { return }
        count { $0.deleted += errors.count { $0 == nil } }
    }
}
