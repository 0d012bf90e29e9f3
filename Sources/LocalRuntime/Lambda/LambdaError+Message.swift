/// What each refusal says.
extension LambdaError {
    var message: String {
        switch self {
        case .functionNotFound(let arn): "Function not found: \(arn)"
        case .functionExists(let name): "Function already exist: \(name)"
        case .qualifiersDiffer: "The derived qualifier from the function name does not match the specified qualifier."
        case .latestNotDeletable: "$LATEST version cannot be deleted without deleting the function."
        case .functionDoesNotExist: "The function doesn't exist."
        case .tagsOnQualified: "Tags on function aliases and versions are not supported. Please specify a function ARN."
        case .tooManyTags: "Number of tags exceeds resource tag limit."
        case .noTags: "An error occurred and the request cannot be processed."
        case .concurrencyOnQualified:
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
                + "Please specify either a function name or an unqualified function ARN."
        case .codeChanged(let given, let present):
            "CodeSHA256 (\(given)) is different from current CodeSHA256 in $LATEST (\(present)). Please try again with "
                + "the CodeSHA256 in $LATEST."
        case .aliasNotDeletable: "Deletion of aliases is not currently supported."
        case .versionInUse(let version, let aliases):
            "Version \(version) is currently referenced by the following aliases: \(aliases.joined(separator: ", "))"
        case .aliasExists(let arn): "Alias already exists: \(arn)"
        case .aliasNotFound(let arn): "Cannot find alias arn: \(arn)"
        case .aliasNotUpdatable(let arn): "Alias not found: \(arn)"
        case .routingTooMany: "Number of items in AdditionalVersionWeights cannot be greater than 1"
        case .routingRepeats(let version):
            "Invalid function version \(version). Function version \(version) is already included in routing "
                + "configuration."
        case .routingFromLatest: "$LATEST is not supported for an alias pointing to more than 1 version"
        case .eventInvokeConfigEmpty: "You must specify at least one of error handling or destination setting."
        case .eventInvokeConfigNotFound(let arn): "The function \(arn) doesn't have an EventInvokeConfig"
        case .destinationInvalid(let arn): "The destination ARN \(arn) is invalid."
        case .destinationUnknown(let onSuccess, let onFailure):
            "The provided destination config DestinationConfig(onSuccess="
                + "\(onSuccess.map { "OnSuccess(destination=\($0))" } ?? "null"), onFailure="
                + "\(onFailure.map { "OnFailure(destination=\($0))" } ?? "null")) is invalid."
        case .destinationIsItself: "You can't specify the function as a destination for itself."
        case .deadLetterTargetInvalid(let arn): "The dead letter target ARN \(arn) is invalid."
        case .statementExists(let id):
            "The statement id (\(id)) provided already exists. Please provide a new statement id, or remove the existing "
                + "statement."
        case .statementNotFound(let id): "Statement \(id) is not found in resource policy."
        case .policyNotFound: "The resource you requested does not exist."
        case .policyEmpty: "No policy is associated with the given resource."
        case .noPolicyFound(let arn): "No policy found for: \(arn)"
        case .principalInvalid: "The provided principal was invalid. Please check the principal and try again."
        case .policyOnLatest: "We currently do not support adding policies for $LATEST."
        case .unreachableRegion(let region, let here):
            "Functions from '\(region)' are not reachable in this region ('\(here)')"
        case .accessDenied(let resource):
            "User is not authorized to perform this action on resource: \(resource) because no resource-based policy "
                + "allows it"
        case .invalidParameter(let text), .localCode(let text): text
        case .validation(let findings):
            "\(findings.count) validation error\(findings.count == 1 ? "" : "s") detected: "
                + findings.joined(separator: "; ")
        case .preconditionFailed:
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
                + "retrieve the latest Revision Id"
        case .tooManyRequests: "Rate Exceeded."
        case .payloadTooLarge(let size, let type, let limit):
            "\(size) byte payload is too large for the \(type) invocation type (limit \(limit) bytes)"
        case .payloadNotJSON(let reason):
            "Could not parse request body into json: Could not parse payload into json: \(reason)"
        case .requestTooLarge(let operation, let limit):
            "Request must be smaller than \(limit) bytes for the \(operation) operation"
        case .zipTooLarge(let limit): "Zipped size must be smaller than \(limit) bytes"
        case .zipUnreadable: "Could not unzip uploaded file. Please check your file, then try to upload again."
        case .zipEmpty: "Uploaded file must be a non-empty zip"
        case .unzippedTooLarge(let limit): "Unzipped size must be smaller than \(limit) bytes"
        case .codeNotFetched(let reason): "Error occurred while GetObject. \(reason)"
        case .runtimeEnded(let name, let successor):
            "The runtime parameter of \(name) is no longer supported for creating or updating AWS Lambda functions. "
                + "We recommend you use the new runtime (\(successor)) while creating or updating functions."
        case .runtimeUnknown(let name):
            "Value \(name) at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
                + "[\(FunctionConfiguration.Runtime.allCases.map(\.rawValue).joined(separator: ", "))] or be a valid ARN"
        case .reservedKeys(let keys):
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided contains reserved keys that are currently not supported for modification. Reserved keys "
                + "used in this request: \(keys.joined(separator: ", "))"
        case .variablesTooLarge(let limit, let measured):
            "Lambda was unable to configure your environment variables because the environment variables you have "
                + "provided exceeded the \(limit / 1024)KB limit. String measured: \(measured)"
        case .unreservedTooLow(let minimum):
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
                + "below its minimum value of [\(minimum)]."
        case .bodyNotJSON: "Could not parse request body into json"
        case .wrongType(let member, let type): "The value of '\(member)' is not \(type)"
        case .noCodeSource: "Please provide a source for function code."
        case .clientContextUnreadable: "Client context must be a valid Base64-encoded JSON object."
        case .stopping: "The emulator is stopping."
        }
    }
}
