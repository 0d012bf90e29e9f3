import AWSProtocol

/// Reads what CreateFunction and the two updates say of code and configuration.
extension RequestMembers {
    /// Members that UpdateFunctionConfiguration takes, and CreateFunction, too.
    static let configurationMembers: Set<String> = [
        "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "Environment", "TracingConfig",
        "EphemeralStorage", "LoggingConfig", "SnapStart", "DeadLetterConfig",
    ]

    /// How the names of AWS's runtimes begin.
    private static let languages = ["nodejs", "python", "java", "dotnet", "ruby", "go1.x", "provided"]

    /// What no function can be made with any more, and what AWS recommends in its place.
    /// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
    private static let endedRuntimes = [
        "dotnetcore3.1": "dotnet6", "go1.x": "provided.al2023", "java8": "java21", "nodejs12.x": "nodejs18.x",
        "nodejs14.x": "nodejs20.x", "provided": "provided.al2023", "python3.7": "python3.12", "ruby2.7": "ruby3.2",
    ]

    static let codeMembers: Set<String> = ["ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion"]

    /// Where the code comes from; nil when no member says so.
    func codeSource() throws -> CodeSource? {
        if let zip = try blob("ZipFile") { return .zip(zip) }
        guard let bucket = try string("S3Bucket"), let key = try string("S3Key") else { return nil }
        if bucket == CodeSource.localBucket { return .local(path: key) }
        return .object(bucket: bucket, key: key, version: try string("S3ObjectVersion"))
    }

    /// Changes what the request names, and leaves the rest.
    func apply(to configuration: inout FunctionConfiguration) throws {
        if let runtime = try runtime() { configuration.runtime = runtime }
        if let role = try string("Role") { configuration.role = role }
        if let handler = try string("Handler") { configuration.handler = handler }
        if let description = try string("Description") { configuration.description = description }
        if let timeout = try integer("Timeout") { configuration.timeout = timeout }
        if let memorySize = try integer("MemorySize") { configuration.memorySize = memorySize }
        if let environment = try structure("Environment") {
            configuration.environment = try environment.map("Variables") ?? [:]
        }
        if let mode = try structure("TracingConfig")?.string("Mode") { configuration.tracingMode = mode }
        if let size = try structure("EphemeralStorage")?.integer("Size") { configuration.ephemeralStorage = size }
        if let logging = try structure("LoggingConfig") { try apply(logging, to: &configuration) }
        if let target = try structure("DeadLetterConfig")?.string("TargetArn") {
            configuration.deadLetterTarget = target.isEmpty ? nil : target
        }
        if let applyOn = try structure("SnapStart")?.string("ApplyOn"), applyOn != "None" {
            throw NotImplemented("SnapStart (\(operation)'s SnapStart.ApplyOn=\(applyOn))")
        }
    }

    private func apply(_ logging: RequestMembers, to configuration: inout FunctionConfiguration) throws {
        try logging.refuseAll(but: ["LogFormat", "LogGroup", "ApplicationLogLevel", "SystemLogLevel"])
        configuration.logging = try logging.logging(after: configuration.logging ?? FunctionLogging())
        if let group = try logging.string("LogGroup"), !group.isEmpty { configuration.logGroup = group }
    }

    /// - Throws: `NotImplemented` naming a runtime that is not a custom one: there is no language in this emulator.
    ///   AWS's own refusal for one that AWS has not either.
    func runtime() throws -> FunctionConfiguration.Runtime? {
        guard let name = try string("Runtime") else { return nil }
        guard let runtime = FunctionConfiguration.Runtime(rawValue: name) else {
            if let successor = Self.endedRuntimes[name] { throw LambdaError.runtimeEnded(name, successor: successor) }
            guard Self.languages.contains(where: name.hasPrefix) else { throw LambdaError.runtimeUnknown(name) }
            throw NotImplemented("the runtime '\(name)': only provided.al2023 and provided.al2 run here")
        }
        return runtime
    }
}
