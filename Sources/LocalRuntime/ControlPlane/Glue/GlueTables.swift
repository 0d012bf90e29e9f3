import AWSProtocol
import EmulatorClock

/// https://docs.aws.amazon.com/glue/latest/webapi/API_CreateTable.html
enum GlueTables {
    static let kind = RecordKind("glue.table")

    static let operations: [String: ControlService.Operation] = [
        "CreateTable": create, "GetTable": get, "GetTables": list, "UpdateTable": update, "DeleteTable": delete,
        "GetPartitionIndexes": getPartitionIndexes, "GetPartitions": getPartitions,
    ]

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("CatalogId", "DatabaseName", "TableInput", "PartitionIndexes")
        guard (call.parameters["PartitionIndexes"]?.array ?? []).isEmpty else {
            throw NotImplemented("glue CreateTable's parameter PartitionIndexes")
        }
        let database = try databaseName(call, records)
        let input = try call.object("TableInput")
        let name = try GlueNames.name(of: input, call)
        guard try records.value(kind, name, in: database) == nil else { throw GlueError.tableExists }
        try records.save(
            answerForm(input, name, database, call).merging(["CreateTime": instant(call), "VersionId": "0"]), kind,
            name, in: database)
        return [:]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        ["Table": .object(try table(call, records).without(Tags.member))]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("CatalogId", "DatabaseName", "NextToken", "MaxResults")
        return try GlueNames.page("TableList", try records.all(kind, in: try databaseName(call, records)), call)
    }

    @Sendable private static func update(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("CatalogId", "DatabaseName", "TableInput", "SkipArchive")
        let database = try databaseName(call, records)
        let input = try call.object("TableInput")
        let name = try GlueNames.name(of: input, call)
        try records.update(kind, name, in: database, orThrow: GlueError.noTable(name)) { table in
            let version = (table["VersionId"]?.string.flatMap(Int.init) ?? 0) + 1
            var next = answerForm(input, name, database, call)
            next["CreateTime"] = table["CreateTime"]
            next["VersionId"] = .string(String(version))
            next[Tags.member] = table[Tags.member]
            table = next
        }
        return [:]
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        _ = try table(call, records)
        try records.delete(
            kind, try call.required("Name").lowercased(), in: try call.required("DatabaseName").lowercased())
        return [:]
    }

    /// Projected partitions have no index, and one cannot be made here.
    @Sendable private static func getPartitionIndexes(
        _ call: ControlCall, _ records: ControlRecords
    ) throws -> JSONObject {
        let name = try call.required("TableName").lowercased()
        guard try records.value(kind, name, in: try databaseName(call, records)) != nil else {
            throw GlueError.noTable(name)
        }
        return ["PartitionIndexDescriptorList": []]
    }

    /// Partitions cannot be added here: they are projected.
    @Sendable private static func getPartitions(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("TableName").lowercased()
        guard try records.value(kind, name, in: try databaseName(call, records)) != nil else {
            throw GlueError.noTable(name)
        }
        return ["Partitions": []]
    }

    private static func databaseName(_ call: ControlCall, _ records: ControlRecords) throws -> String {
        let name = try call.required("DatabaseName").lowercased()
        guard try records.value(GlueDatabases.kind, name) != nil else { throw GlueError.noDatabase(name) }
        return name
    }

    private static func table(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("Name").lowercased()
        guard let table = try records.value(kind, name, in: try databaseName(call, records)) else {
            throw GlueError.noTable(name)
        }
        return table
    }

    private static func answerForm(
        _ input: JSONObject, _ name: String, _ database: String, _ call: ControlCall
    ) -> JSONObject {
        input.merging([
            "Name": .string(name), "DatabaseName": .string(database), "CatalogId": .string(call.account),
            "UpdateTime": instant(call), "CreatedBy": .string("arn:aws:iam::\(call.account):root"),
            "IsRegisteredWithLakeFormation": false,
        ])
    }

    private static func instant(_ call: ControlCall) -> JSONValue {
        .double(Double(call.now.milliseconds) / 1000)
    }
}
