import AWSProtocol

/// What a schedule invokes.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html
package struct ScheduleTarget: Sendable, Equatable {
    /// The API operation behind the target.
    package enum Operation: Sendable, Equatable {
        /// Lambda's Invoke with the invocation type Event.
        case invokeFunction
        /// SQS' SendMessage.
        case sendMessage(groupID: String?)
        /// Step Functions' StartExecution.
        case startExecution
    }

    package let arn: String
    package let operation: Operation
    let roleARN: String
    let input: String?
    let retryPolicy: RetryPolicy
    let deadLetterARN: String?

    private static let otherParameters = [
        "EcsParameters", "EventBridgeParameters", "EventBridgePutEventsV2Parameters",
        "EventBridgePutRawEventsParameters", "KinesisParameters", "SageMakerPipelineParameters",
    ]

    /// - Throws: `ConstraintViolation`, `SchedulerError`, `NotImplemented`
    init(_ members: CheckedMembers, _ limits: SchedulerLimits) throws {
        arn = try members.required("Arn", length: 1...1600)
        roleARN = try members.required("RoleArn", length: 1...1600, pattern: Self.role)
        input = try members.string("Input", length: 1...Int.max)
        if let input, input.utf8.count > limits.input { throw SchedulerError.inputTooLarge(limit: limits.input) }
        for name in Self.otherParameters where members.has(name) {
            throw NotImplemented("the target parameter \(name) of schedules")
        }
        let groupID = try members.structure("SqsParameters")?.string("MessageGroupId", length: 1...128)
        retryPolicy = try Self.retryPolicy(try members.structure("RetryPolicy"), limits)
        deadLetterARN = try members.structure("DeadLetterConfig")?.string("Arn", length: 1...1600, pattern: Self.queue)
        operation = try Self.operation(of: arn, groupID: groupID)
        if operation != .sendMessage(groupID: groupID), let input, (try? JSONValue(parsing: input)) == nil {
            throw SchedulerError.inputNotJSON
        }
    }

    /// The members with the defaults that AWS fills in.
    var json: JSONObject {
        var json: JSONObject = ["Arn": .string(arn), "RoleArn": .string(roleARN)]
        json["Input"] = input.map { .string($0) }
        json["RetryPolicy"] = [
            "MaximumEventAgeInSeconds": .integer(retryPolicy.maximumEventAge.components.seconds),
            "MaximumRetryAttempts": .integer(retryPolicy.maximumAttempts),
        ]
        json["DeadLetterConfig"] = deadLetterARN.map { ["Arn": .string($0)] }
        if case .sendMessage(let groupID?) = operation {
            json["SqsParameters"] = ["MessageGroupId": .string(groupID)]
        }
        return json
    }

    private static let role = CheckedMembers.Pattern(#"^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@\/-]+$"#) { text in
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[1].hasPrefix("aws") && parts[2] == "iam"
            && isAccount(parts[4]) && parts[5].hasPrefix("role/") && parts[5].utf8.count > 5
    }

    private static let queue = CheckedMembers.Pattern(#"^arn:aws[a-z-]*:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+$"#) {
        let parts = $0.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[2] == "sqs" && !parts[3].isEmpty && isAccount(parts[4])
            && !parts[5].isEmpty
            && parts[5].utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
            }
    }

    private static func isAccount(_ text: Substring) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func retryPolicy(_ members: CheckedMembers?, _ limits: SchedulerLimits) throws -> RetryPolicy {
        var policy = RetryPolicy()
        if let age = try members?.integer("MaximumEventAgeInSeconds", in: limits.eventAgeSeconds) {
            policy.maximumEventAge = .seconds(age)
        }
        if let attempts = try members?.integer("MaximumRetryAttempts", in: limits.retryAttempts) {
            policy.maximumAttempts = attempts
        }
        return policy
    }

    private static func operation(of arn: String, groupID: String?) throws -> Operation {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 6, parts[0] == "arn" else { throw SchedulerError.invalidTarget(arn) }
        switch parts[2] {
        case "lambda" where parts[5] == "function" && parts.count >= 7: return .invokeFunction
        case "states" where parts[5] == "stateMachine" && parts.count >= 7: return .startExecution
        case "sqs" where parts.count == 6:
            let isFIFO = parts[5].hasSuffix(".fifo")
            if isFIFO, groupID == nil { throw SchedulerError.messageGroupMissing }
            if !isFIFO, groupID != nil { throw SchedulerError.messageGroupOnStandardQueue }
            return .sendMessage(groupID: groupID)
        case "lambda", "states", "sqs": throw SchedulerError.invalidTarget(arn)
        case "scheduler": throw NotImplemented("universal targets of schedules (\(arn))")
        default: throw NotImplemented("schedule targets of the service '\(parts[2])' (\(arn))")
        }
    }
}
