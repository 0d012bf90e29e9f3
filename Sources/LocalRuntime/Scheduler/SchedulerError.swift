package import AWSProtocol

/// Refusals in EventBridge Scheduler's words.
/// https://docs.aws.amazon.com/scheduler/latest/APIReference/CommonErrors.html
package enum SchedulerError: ServiceError, Equatable {
    case scheduleExists(String)
    case groupExists(String)
    case scheduleNotFound(String)
    case groupNotFound(String)
    case resourceNotFound(String)
    case invalidExpression(String)
    case invalidTimeZone(String)
    case startTooEarly
    case endBeforeStart
    case windowMissing
    case windowWithoutMode
    case inputNotJSON
    case inputTooLarge(limit: Int)
    case messageGroupMissing
    case messageGroupOnStandardQueue
    case defaultGroup
    case tooManyTags(limit: Int)
    case invalidTarget(String)
    case invalidToken
    case constraint(ConstraintViolation)
    case malformed(String)

    package var wire: WireError {
        switch self {
        case .scheduleExists(let name):
            WireError("ConflictException", "Schedule \(name) already exists.", status: 409)
        case .groupExists(let name):
            WireError("ConflictException", "Schedule group \(name) already exists.", status: 409)
        case .scheduleNotFound(let name): Self.notFound("Schedule \(name) does not exist.")
        case .groupNotFound(let name): Self.notFound("Schedule group \(name) does not exist.")
        case .resourceNotFound(let arn): Self.notFound("Resource \(arn) does not exist.")
        case .invalidExpression(let text): Self.validation("Invalid Schedule Expression \(text).")
        case .invalidTimeZone(let name): Self.validation("Invalid Schedule Expression Timezone \(name).")
        case .startTooEarly:
            Self.validation("The StartDate you specify cannot be earlier than 5 minutes ago.")
        case .endBeforeStart: Self.validation("The EndDate you specify must come after the StartDate.")
        case .windowMissing:
            Self.validation("MaximumWindowInMinutes must be provided when FlexibleTimeWindow mode is FLEXIBLE.")
        case .windowWithoutMode:
            Self.validation("MaximumWindowInMinutes must not be provided when FlexibleTimeWindow mode is OFF.")
        case .inputNotJSON: Self.validation("The Input of this target must be a well-formed JSON.")
        case .inputTooLarge(let limit): Self.validation("The Input you provide cannot exceed \(limit) bytes.")
        case .messageGroupMissing:
            Self.validation("SqsParameters.MessageGroupId must be provided when the target is a FIFO queue.")
        case .messageGroupOnStandardQueue:
            Self.validation("SqsParameters.MessageGroupId must not be provided when the target is not a FIFO queue.")
        case .defaultGroup: Self.validation("The default schedule group cannot be created or deleted.")
        case .tooManyTags(let limit): Self.validation("A schedule group can have \(limit) tags at most.")
        case .invalidTarget(let arn): Self.validation("Provided Arn is not in correct format: \(arn)")
        case .invalidToken: Self.validation("Invalid NextToken.")
        case .constraint(let violation): Self.validation(violation.message)
        case .malformed(let text): WireError("SerializationException", text)
        }
    }

    private static func notFound(_ message: String) -> WireError {
        WireError("ResourceNotFoundException", message, status: 404)
    }

    private static func validation(_ message: String) -> WireError { WireError("ValidationException", message) }
}
