/// The environment variables of a function, those that Lambda sets by name.
///
/// Names: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
public struct LambdaEnvironment: Sendable {
    /// All of them, by name.
    public let variables: [String: String]

    /// An environment with exactly these variables, for a test.
    public init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// The variables of this process, read once.
    public static let process = LambdaEnvironment(ofProcess())

    /// The value of any variable; nil when it is not set.
    public subscript(name: String) -> String? { variables[name] }

    /// `_HANDLER`: which of the artefact's functions this is.
    public var handler: String { variables["_HANDLER"] ?? "" }

    /// `AWS_LAMBDA_FUNCTION_NAME`.
    public var functionName: String { variables["AWS_LAMBDA_FUNCTION_NAME"] ?? "" }

    /// `AWS_LAMBDA_FUNCTION_VERSION`: `$LATEST` or a number.
    public var functionVersion: String { variables["AWS_LAMBDA_FUNCTION_VERSION"] ?? "" }

    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, the configured memory in MiB; nil when not set.
    public var memorySizeMiB: Int? { variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"].flatMap { Int($0) } }

    /// `AWS_LAMBDA_LOG_GROUP_NAME`.
    public var logGroupName: String { variables["AWS_LAMBDA_LOG_GROUP_NAME"] ?? "" }

    /// `AWS_LAMBDA_LOG_STREAM_NAME`.
    public var logStreamName: String { variables["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "" }

    /// `AWS_REGION`.
    public var region: String { variables["AWS_REGION"] ?? "" }

    /// A logger as `AWS_LAMBDA_LOG_LEVEL` and `AWS_LAMBDA_LOG_FORMAT` ask for, for work outside an invocation.
    public var logger: LambdaLogger { LambdaLogger(self) }

    var runtimeAPI: String? { variables["AWS_LAMBDA_RUNTIME_API"] }
}
