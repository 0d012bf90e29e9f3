import AWSProtocol
import EmulatorClock

/// A queue's attributes as strings, which is what they are on the wire and in the database.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
enum QueueAttributeName: String, CaseIterable {
    case policy = "Policy"
    case visibilityTimeout = "VisibilityTimeout"
    case maximumMessageSize = "MaximumMessageSize"
    case retention = "MessageRetentionPeriod"
    case visible = "ApproximateNumberOfMessages"
    case inFlight = "ApproximateNumberOfMessagesNotVisible"
    case delayed = "ApproximateNumberOfMessagesDelayed"
    case created = "CreatedTimestamp"
    case lastModified = "LastModifiedTimestamp"
    case arn = "QueueArn"
    case delay = "DelaySeconds"
    case waitTime = "ReceiveMessageWaitTimeSeconds"
    case redrivePolicy = "RedrivePolicy"
    case redriveAllowPolicy = "RedriveAllowPolicy"
    case fifoQueue = "FifoQueue"
    case contentBasedDeduplication = "ContentBasedDeduplication"
    case deduplicationScope = "DeduplicationScope"
    case throughputLimit = "FifoThroughputLimit"
    case kmsMasterKeyID = "KmsMasterKeyId"
    case kmsReuse = "KmsDataKeyReusePeriodSeconds"
    case sqsManagedSSE = "SqsManagedSseEnabled"
}

extension QueueSettings {
    /// The text of an attribute that can be set; nil when the queue has none, or when it cannot be set.
    func text(of name: QueueAttributeName) -> String? {
        switch name {
        case .policy: policy
        case .visibilityTimeout: Self.seconds(visibilityTimeout)
        case .maximumMessageSize: String(maximumMessageSize)
        case .retention: Self.seconds(retention)
        case .delay: Self.seconds(delay)
        case .waitTime: Self.seconds(waitTime)
        case .redrivePolicy: redrivePolicy?.text
        case .redriveAllowPolicy: redriveAllowPolicy?.text
        case .fifoQueue: fifo.map { _ in "true" }
        case .contentBasedDeduplication: fifo.map { String($0.contentBasedDeduplication) }
        case .deduplicationScope: fifo?.deduplicationScope.rawValue
        case .throughputLimit: fifo?.throughputLimit.rawValue
        case .kmsMasterKeyID: if case .kms(let keyID, _) = encryption { keyID } else { nil }
        case .kmsReuse: if case .kms(_, let reuse) = encryption { String(reuse) } else { nil }
        case .sqsManagedSSE: String(encryption == .sqsManaged)
        case .visible, .inFlight, .delayed, .created, .lastModified, .arn: nil
        }
    }

    private static func seconds(_ duration: Duration) -> String { String(duration.milliseconds / 1000) }

    /// Everything that can be set, as it is written to the database.
    var stored: JSONObject {
        JSONObject(
            QueueAttributeName.allCases.compactMap { name in text(of: name).map { (name.rawValue, .string($0)) } })
    }
}

/// Puts attributes from outside into settings.
struct AttributeReader {
    let address: QueueAddress
    let limits: SQSLimits
    private(set) var settings: QueueSettings
    /// The reuse period may stand before its key in a request.
    private var keyReuseAsked: Int?

    init(address: QueueAddress, limits: SQSLimits, settings: QueueSettings) {
        self.address = address
        self.limits = limits
        self.settings = settings
    }

    /// The settings of a queue to be made.
    static func settings(
        ofNew address: QueueAddress, _ attributes: [(name: String, value: String)], limits: SQSLimits
    ) throws(SQSError) -> QueueSettings {
        let isFIFO = try checkName(address.name, attributes)
        var reader = AttributeReader(address: address, limits: limits, settings: QueueSettings())
        if isFIFO { reader.settings.fifo = FIFOSettings() }
        try reader.apply(attributes)
        return reader.settings
    }

    /// A name may end in `.fifo` exactly if the attribute says so.
    private static func checkName(
        _ name: String, _ attributes: [(name: String, value: String)]
    ) throws(SQSError) -> Bool {
        let asksForFIFO = attributes.contains {
            $0.name == QueueAttributeName.fifoQueue.rawValue && $0.value.lowercased() == "true"
        }
        let stem = asksForFIFO && name.hasSuffix(".fifo") ? name.dropLast(5) : name[...]
        let isSpelledRight = !stem.isEmpty && name.utf8.count <= 80 && stem.utf8.allSatisfy(isNameByte)
        if asksForFIFO, !isSpelledRight || !name.hasSuffix(".fifo") {
            throw .invalidParameterValue(
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
                    + "must end with .fifo suffix and be 1 to 80 in length.")
        }
        guard isSpelledRight else {
            throw .invalidParameterValue(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
        }
        return asksForFIFO
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    mutating func apply(_ attributes: [(name: String, value: String)]) throws(SQSError) {
        for attribute in attributes { try apply(attribute.name, attribute.value) }
        try checkTogether(attributes)
    }

    private mutating func apply(_ text: String, _ value: String) throws(SQSError) {
        guard let name = QueueAttributeName(rawValue: text) else { throw .unknownAttribute(text) }
        switch name {
        case .visibilityTimeout: settings.visibilityTimeout = try seconds(name, value, limits.visibilityTimeout)
        case .delay: settings.delay = try seconds(name, value, limits.delay)
        case .retention: settings.retention = try seconds(name, value, limits.retention)
        case .waitTime: settings.waitTime = try seconds(name, value, limits.waitTime)
        case .maximumMessageSize: settings.maximumMessageSize = try number(name, value, limits.messageSize)
        case .policy: settings.policy = try policy(value)
        case .redrivePolicy:
            settings.redrivePolicy = value.isEmpty ? nil : try RedrivePolicy(value, of: address, limits: limits)
        case .redriveAllowPolicy: settings.redriveAllowPolicy = value.isEmpty ? nil : try RedriveAllowPolicy(value)
        case .kmsMasterKeyID: setKey(value)
        case .kmsReuse: setKeyReuse(try number(name, value, limits.keyReuse))
        case .sqsManagedSSE: try setManaged(flag(name, value))
        case .fifoQueue: try checkFIFO(flag(name, value))
        case .contentBasedDeduplication, .deduplicationScope, .throughputLimit: try applyFIFO(name, value)
        case .visible, .inFlight, .delayed, .created, .lastModified, .arn: throw .unknownAttribute(text)
        }
    }

    private mutating func applyFIFO(_ name: QueueAttributeName, _ value: String) throws(SQSError) {
        guard var fifo = settings.fifo else {
            guard name != .contentBasedDeduplication else { throw .unknownAttribute(name.rawValue) }
            throw .invalidAttributeName("You can specify the \(name.rawValue) only when FifoQueue is set to true.")
        }
        switch name {
        case .contentBasedDeduplication: fifo.contentBasedDeduplication = try flag(name, value)
        case .deduplicationScope:
            guard let scope = FIFOSettings.DeduplicationScope(rawValue: value) else {
                throw .invalidAttributeValue(name.rawValue)
            }
            fifo.deduplicationScope = scope
        default:
            guard let limit = FIFOSettings.ThroughputLimit(rawValue: value) else {
                throw .invalidAttributeValue(name.rawValue)
            }
            fifo.throughputLimit = limit
        }
        settings.fifo = fifo
    }

    private func checkFIFO(_ asked: Bool) throws(SQSError) {
        guard settings.fifo != nil else { throw .unknownAttribute(QueueAttributeName.fifoQueue.rawValue) }
        guard asked else {
            throw .invalidAttributeValue(
                QueueAttributeName.fifoQueue.rawValue, reason: "Modifying queue type is not supported.")
        }
    }

    /// Rules that span two attributes.
    private func checkTogether(_ attributes: [(name: String, value: String)]) throws(SQSError) {
        func given(_ name: QueueAttributeName) -> String? { attributes.last { $0.name == name.rawValue }?.value }
        if let key = given(.kmsMasterKeyID), !key.isEmpty, given(.sqsManagedSSE)?.lowercased() == "true" {
            throw .invalidAttributeName(
                "You can use one type of server-side encryption (SSE) at one time. "
                    + "You can either enable KMS SSE or SQS SSE.")
        }
        if let fifo = settings.fifo, fifo.throughputLimit == .perMessageGroupId, fifo.deduplicationScope == .queue {
            throw .invalidAttributeValue(
                QueueAttributeName.throughputLimit.rawValue,
                reason: "The perMessageGroupId value is allowed only when the value for DeduplicationScope is "
                    + "messageGroup.")
        }
    }

    private mutating func setKey(_ keyID: String) {
        if keyID.isEmpty {
            settings.encryption = .sqsManaged
        } else if case .kms(_, let reuse) = settings.encryption {
            settings.encryption = .kms(keyID: keyID, reuse: reuse)
        } else {
            settings.encryption = .kms(keyID: keyID, reuse: keyReuseAsked ?? 300)
        }
    }

    private mutating func setKeyReuse(_ seconds: Int) {
        keyReuseAsked = seconds
        if case .kms(let keyID, _) = settings.encryption { settings.encryption = .kms(keyID: keyID, reuse: seconds) }
    }

    private mutating func setManaged(_ isManaged: Bool) {
        if isManaged {
            settings.encryption = .sqsManaged
        } else if settings.encryption == .sqsManaged {
            settings.encryption = .none
        }
    }

    /// An access policy must be a JSON map; an empty one removes it.
    private func policy(_ text: String) throws(SQSError) -> String? {
        if text.isEmpty { return nil }
        guard (try? JSONValue(parsing: text))?.object != nil else {
            throw .invalidAttributeValue(QueueAttributeName.policy.rawValue)
        }
        return text
    }

    private func seconds(
        _ name: QueueAttributeName, _ value: String, _ range: ClosedRange<Int>
    ) throws(SQSError) -> Duration {
        .seconds(try number(name, value, range))
    }

    private func number(
        _ name: QueueAttributeName, _ value: String, _ range: ClosedRange<Int>
    ) throws(SQSError) -> Int {
        guard let number = Int(value), range.contains(number) else { throw .invalidAttributeValue(name.rawValue) }
        return number
    }

    private func flag(_ name: QueueAttributeName, _ value: String) throws(SQSError) -> Bool {
        switch value.lowercased() {
        case "true": true
        case "false": false
        default: throw .invalidAttributeValue(name.rawValue)
        }
    }
}

extension SQSError {
    static func unknownAttribute(_ name: String) -> SQSError { .invalidAttributeName("Unknown Attribute \(name).") }
}
