import AWSProtocol
import EmulatorClock

extension ControlService {
    /// Systems Manager's parameter store. SecureStrings lie sealed in the database.
    /// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
    package static func ssm(_ foundation: ControlFoundation, secrets: SecretBox) -> ControlService {
        ControlService(
            "ssm", .json(prefix: "AmazonSSM"),
            SSMParameters(secrets: secrets).operations.merging(SSMTags.operations) { $1 }, foundation)
    }
}

/// The parameter store's refusals.
enum SSMError: ServiceError {
    case notFound
    case alreadyExists
    case invalidName
    case tooLarge(limit: Int)
    case unsupportedType(String)
    case tagsWithOverwrite
    case invalidFilter(String)
    case noResource
    case tooManyTags
    case patternMismatch

    var wire: WireError {
        switch self {
        case .notFound: WireError("ParameterNotFound", "")
        case .alreadyExists:
            WireError(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."
            )
        case .invalidName:
            WireError(
                "ValidationException",
                "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive), and may hold only "
                    + "letters, digits, \".\", \"-\", \"_\" and \"/\".")
        case .tooLarge(let limit):
            WireError(
                "ValidationException",
                "Standard tier parameters support a maximum parameter value of \(limit) characters. To create a larger "
                    + "parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, "
                    + "see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
            )
        case .unsupportedType(let type):
            WireError("UnsupportedParameterType", "The parameter type \(type) is not supported.")
        case .tagsWithOverwrite:
            WireError(
                "ValidationException",
                "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please "
                    + "remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or "
                    + "RemoveTagsFromResource.")
        case .invalidFilter(let key):
            WireError("InvalidFilterKey", "The following filter key is not valid: \(key).")
        case .noResource: WireError("InvalidResourceId", "The resource ID is not valid.")
        case .tooManyTags: WireError("TooManyTagsError", "The number of tags exceeds the limit of 50.")
        case .patternMismatch:
            WireError("ParameterPatternMismatchException", "The parameter value does not match its allowed pattern.")
        }
    }
}

/// Tags of parameters, the only resource type here.
enum SSMTags {
    static let operations: [String: ControlService.Operation] = [
        "AddTagsToResource": add, "RemoveTagsFromResource": remove, "ListTagsForResource": list,
    ]

    @Sendable private static func add(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) {
            $0 = try Tags(list: call.parameters["Tags"]).added(to: $0, tooMany: SSMError.tooManyTags)
        }
        return [:]
    }

    @Sendable private static func remove(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) { $0 = Tags.removed(call.texts("TagKeys"), from: $0) }
        return [:]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        var tags: JSONValue = []
        try change(call, records) { tags = Tags(of: $0).list }
        return ["TagList": tags]
    }

    private static func change(
        _ call: ControlCall, _ records: ControlRecords, _ change: (inout JSONObject) throws -> Void
    ) throws {
        guard call.text("ResourceType") == "Parameter" else {
            throw NotImplemented("ssm \(call.operation) of the resource type \(call.text("ResourceType") ?? "")")
        }
        try records.update(
            SSMParameters.kind, try call.required("ResourceId"), orThrow: SSMError.noResource, change)
    }
}
