import AWSProtocol
import EmulatorClock

extension ControlService {
    /// Athena's workgroups and named queries, kept and read back. Queries are not run: `rivulet-local` has no engine, and
    /// DuckDB reads the same files (docs/sql). https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html
    package static func athena(_ foundation: ControlFoundation) -> ControlService {
        ControlService(
            "athena", .json(prefix: "AmazonAthena"),
            AthenaWorkGroups.operations.merging(AthenaNamedQueries.operations) { $1 }, foundation)
    }
}

/// Athena has one code for all that is wrong with a request.
enum AthenaError: ServiceError {
    case noWorkGroup(String)
    case workGroupExists(String)
    case workGroupInUse(String)
    case noNamedQuery(String)
    case tooManyTags

    var wire: WireError {
        switch self {
        case .noWorkGroup(let name): WireError("InvalidRequestException", "WorkGroup \(name) is not found.")
        case .workGroupExists(let name): WireError("InvalidRequestException", "WorkGroup \(name) is already created")
        case .workGroupInUse(let name): WireError("InvalidRequestException", "WorkGroup \(name) is not empty")
        case .noNamedQuery(let id): WireError("InvalidRequestException", "NamedQuery \(id) was not found")
        case .tooManyTags: WireError("InvalidRequestException", "The number of tags exceeds the limit of 50")
        }
    }
}

/// https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html
enum AthenaWorkGroups {
    static let kind = RecordKind("athena.workgroup")

    static let operations: [String: ControlService.Operation] = [
        "CreateWorkGroup": create, "GetWorkGroup": get, "ListWorkGroups": list, "UpdateWorkGroup": update,
        "DeleteWorkGroup": delete,
    ].merging(tagging.operations) { $1 }

    private static let tagging = Tagging(kind: kind, arnMember: "ResourceARN", tooMany: AthenaError.tooManyTags) {
        arn in
        let name = arn.split(separator: "/").last.map(String.init) ?? ""
        return (name, AthenaError.noWorkGroup(name))
    }

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Name", "Configuration", "Description", "Tags")
        let name = try call.required("Name")
        guard try records.value(kind, name) == nil else { throw AthenaError.workGroupExists(name) }
        var group: JSONObject = [
            "Name": .string(name), "State": "ENABLED",
            "Configuration": .object(configuration(call.parameters["Configuration"]?.object ?? [:])),
            "CreationTime": .double(Double(call.now.milliseconds) / 1000),
        ]
        if let description = call.parameters["Description"] { group.append("Description", description) }
        try records.save(
            try Tags(list: call.parameters["Tags"]).added(to: group, tooMany: AthenaError.tooManyTags), kind, name)
        return [:]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("WorkGroup")
        guard let group = try records.value(kind, name) else { throw AthenaError.noWorkGroup(name) }
        return ["WorkGroup": .object(group.without(Tags.member))]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let page = ListPage(
            try records.all(kind), after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 50)
        var answer: JSONObject = [
            "WorkGroups": .array(page.records.map { .object($0.value.without(Tags.member, "Configuration")) })
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    @Sendable private static func update(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("WorkGroup", "Description", "ConfigurationUpdates", "State")
        let name = try call.required("WorkGroup")
        try records.update(kind, name, orThrow: AthenaError.noWorkGroup(name)) { group in
            if let description = call.parameters["Description"] { group["Description"] = description }
            if let state = call.parameters["State"] { group["State"] = state }
            let updates = call.parameters["ConfigurationUpdates"]?.object ?? [:]
            group["Configuration"] = .object(updated(group["Configuration"]?.object ?? [:], with: updates))
        }
        return [:]
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("WorkGroup", "RecursiveDeleteOption")
        let name = try call.required("WorkGroup")
        guard try records.value(kind, name) != nil else { throw AthenaError.noWorkGroup(name) }
        let queries = try records.all(AthenaNamedQueries.kind).filter { $0.value["WorkGroup"]?.string == name }
        guard queries.isEmpty || call.flag("RecursiveDeleteOption") else { throw AthenaError.workGroupInUse(name) }
        for query in queries { try records.delete(AthenaNamedQueries.kind, query.name) }
        try records.delete(kind, name)
        return [:]
    }

    /// What AWS fills in where a new workgroup says nothing.
    private static func configuration(_ given: JSONObject) -> JSONObject {
        let standard: JSONObject = [
            "EnforceWorkGroupConfiguration": true, "PublishCloudWatchMetricsEnabled": false,
            "RequesterPaysEnabled": false,
            "EngineVersion": ["SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"],
        ]
        var merged = standard.merging(given)
        if given["EngineVersion"]?["SelectedEngineVersion"] != nil {
            var engine = given["EngineVersion"]?.object ?? [:]
            if engine["EffectiveEngineVersion"] == nil { engine["EffectiveEngineVersion"] = "Athena engine version 3" }
            merged["EngineVersion"] = .object(engine)
        }
        return merged
    }

    /// `Remove…` flags take members away; `…Updates` objects change those of the member that they are named after.
    private static func updated(_ current: JSONObject, with updates: JSONObject) -> JSONObject {
        var next = current
        for update in updates.members {
            if update.name.hasPrefix("Remove") {
                if update.value.bool == true { next[String(update.name.dropFirst("Remove".count))] = nil }
            } else if update.name.hasSuffix("Updates"), let inner = update.value.object {
                let name = String(update.name.dropLast("Updates".count))
                next[name] = .object(updated(next[name]?.object ?? [:], with: inner))
            } else {
                next[update.name] = update.value
            }
        }
        return update(next, engineOf: updates)
    }

    private static func update(_ configuration: JSONObject, engineOf updates: JSONObject) -> JSONObject {
        guard updates["EngineVersion"] != nil else { return configuration }
        return Self.configuration(configuration)
    }
}

/// https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html
enum AthenaNamedQueries {
    static let kind = RecordKind("athena.named-query")

    static let operations: [String: ControlService.Operation] = [
        "CreateNamedQuery": create, "GetNamedQuery": get, "ListNamedQueries": list, "DeleteNamedQuery": delete,
    ]

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Name", "Description", "Database", "QueryString", "ClientRequestToken", "WorkGroup")
        for member in ["Name", "Database", "QueryString"] { _ = try call.required(member) }
        let group = call.text("WorkGroup") ?? "primary"
        guard try group == "primary" || records.value(AthenaWorkGroups.kind, group) != nil else {
            throw AthenaError.noWorkGroup(group)
        }
        let id = call.requestID
        try records.save(
            call.members("Name", "Description", "Database", "QueryString")
                .merging(["NamedQueryId": .string(id), "WorkGroup": .string(group)]), kind, id)
        return ["NamedQueryId": .string(id)]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let id = try call.required("NamedQueryId")
        guard let query = try records.value(kind, id) else { throw AthenaError.noNamedQuery(id) }
        return ["NamedQuery": .object(query)]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let group = call.text("WorkGroup") ?? "primary"
        let queries = try records.all(kind).filter { $0.value["WorkGroup"]?.string == group }
        let page = ListPage(queries, after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 50)
        var answer: JSONObject = ["NamedQueryIds": .array(page.records.map { .string($0.name) })]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let id = try call.required("NamedQueryId")
        guard try records.value(kind, id) != nil else { throw AthenaError.noNamedQuery(id) }
        try records.delete(kind, id)
        return [:]
    }
}
