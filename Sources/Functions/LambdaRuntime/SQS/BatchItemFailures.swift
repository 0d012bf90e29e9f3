/// The messages of a batch that failed; the others are done, and leave the queue.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
public struct BatchItemFailures: Sendable, Hashable, Encodable {
    /// One failed message.
    public struct Item: Sendable, Hashable, Encodable {
        /// The message's id.
        public let itemIdentifier: String
    }

    /// The failed messages, in the order in which they were reported.
    public private(set) var batchItemFailures: [Item] = []

    /// No failures: the whole batch is done.
    public init() {}

    /// Reports a message as failed: it returns to the queue when its visibility timeout passes.
    public mutating func fail(_ record: SQSEvent.Record) {
        batchItemFailures.append(Item(itemIdentifier: record.messageID))
    }

    /// Whether the whole batch is done.
    public var isEmpty: Bool { batchItemFailures.isEmpty }
}

extension SQSEvent {
    /// Runs `process` for one record after another, and reports those for which it throws.
    ///
    /// The order of a FIFO queue is kept: after the first failure nothing more is processed, and all the rest is
    /// reported as failed too.
    ///
    /// - Parameter logger: gets a line for each failure.
    public nonisolated(nonsending) func processEach(
        logger: LambdaLogger? = nil, _ process: (Record) async throws -> Void
    ) async -> BatchItemFailures {
        var failures = BatchItemFailures()
        for record in records {
            guard failures.isEmpty || !record.isFromFIFOQueue else {
                failures.fail(record)
                continue
            }
            do {
                try await process(record)
            } catch {
                logger?.failed(record, error)
                failures.fail(record)
            }
        }
        return failures
    }

    /// Runs `process` for several records at a time, and reports those for which it throws, in the batch's order.
    ///
    /// The records of a FIFO queue still go one after another.
    ///
    /// - Parameters:
    ///   - limit: how many at a time, at least 1.
    ///   - logger: gets a line for each failure.
    public func processEach(
        atOnce limit: Int, logger: LambdaLogger? = nil, _ process: @escaping @Sendable (Record) async throws -> Void
    ) async -> BatchItemFailures {
        guard !records.contains(where: \.isFromFIFOQueue) else { return await processEach(logger: logger, process) }
        var failed: Set<Int> = []
        await withTaskGroup(of: (index: Int, failed: Bool).self) { group in
            for (index, record) in records.enumerated() {
                if index >= max(1, limit), let done = await group.next(), done.failed { failed.insert(done.index) }
                group.addTask {
                    do {
                        try await process(record)
                        return (index, false)
                    } catch {
                        logger?.failed(record, error)
                        return (index, true)
                    }
                }
            }
            for await done in group where done.failed { failed.insert(done.index) }
        }
        var failures = BatchItemFailures()
        for index in failed.sorted() { failures.fail(records[index]) }
        return failures
    }
}

extension LambdaLogger {
    fileprivate func failed(_ record: SQSEvent.Record, _ error: any Error) {
        let report = ErrorReport(error)
        self.error(
            "A message failed: \(report.errorMessage)",
            ["error_type": report.errorType, "message_id": record.messageID])
    }
}
