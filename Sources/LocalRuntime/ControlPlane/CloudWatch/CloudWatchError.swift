import AWSProtocol

/// CloudWatch's refusals.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
enum CloudWatchError: ServiceError {
    case missing(String)
    case invalid(member: String, value: String)
    case datapointsAboveEvaluation
    case severalReturned
    case badExpression(String)
    case badDashboard(String)
    case noDashboard(String)
    case noAlarm(String)
    case noResource(arn: String)
    case tooManyTags

    var wire: WireError {
        switch self {
        case .missing(let member):
            WireError("MissingParameter", "The parameter \(member) is required.")
        case .invalid(let member, let value):
            WireError(
                "ValidationError",
                "1 validation error detected: Value '\(value)' at '\(member.prefix(1).lowercased() + member.dropFirst())' "
                    + "failed to satisfy constraint: Member must satisfy enum value set")
        case .datapointsAboveEvaluation:
            WireError("ValidationError", "DatapointsToAlarm must be less than or equal to EvaluationPeriods.")
        case .severalReturned:
            WireError("ValidationError", "Exactly one element of the metrics list should return data.")
        case .badExpression(let text):
            WireError("ValidationError", "Error in expression '\(text)': it cannot be read.")
        case .badDashboard(let reason):
            WireError("InvalidParameterInput", "The dashboard body is invalid: \(reason)")
        case .noDashboard(let name):
            WireError("ResourceNotFound", "Dashboard \(name) does not exist", status: 404)
        case .noAlarm(let name):
            WireError("ResourceNotFound", "Unknown alarm: \(name)", status: 404)
        case .noResource(let arn):
            WireError("ResourceNotFoundException", "Unknown resource: \(arn)", status: 404)
        case .tooManyTags: WireError("ValidationError", "The number of tags exceeds the limit of 50.")
        }
    }
}
