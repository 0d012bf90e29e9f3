package import AWSProtocol

/// Refusals in CloudWatch Logs' words.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html
package enum LogsError: ServiceError, Equatable {
    case groupExists
    case streamExists
    case groupNotFound
    case streamNotFound
    case resourceNotFound
    case metricFilterNotFound
    case constraint(ConstraintViolation)
    case serialization(String)
    case invalidToken
    case nameTooLong
    case prefixAndPattern
    case namesAndPrefix
    case prefixWithEventTime
    case neitherNameNorIdentifier
    case nameAndIdentifier
    case invalidARN
    case outOfOrder
    case spanTooLong
    case batchTooLarge(bytes: Int, limit: Int)
    case eventTooLarge(bytes: Int, limit: Int)
    case invalidPattern(String)
    case invalidTermCharacters(String)

    package var wire: WireError {
        switch self {
        case .groupExists: Self.exists("The specified log group already exists")
        case .streamExists: Self.exists("The specified log stream already exists")
        case .groupNotFound: Self.notFound("The specified log group does not exist.")
        case .streamNotFound: Self.notFound("The specified log stream does not exist.")
        case .resourceNotFound: Self.notFound("The specified resource does not exist.")
        case .metricFilterNotFound: Self.notFound("The specified metric filter does not exist.")
        case .constraint(let violation): Self.parameter(violation.message)
        case .serialization(let text): WireError("SerializationException", text)
        case .invalidToken: Self.parameter("The specified nextToken is invalid.")
        case .nameTooLong:
            Self.parameter("Invalid LogGroup or LogStream, both must have length less than or equal to 512.")
        case .prefixAndPattern:
            Self.parameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
        case .namesAndPrefix: Self.parameter("Cannot specify both logStreamNames and logStreamNamePrefix.")
        case .prefixWithEventTime:
            Self.parameter("Cannot order by LastEventTime with a logStreamNamePrefix.")
        case .neitherNameNorIdentifier:
            Self.parameter("Either LogGroup name or LogGroup identifier must be specified.")
        case .nameAndIdentifier:
            WireError("ValidationException", "LogGroup name and LogGroup ARN are mutually exclusive parameters.")
        case .invalidARN: Self.parameter("The specified resource ARN is invalid.")
        case .outOfOrder:
            Self.parameter("Log events in a single PutLogEvents request must be in chronological order.")
        case .spanTooLong:
            Self.parameter(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
        case .batchTooLarge(let bytes, let limit):
            Self.parameter("Upload too large: \(bytes) bytes exceeds limit of \(limit)")
        case .eventTooLarge(let bytes, let limit):
            Self.parameter("Log event too large: \(bytes) bytes exceeds limit of \(limit)")
        case .invalidPattern(let reason): Self.parameter("Invalid filter pattern: \(reason)")
        case .invalidTermCharacters(let term): Self.parameter("Invalid character(s) in term '\(term)'")
        }
    }

    private static func exists(_ message: String) -> WireError {
        WireError("ResourceAlreadyExistsException", message)
    }

    private static func notFound(_ message: String) -> WireError { WireError("ResourceNotFoundException", message) }

    private static func parameter(_ message: String) -> WireError {
        WireError("InvalidParameterException", message)
    }
}
