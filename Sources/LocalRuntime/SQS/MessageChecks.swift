import EmulatorClock

/// What a message must fulfil before it is taken, checked in AWS's order and answered in its words.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
struct MessageChecks {
    let queue: Queue
    let limits: SQSLimits

    func check(_ message: OutgoingMessage) throws {
        guard !message.body.isEmpty else { throw SQSError.missingParameter("MessageBody") }
        try checkSize(message.size)
        guard Self.hasOnlyValidCharacters(message.body) else { throw SQSError.invalidMessageContents }
        try MessageAttributeChecks.check(message.attributes, limit: limits.messageAttributes)
        try MessageAttributeChecks.check(system: message.systemAttributes)
        try checkDelay(message.delay)
        if queue.settings.fifo == nil {
            try checkStandard(message)
        } else {
            try checkFIFO(message)
        }
    }

    /// A body alone, as when one is put in another's place.
    func checkBody(_ body: String) throws {
        guard !body.isEmpty else { throw SQSError.missingParameter("MessageBody") }
        try checkSize(body.utf8.count)
        guard Self.hasOnlyValidCharacters(body) else { throw SQSError.invalidMessageContents }
    }

    private func checkSize(_ size: Int) throws {
        let maximum = queue.settings.maximumMessageSize
        guard size <= maximum else {
            throw SQSError.invalidParameterValue(
                "One or more parameters are invalid. Reason: Message must be shorter than \(maximum) bytes.")
        }
    }

    private func checkDelay(_ delay: Duration?) throws {
        guard let seconds = delay.map({ Int($0.milliseconds / 1000) }) else { return }
        guard limits.delay.contains(seconds) else {
            throw SQSError.value(
                seconds, of: "DelaySeconds",
                reason: "DelaySeconds must be >= \(limits.delay.lowerBound) and <= \(limits.delay.upperBound).")
        }
    }

    /// A standard queue takes a group, for its fair queues, but no deduplication.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
    private func checkStandard(_ message: OutgoingMessage) throws {
        if let id = message.deduplicationID {
            throw SQSError.value(
                id, of: "MessageDeduplicationId",
                reason: "The request include parameter that is not valid for this queue type.")
        }
        try checkID(message.groupID, "MessageGroupId")
    }

    private func checkFIFO(_ message: OutgoingMessage) throws {
        if let delay = message.delay, delay != .zero {
            throw SQSError.value(
                delay.milliseconds / 1000, of: "DelaySeconds",
                reason: "The request include parameter that is not valid for this queue type.")
        }
        guard message.groupID != nil else { throw SQSError.missingParameter("MessageGroupId") }
        try checkID(message.groupID, "MessageGroupId")
        try checkID(message.deduplicationID, "MessageDeduplicationId")
        guard message.deduplicationID != nil || queue.settings.fifo?.contentBasedDeduplication == true else {
            throw SQSError.invalidParameterValue(
                "The queue should either have ContentBasedDeduplication enabled or "
                    + "MessageDeduplicationId provided explicitly")
        }
    }

    private func checkID(_ id: String?, _ parameter: String) throws {
        guard let id else { return }
        guard (1...128).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SQSError.value(
                id, of: parameter,
                reason: "\(parameter) can only include alphanumeric and punctuation characters. 1 to 128 in length.")
        }
    }

    /// XML's characters: a body travelled as XML when this was decided.
    static func hasOnlyValidCharacters(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { hasOnlyValidCharacters($0) }
            ?? hasOnlyValidCharacters(Array(text.utf8))
    }

    private static func hasOnlyValidCharacters(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
        var beforeLast: UInt8 = 0
        var last: UInt8 = 0
        for byte in bytes {
            if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0D { return false }
            // U+FFFE and U+FFFF.
            if byte >= 0xBE, last == 0xBF, beforeLast == 0xEF { return false }
            beforeLast = last
            last = byte
        }
        return true
    }
}

extension OutgoingMessage {
    /// Bytes that count against the limit: the body, and of each attribute its name, type and value.
    var size: Int {
        attributes.reduce(body.utf8.count) { sum, attribute in
            let value =
                switch attribute.value.value {
                case .string(let text): text.utf8.count
                case .binary(let bytes): bytes.count
                }
            return sum + attribute.key.utf8.count + attribute.value.dataType.utf8.count + value
        }
    }
}
