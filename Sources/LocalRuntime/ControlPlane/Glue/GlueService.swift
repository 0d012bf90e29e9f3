import AWSProtocol
import EmulatorClock

extension ControlService {
    /// Glue's data catalogue: databases and tables, kept and read back as they were written. Nothing is crawled.
    /// https://docs.aws.amazon.com/glue/latest/webapi/API_Operations.html
    package static func glue(_ foundation: ControlFoundation) -> ControlService {
        ControlService(
            "glue", .json(prefix: "AWSGlue"), GlueDatabases.operations.merging(GlueTables.operations) { $1 }, foundation
        )
    }
}

/// Glue's refusals.
enum GlueError: ServiceError {
    case noDatabase(String)
    case noTable(String)
    case databaseExists
    case tableExists
    case noResource(arn: String)
    case tooManyTags

    var wire: WireError {
        switch self {
        case .noDatabase(let name): WireError("EntityNotFoundException", "Database \(name) not found.")
        case .noTable(let name): WireError("EntityNotFoundException", "Table \(name) not found.")
        case .databaseExists: WireError("AlreadyExistsException", "Database already exists.")
        case .tableExists: WireError("AlreadyExistsException", "Table already exists.")
        case .noResource(let arn): WireError("EntityNotFoundException", "Entity not found: \(arn)")
        case .tooManyTags:
            WireError("ResourceNumberLimitExceededException", "The number of tags exceeds the limit of 50.")
        }
    }
}

/// https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDatabase.html
enum GlueDatabases {
    static let kind = RecordKind("glue.database")

    static let operations: [String: ControlService.Operation] = [
        "CreateDatabase": create, "GetDatabase": get, "GetDatabases": list, "UpdateDatabase": update,
        "DeleteDatabase": delete, "TagResource": tag, "UntagResource": untag, "GetTags": getTags,
    ]

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("CatalogId", "DatabaseInput", "Tags")
        let input = try call.object("DatabaseInput")
        let name = try GlueNames.name(of: input, call)
        guard try records.value(kind, name) == nil else { throw GlueError.databaseExists }
        let database = try Tags(map: call.parameters["Tags"])
            .added(to: answerForm(input, name, call), tooMany: GlueError.tooManyTags)
        try records.save(database, kind, name)
        return [:]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("Name").lowercased()
        guard let database = try records.value(kind, name) else { throw GlueError.noDatabase(name) }
        return ["Database": .object(database.without(Tags.member))]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try GlueNames.page("DatabaseList", try records.all(kind), call)
    }

    @Sendable private static func update(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("Name").lowercased()
        let input = try call.object("DatabaseInput")
        try records.update(kind, name, orThrow: GlueError.noDatabase(name)) { database in
            var next = answerForm(input, name, call)
            next["CreateTime"] = database["CreateTime"]
            next[Tags.member] = database[Tags.member]
            database = next
        }
        return [:]
    }

    /// The tables of a database go with it.
    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("Name").lowercased()
        guard try records.value(kind, name) != nil else { throw GlueError.noDatabase(name) }
        for table in try records.all(GlueTables.kind, in: name) {
            try records.delete(GlueTables.kind, table.name, in: name)
        }
        try records.delete(kind, name)
        return [:]
    }

    @Sendable private static func tag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) {
            $0 = try Tags(map: call.parameters["TagsToAdd"]).added(to: $0, tooMany: GlueError.tooManyTags)
        }
    }

    @Sendable private static func untag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) { $0 = Tags.removed(call.texts("TagsToRemove"), from: $0) }
    }

    @Sendable private static func getTags(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        var tags: JSONValue = [:]
        _ = try change(call, records) { tags = Tags(of: $0).map }
        return ["Tags": tags]
    }

    /// Changes the database or table of `ResourceArn`.
    private static func change(
        _ call: ControlCall, _ records: ControlRecords, _ change: (inout JSONObject) throws -> Void
    ) throws -> JSONObject {
        let arn = try call.required("ResourceArn")
        let parts = (arn.split(separator: ":", maxSplits: 5).last ?? "").split(separator: "/").map(String.init)
        let absent = GlueError.noResource(arn: arn)
        switch (parts.first, parts.count) {
        case ("database", 2): try records.update(kind, parts[1], orThrow: absent, change)
        case ("table", 3): try records.update(GlueTables.kind, parts[2], in: parts[1], orThrow: absent, change)
        default: throw absent
        }
        return [:]
    }

    private static func answerForm(_ input: JSONObject, _ name: String, _ call: ControlCall) -> JSONObject {
        input.merging([
            "Name": .string(name), "CatalogId": .string(call.account),
            "CreateTime": .double(Double(call.now.milliseconds) / 1000),
        ])
    }
}

/// What databases and tables have in common.
enum GlueNames {
    /// The name of an input; Glue keeps names in lower case.
    static func name(of input: JSONObject, _ call: ControlCall) throws -> String {
        guard let name = input["Name"]?.string, (1...255).contains(name.utf8.count) else {
            throw ControlError.null(member: "Name", service: call.service)
        }
        return name.lowercased()
    }

    static func page(
        _ member: String, _ records: [ControlRecords.Record], _ call: ControlCall
    ) throws -> JSONObject {
        let page = ListPage(records, after: call.text("NextToken"), limit: try call.integer("MaxResults") ?? 100)
        var answer: JSONObject = [member: .array(page.records.map { .object($0.value.without(Tags.member)) })]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }
}
