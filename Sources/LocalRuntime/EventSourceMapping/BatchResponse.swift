import AWSProtocol

/// What a function's answer says of its batch when the mapping reports batch item failures.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
enum BatchResponse: Equatable {
    /// The messages of these ids failed; all others are done.
    case failures(Set<String>)
    /// The answer cannot be understood, so no message counts as done.
    case wholeBatchFailed

    static let success = BatchResponse.failures([])

    /// - Parameter ids: the message ids of the batch. One that is not among them fails the whole batch.
    init(_ answer: [UInt8], ids: Set<String>) {
        // No answer at all, null, {} and a null or empty list: complete success.
        guard !answer.isEmpty else { self = .success; return }
        guard let value = try? JSONValue(parsing: answer) else { self = .wholeBatchFailed; return }
        if value.isNull { self = .success; return }
        guard let object = value.object else { self = .wholeBatchFailed; return }
        guard let list = object["batchItemFailures"], !list.isNull else { self = .success; return }
        guard let items = list.array else { self = .wholeBatchFailed; return }
        // An item without its key, or whose id is null, empty or nobody's: complete failure.
        let failed = items.compactMap { $0["itemIdentifier"]?.string }.filter(ids.contains)
        self = failed.count == items.count ? .failures(Set(failed)) : .wholeBatchFailed
    }
}
