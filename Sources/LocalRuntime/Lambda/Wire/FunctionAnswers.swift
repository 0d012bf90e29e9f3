import AWSProtocol
import EmulatorClock

/// Functions as AWS prints them.
/// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
extension Function {
    /// - Parameter isQualified: whether the caller asked for `$LATEST` by name, which then stands in the ARN.
    func json(isQualified: Bool = false) -> JSONValue {
        var members: JSONObject = [
            "FunctionName": .string(id.name),
            "FunctionArn": .string(isQualified ? id.arn + ":$LATEST" : id.arn),
            "Runtime": .string(configuration.runtime.rawValue),
            "Role": .string(configuration.role),
            "Handler": .string(configuration.handler),
            "CodeSize": .integer(code.size),
            "Description": .string(configuration.description),
            "Timeout": .integer(configuration.timeout),
            "MemorySize": .integer(configuration.memorySize),
            "LastModified": .string(lastModified.rfc3339.dropLast() + "+0000"),
            "CodeSha256": .string(code.sha256),
            "Version": "$LATEST",
            "TracingConfig": ["Mode": .string(configuration.tracingMode)],
            "RevisionId": .string(revision),
            "State": "Active",
            "LastUpdateStatus": "Successful",
            "PackageType": "Zip",
            "Architectures": .array(configuration.architectures.map(JSONValue.string)),
            "EphemeralStorage": ["Size": .integer(configuration.ephemeralStorage)],
            "SnapStart": ["ApplyOn": "None", "OptimizationStatus": "Off"],
            "LoggingConfig": ["LogFormat": "Text", "LogGroup": .string(configuration.logGroup)],
        ]
        if let environment = configuration.environment {
            members.append("Environment", ["Variables": .map(environment)])
        }
        return .object(members)
    }

    /// GetFunction's answer.
    func json(location: String, isQualified: Bool) -> JSONValue {
        var members: JSONObject = [
            "Configuration": json(isQualified: isQualified),
            "Code": ["RepositoryType": "S3", "Location": .string(location)],
        ]
        if !tags.isEmpty { members.append("Tags", .map(tags)) }
        if let reserved = reservedConcurrency {
            members.append("Concurrency", ["ReservedConcurrentExecutions": .integer(reserved)])
        }
        return .object(members)
    }
}

extension JSONValue {
    /// A map in the order of its keys.
    static func map(_ pairs: [String: String]) -> JSONValue {
        .object(JSONObject(pairs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}
