#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension LambdaHandler where Event == SQSEvent {
    /// Reads the batch. `JSONDecoder` needs milliseconds for a large one, ten times what this does.
    public func decode(_ payload: [UInt8]) throws -> SQSEvent {
        try SQSEvent(json: payload)
    }
}

extension SQSEvent {
    /// Reads a batch from JSON.
    ///
    /// What the scanner does not take as it is goes to the decoder, which accepts it or says what is wrong and where.
    init(json: [UInt8]) throws {
        if let event = SQSEvent(scanning: json) {
            self = event
        } else {
            self = try EventJSON.decode(SQSEvent.self, from: json)
        }
    }

    /// Reads a batch in the shape in which Lambda writes it; nil for any other.
    init?(scanning json: [UInt8]) {
        var scanner = JSONScanner(json)
        var records: [Record]?
        do throws(JSONScanner.Mismatch) {
            try scanner.object { scanner, name throws(JSONScanner.Mismatch) in
                guard name.equals("Records") else { return try scanner.skip() }
                guard records == nil else { throw JSONScanner.Mismatch() }
                var batch: [Record] = []
                try scanner.array { scanner throws(JSONScanner.Mismatch) in batch.append(try Record(&scanner)) }
                records = batch
            }
            try scanner.end()
        } catch {
            return nil
        }
        guard let records else { return nil }
        self.init(records: records)
    }
}

/// A value that one member of an object sets; a member that comes twice is a mismatch, for readers of JSON differ there.
private struct Once<Value> {
    private var value: Value?
    private var isSet = false

    mutating func set(_ value: Value?) throws(JSONScanner.Mismatch) {
        guard !isSet else { throw JSONScanner.Mismatch() }
        isSet = true
        self.value = value
    }

    var optional: Value? { value }

    func required() throws(JSONScanner.Mismatch) -> Value {
        guard let value else { throw JSONScanner.Mismatch() }
        return value
    }
}

extension SQSEvent.Record {
    fileprivate init(_ scanner: inout JSONScanner) throws(JSONScanner.Mismatch) {
        var messageID = Once<String>()
        var receiptHandle = Once<String>()
        var body = Once<String>()
        var attributes = Once<[String: String]>()
        var messageAttributes = Once<[String: SQSEvent.MessageAttribute]>()
        var md5OfBody = Once<String>()
        var md5OfMessageAttributes = Once<String>()
        var eventSource = Once<String>()
        var eventSourceARN = Once<String>()
        var awsRegion = Once<String>()
        try scanner.object { scanner, name throws(JSONScanner.Mismatch) in
            if name.equals("messageId") {
                try messageID.set(scanner.stringOrNull())
            } else if name.equals("receiptHandle") {
                try receiptHandle.set(scanner.stringOrNull())
            } else if name.equals("body") {
                try body.set(scanner.stringOrNull())
            } else if name.equals("attributes") {
                try attributes.set(
                    scanner.dictionary { scanner throws(JSONScanner.Mismatch) in try scanner.string() })
            } else if name.equals("messageAttributes") {
                try messageAttributes.set(scanner.dictionary(SQSEvent.MessageAttribute.init(scanning:)))
            } else if name.equals("md5OfBody") {
                try md5OfBody.set(scanner.stringOrNull())
            } else if name.equals("md5OfMessageAttributes") {
                try md5OfMessageAttributes.set(scanner.stringOrNull())
            } else if name.equals("eventSource") {
                try eventSource.set(scanner.stringOrNull())
            } else if name.equals("eventSourceARN") {
                try eventSourceARN.set(scanner.stringOrNull())
            } else if name.equals("awsRegion") {
                try awsRegion.set(scanner.stringOrNull())
            } else {
                try scanner.skip()
            }
        }
        self.init(
            messageID: try messageID.required(), body: try body.required(),
            eventSourceARN: eventSourceARN.optional ?? "", receiptHandle: receiptHandle.optional ?? "",
            attributes: SQSEvent.Attributes(attributes.optional ?? [:]),
            messageAttributes: messageAttributes.optional ?? [:], md5OfBody: md5OfBody.optional,
            md5OfMessageAttributes: md5OfMessageAttributes.optional, eventSource: eventSource.optional ?? "",
            awsRegion: awsRegion.optional ?? "")
    }
}

extension SQSEvent.MessageAttribute {
    fileprivate init(scanning scanner: inout JSONScanner) throws(JSONScanner.Mismatch) {
        var dataType = Once<String>()
        var stringValue = Once<String>()
        var binaryValue = Once<String>()
        try scanner.object { scanner, name throws(JSONScanner.Mismatch) in
            if name.equals("dataType") {
                try dataType.set(scanner.stringOrNull())
            } else if name.equals("stringValue") {
                try stringValue.set(scanner.stringOrNull())
            } else if name.equals("binaryValue") {
                try binaryValue.set(scanner.stringOrNull())
            } else {
                try scanner.skip()
            }
        }
        let data = binaryValue.optional.map { Data(base64Encoded: $0) }
        if case .some(nil) = data { throw JSONScanner.Mismatch() }
        self.init(
            dataType: try dataType.required(), stringValue: stringValue.optional, binaryValue: data ?? nil)
    }
}

extension JSONScanner {
    /// Reads an object of any names, each once; nil for null.
    fileprivate mutating func dictionary<Value>(
        _ value: (inout JSONScanner) throws(Mismatch) -> Value
    ) throws(Mismatch) -> [String: Value]? {
        guard try !null() else { return nil }
        var dictionary: [String: Value] = [:]
        try object { scanner, name throws(Mismatch) in
            let name = try Self.text(name)
            guard dictionary.updateValue(try value(&scanner), forKey: name) == nil else { throw Mismatch() }
        }
        return dictionary
    }
}
