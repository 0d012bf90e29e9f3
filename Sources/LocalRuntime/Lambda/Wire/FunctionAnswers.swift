import AWSProtocol
import EmulatorClock

/// Functions as AWS prints them.
/// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
extension FunctionVersion {
    /// As the request named it: the ARN bears the qualifier that was asked for, `Version` says what it led to.
    func json(as target: QualifiedFunction) -> JSONValue {
        json(of: target.id, arn: target.arn, .settled)
    }

    /// - Parameter isQualified: whether the ARN bears the version.
    func json(of id: FunctionID, _ stage: FunctionStage, isQualified: Bool = false) -> JSONValue {
        json(of: id, arn: isQualified ? QualifiedFunction(id, .version(version)).arn : id.arn, stage)
    }

    private func json(of id: FunctionID, arn: String, _ stage: FunctionStage) -> JSONValue {
        var members: JSONObject = [
            "FunctionName": .string(id.name),
            "FunctionArn": .string(arn),
            "Runtime": .string(configuration.runtime.rawValue),
            "Role": .string(configuration.role),
            "Handler": .string(configuration.handler),
            "CodeSize": .integer(code.size),
            "Description": .string(configuration.description),
            "Timeout": .integer(configuration.timeout),
            "MemorySize": .integer(configuration.memorySize),
            "LastModified": .string(lastModified.rfc3339.dropLast() + "+0000"),
            "CodeSha256": .string(code.sha256),
            "Version": .string(version.text),
            "TracingConfig": ["Mode": .string(configuration.tracingMode)],
            "RevisionId": .string(stage.revision ?? revision),
            "PackageType": "Zip",
            "Architectures": .array(configuration.architectures.map(JSONValue.string)),
            "EphemeralStorage": ["Size": .integer(configuration.ephemeralStorage)],
            "SnapStart": ["ApplyOn": "None", "OptimizationStatus": "Off"],
            "LoggingConfig": .object(configuration.loggingMembers),
        ]
        stage.members(configuration.runtime, region: id.region).members.forEach { members.append($0.name, $0.value) }
        if let environment = configuration.environment {
            members.append("Environment", ["Variables": .map(environment)])
        }
        if let target = configuration.deadLetterTarget {
            members.append("DeadLetterConfig", ["TargetArn": .string(target)])
        }
        return .object(members)
    }
}

extension Function {
    /// GetFunction's answer.
    func json(_ version: FunctionVersion, as target: QualifiedFunction, location: String) -> JSONValue {
        var members: JSONObject = [
            "Configuration": version.json(as: target),
            "Code": ["RepositoryType": "S3", "Location": .string(location)],
        ]
        if !tags.isEmpty { members.append("Tags", .map(tags)) }
        if let reserved = reservedConcurrency {
            members.append("Concurrency", ["ReservedConcurrentExecutions": .integer(reserved)])
        }
        return .object(members)
    }
}

extension Alias {
    /// https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html
    func json(of id: FunctionID) -> JSONValue {
        var members: JSONObject = [
            "AliasArn": .string(QualifiedFunction(id, .alias(name)).arn), "Name": .string(name),
            "FunctionVersion": .string(functionVersion), "Description": .string(description),
            "RevisionId": .string(revision),
        ]
        if let route {
            var weights: JSONObject = [:]
            weights.append(String(route.version), .double(route.weight))
            members.append("RoutingConfig", ["AdditionalVersionWeights": .object(weights)])
        }
        return .object(members)
    }
}

extension EventInvokeConfig {
    /// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionEventInvokeConfig.html
    ///
    /// - Parameter key: the qualifier under which it is kept.
    func json(of id: FunctionID, _ key: String) -> JSONValue {
        func destination(_ arn: String?) -> JSONValue {
            guard let arn, !arn.isEmpty else { return [:] }
            return ["Destination": .string(arn)]
        }
        var members: JSONObject = [
            "LastModified": .double(Double(lastModifiedMilliseconds) / 1000),
            "FunctionArn": .string("\(id.arn):\(key)"),
            "DestinationConfig": ["OnSuccess": destination(onSuccess), "OnFailure": destination(onFailure)],
        ]
        if let maximumRetryAttempts { members.append("MaximumRetryAttempts", .integer(maximumRetryAttempts)) }
        if let maximumEventAge { members.append("MaximumEventAgeInSeconds", .integer(maximumEventAge)) }
        return .object(members)
    }
}

extension JSONValue {
    /// A map in the order of its keys.
    static func map(_ pairs: [String: String]) -> JSONValue {
        .object(JSONObject(pairs.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}

extension FunctionConfiguration {
    /// Levels are told of JSON only.
    fileprivate var loggingMembers: JSONObject {
        let logging = logging ?? FunctionLogging()
        var members: JSONObject = ["LogFormat": .string(logging.format.rawValue)]
        if logging.format == .json {
            members.append("ApplicationLogLevel", .string(logging.applicationLevel ?? FunctionLogging.standardLevel))
            members.append("SystemLogLevel", .string(logging.systemLevel ?? FunctionLogging.standardLevel))
        }
        members.append("LogGroup", .string(logGroup))
        return members
    }
}
