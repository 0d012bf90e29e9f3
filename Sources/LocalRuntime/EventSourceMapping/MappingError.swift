package import AWSProtocol

/// Refusals in Lambda's words.
/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html#API_CreateEventSourceMapping_Errors
package enum MappingError: ServiceError, Equatable {
    case resourceNotFound
    case alreadyExists(source: String, function: String, uuid: String)
    case functionDoesNotExist
    case queueDoesNotExist
    case unrecognizedEventSource
    case visibilityTimeoutTooShort(queue: Int, function: Int)
    case batchNeedsWindow
    case windowOnFIFO
    case batchTooLargeForFIFO
    case invalidFilterPattern
    case tooManyFilters(Int)
    /// Where to begin, which a queue does not ask, and members that only other kinds of event sources know.
    case notValidForSQS(String)
    /// A parameter of other kinds of event sources.
    case unsupportedParameter(String)
    case differentRegion
    case concurrencyWithProvisionedPollers
    case minimumPollersAboveMaximum
    case tooManyTags
    /// A member outside its bounds: `Value '0' at 'batchSize' failed to satisfy constraint: …`
    case constraint(value: String, member: String, rule: String)
    case invalidRequest(String)

    package var wire: WireError {
        switch self {
        case .resourceNotFound:
            Self.user("ResourceNotFoundException", "The resource you requested does not exist.", status: 404)
        case .alreadyExists(let source, let function, let uuid):
            Self.user(
                "ResourceConflictException",
                "An event source mapping with SQS arn (\" \(source) \") and function (\" \(function) \") "
                    + "already exists. Please update or delete the existing mapping with UUID \(uuid)",
                status: 409)
        case .functionDoesNotExist: Self.parameter("Function does not exist")
        case .queueDoesNotExist:
            Self.parameter(
                "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
                    + "SQS Error Message: The specified queue does not exist.")
        case .unrecognizedEventSource: Self.parameter("Unrecognized event source.")
        case .visibilityTimeoutTooShort(let queue, let function):
            Self.parameter(
                "Queue visibility timeout: \(queue) seconds is less than Function timeout: \(function) seconds")
        case .batchNeedsWindow:
            Self.parameter(
                "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
        case .windowOnFIFO: Self.parameter("Batching window is not supported for FIFO queues")
        case .batchTooLargeForFIFO: Self.parameter("Batch size must not exceed 10 for FIFO queues")
        case .invalidFilterPattern: Self.parameter("Invalid filter pattern definition.")
        case .tooManyFilters(let limit): Self.parameter("Filter limit exceeded: at most \(limit) filters are allowed.")
        case .notValidForSQS(let member): Self.parameter("\(member) is not valid for SQS event sources.")
        case .unsupportedParameter(let name):
            Self.parameter("Unsupported \(name) parameter for given event source mapping type.")
        case .differentRegion: Self.parameter("The provided ARNs don't belong to the same region.")
        case .concurrencyWithProvisionedPollers:
            Self.parameter(
                "Provisioned mode for SQS ESM does not support maximum concurrency feature. "
                    + "Use MaximumPollers as the control mechanism and remove maximum concurrency.")
        case .minimumPollersAboveMaximum:
            Self.parameter("MinimumPollers must be less than or equal to MaximumPollers.")
        case .tooManyTags: Self.parameter("Number of tags exceeds resource tag limit.")
        case .constraint(let value, let member, let rule):
            WireError(
                "ValidationException",
                "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: \(rule)")
        case .invalidRequest(let text): WireError("InvalidRequestContentException", text)
        }
    }

    private static func parameter(_ message: String) -> WireError {
        user("InvalidParameterValueException", message, status: 400)
    }

    private static func user(_ code: String, _ message: String, status: Int) -> WireError {
        WireError(code, message, status: status, details: ["Type": "User"])
    }
}
