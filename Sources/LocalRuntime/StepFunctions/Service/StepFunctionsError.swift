package import AWSProtocol

/// Refusals in Step Functions' words.
/// https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html and each operation's own page
package enum StepFunctionsError: ServiceError, Equatable {
    case invalidARN(String)
    case wrongResourceType(String)
    case invalidName(String)
    case invalidDefinition([String])
    case invalidExecutionInput(String)
    case invalidOutput
    case invalidToken
    case stateMachineDoesNotExist(String)
    case stateMachineAlreadyExists(String)
    case executionDoesNotExist(String)
    case executionAlreadyExists(String)
    case resourceNotFound(String)
    case missingRequiredParameter
    case taskTimedOut
    case conflict(String)
    case descriptionWithoutVersion
    case tooManyTags(String)
    case unknownOperation
    case serialization
    /// A member that is absent or outside its bounds: `Value '0' at 'maxResults' failed to satisfy constraint: …`
    case constraint(value: String?, member: String, rule: String)

    package var wire: WireError {
        switch self {
        case .invalidARN(let arn): WireError("InvalidArn", "Invalid Arn: 'Invalid ARN prefix: \(arn)'")
        case .wrongResourceType(let type):
            WireError("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: \(type)'")
        case .invalidName(let name): WireError("InvalidName", "Invalid Name: '\(name)'")
        case .invalidDefinition(let texts):
            WireError(
                "InvalidDefinition",
                "Invalid State Machine Definition: '"
                    + (texts.count == 1 ? texts[0] : texts.map { "'\($0)'" }.joined(separator: ", ")) + "'")
        case .invalidExecutionInput(let reason):
            WireError("InvalidExecutionInput", "Invalid State Machine Execution Input: '\(reason)'")
        case .invalidOutput: WireError("InvalidOutput", "Invalid Output: 'The output is not JSON'")
        case .invalidToken: WireError("InvalidToken", "Invalid Token: 'Invalid token'")
        case .stateMachineDoesNotExist(let arn):
            WireError("StateMachineDoesNotExist", "State Machine Does Not Exist: '\(arn)'")
        case .stateMachineAlreadyExists(let arn):
            WireError("StateMachineAlreadyExists", "State Machine Already Exists: '\(arn)'")
        case .executionDoesNotExist(let arn): WireError("ExecutionDoesNotExist", "Execution Does Not Exist: '\(arn)'")
        case .executionAlreadyExists(let arn):
            WireError("ExecutionAlreadyExists", "Execution Already Exists: '\(arn)'")
        case .resourceNotFound(let arn):
            WireError("ResourceNotFound", "Resource not found: '\(arn)'", details: ["resourceName": .string(arn)])
        case .missingRequiredParameter:
            WireError(
                "MissingRequiredParameter",
                "Either the definition, the role ARN, the LoggingConfiguration, the TracingConfiguration or the "
                    + "EncryptionConfiguration must be specified")
        case .taskTimedOut: WireError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        case .conflict(let text): WireError("ConflictException", text)
        case .descriptionWithoutVersion:
            WireError("ValidationException", "Version description can only be set when publish is true")
        case .tooManyTags(let arn):
            WireError("TooManyTags", "Too many tags: '\(arn)'", details: ["resourceName": .string(arn)])
        case .unknownOperation: WireError("UnknownOperationException", "")
        case .serialization: WireError("SerializationException", "The request's body is no JSON object.")
        case .constraint(let value, let member, let rule):
            WireError(
                "ValidationException",
                "1 validation error detected: Value \(value.map { "'\($0)'" } ?? "null") at '\(member)' failed to "
                    + "satisfy constraint: \(rule)")
        }
    }
}
