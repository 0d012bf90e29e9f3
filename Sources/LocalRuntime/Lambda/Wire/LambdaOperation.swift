/// The operations that are emulated, by AWS's names.
enum LambdaOperation: String, CaseIterable, Sendable {
    case createFunction = "CreateFunction"
    case getFunction = "GetFunction"
    case getFunctionConfiguration = "GetFunctionConfiguration"
    case updateFunctionCode = "UpdateFunctionCode"
    case updateFunctionConfiguration = "UpdateFunctionConfiguration"
    case listFunctions = "ListFunctions"
    case deleteFunction = "DeleteFunction"
    case invoke = "Invoke"
    case putFunctionConcurrency = "PutFunctionConcurrency"
    case getFunctionConcurrency = "GetFunctionConcurrency"
    case deleteFunctionConcurrency = "DeleteFunctionConcurrency"
    case listTags = "ListTags"
    case tagResource = "TagResource"
    case untagResource = "UntagResource"
    case invokeWithResponseStream = "InvokeWithResponseStream"
    case publishVersion = "PublishVersion"
    case listVersionsByFunction = "ListVersionsByFunction"
    case createAlias = "CreateAlias"
    case getAlias = "GetAlias"
    case listAliases = "ListAliases"
    case updateAlias = "UpdateAlias"
    case deleteAlias = "DeleteAlias"
    case putFunctionEventInvokeConfig = "PutFunctionEventInvokeConfig"
    case updateFunctionEventInvokeConfig = "UpdateFunctionEventInvokeConfig"
    case getFunctionEventInvokeConfig = "GetFunctionEventInvokeConfig"
    case listFunctionEventInvokeConfigs = "ListFunctionEventInvokeConfigs"
    case deleteFunctionEventInvokeConfig = "DeleteFunctionEventInvokeConfig"
    case addPermission = "AddPermission"
    case getPolicy = "GetPolicy"
    case removePermission = "RemovePermission"
    case getFunctionRecursionConfig = "GetFunctionRecursionConfig"
    case putFunctionRecursionConfig = "PutFunctionRecursionConfig"
    case getRuntimeManagementConfig = "GetRuntimeManagementConfig"
    case getFunctionCodeSigningConfig = "GetFunctionCodeSigningConfig"
    case getAccountSettings = "GetAccountSettings"

    /// The characters of a function's name or ARN: some operations have an older limit than the others.
    var longestFunctionName: Int {
        switch self {
        case .createAlias, .deleteAlias, .getAlias, .listAliases, .updateAlias, .publishVersion, .updateFunctionCode,
            .updateFunctionConfiguration, .putFunctionConcurrency, .getFunctionConcurrency,
            .deleteFunctionConcurrency, .getFunctionRecursionConfig, .putFunctionRecursionConfig:
            140
        default: 256
        }
    }
}
