import AWSProtocol

extension RedrivePolicy {
    var text: String {
        let object: JSONObject = [
            "deadLetterTargetArn": .string(deadLetterTargetARN), "maxReceiveCount": .integer(maxReceiveCount),
        ]
        return JSONValue.object(object).text
    }

    /// Reads the attribute's JSON, in the order in which AWS reports what is wrong with it.
    init(_ text: String, of source: QueueAddress, limits: SQSLimits) throws(SQSError) {
        guard let object = (try? JSONValue(parsing: text))?.object else {
            throw .invalidAttributeValue("RedrivePolicy", reason: "Redrive policy is not a valid JSON map.")
        }
        func refusal(_ reason: String) -> SQSError { .value(text, of: "RedrivePolicy", reason: reason) }
        guard let count = object["maxReceiveCount"] else {
            throw refusal("Redrive policy does not contain mandatory attribute: maxReceiveCount.")
        }
        guard let target = object["deadLetterTargetArn"]?.string else {
            throw refusal("Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")
        }
        guard object.members.allSatisfy({ ["maxReceiveCount", "deadLetterTargetArn"].contains($0.name) }) else {
            throw refusal("Only following attributes are supported: [maxReceiveCount, deadLetterTargetArn].")
        }
        let spelled = count.string ?? count.text
        guard let maxReceiveCount = Int(spelled), limits.maxReceiveCount.contains(maxReceiveCount) else {
            throw refusal(
                "Invalid value for maxReceiveCount: \(spelled), valid values are from "
                    + "\(limits.maxReceiveCount.lowerBound) to \(limits.maxReceiveCount.upperBound) both inclusive.")
        }
        let parts = target.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn" else {
            throw refusal("Invalid value for deadLetterTargetArn.")
        }
        guard parts[2] == "sqs", let address = QueueAddress(arn: target) else {
            throw refusal("Only SQS queues are valid resources for deadLetterTargetArn.")
        }
        guard address.isFIFO == source.isFIFO else {
            throw refusal("Dead-letter queue must be same type of queue as the source..")
        }
        self.init(deadLetterTargetARN: target, maxReceiveCount: maxReceiveCount)
    }
}

extension RedriveAllowPolicy {
    private static let parameter = "RedriveAllowPolicy"
    private static let failed = "Amazon SQS can't create the redrive allow policy"
    private static let mostSources = 10

    var text: String {
        let object: JSONObject =
            switch self {
            case .allowAll: ["redrivePermission": "allowAll"]
            case .denyAll: ["redrivePermission": "denyAll"]
            case .byQueue(let sources):
                ["redrivePermission": "byQueue", "sourceQueueArns": .array(sources.map { .string($0) })]
            }
        return JSONValue.object(object).text
    }

    init(_ text: String) throws(SQSError) {
        let unsupported = SQSError.invalidAttributeValue(
            Self.parameter, reason: "\(Self.failed), as it’s in an unsupported format.")
        guard let object = (try? JSONValue(parsing: text))?.object,
            let permission = object["redrivePermission"]?.string,
            object.members.allSatisfy({ ["redrivePermission", "sourceQueueArns"].contains($0.name) })
        else { throw unsupported }
        let listed = object["sourceQueueArns"]
        let sources = listed?.array?.compactMap(\.string)
        guard listed == nil || sources?.count == listed?.array?.count else { throw unsupported }
        self = try Self.make(permission, sources, unsupported: unsupported) { reason in
            .value(text, of: Self.parameter, reason: "\(Self.failed). \(reason)")
        }
    }

    private static func make(
        _ permission: String, _ sources: [String]?, unsupported: SQSError, refusal: (String) -> SQSError
    ) throws(SQSError) -> RedriveAllowPolicy {
        switch permission {
        case "allowAll", "denyAll":
            guard sources == nil else {
                throw refusal("To specify one or more source queue ARNs, you must set redrivePermission to byQueue.")
            }
            return permission == "allowAll" ? .allowAll : .denyAll
        case "byQueue":
            guard let sources, !sources.isEmpty else {
                throw refusal(
                    "When you specify the byQueue permission type, "
                        + "you must also specify one or more sourceQueueArns values.")
            }
            guard sources.count <= mostSources else {
                throw refusal("The maximum number of source queue ARNs you can specify is \(mostSources).")
            }
            return .byQueue(sources)
        default: throw unsupported
        }
    }

    func allows(source arn: String) -> Bool {
        switch self {
        case .allowAll: true
        case .denyAll: false
        case .byQueue(let sources): sources.contains(arn)
        }
    }
}
