import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
    func describeTable(_ call: Call) async throws -> JSONObject {
        let table = try await describedTable(call)
        return ["Table": table.description(.active, try await contents(of: table))]
    }

    /// Numbers and sizes of a table's items and index entries. AWS counts them every six hours; we do when asked, unless
    /// a count that took long is not old yet.
    func contents(of table: TableDefinition) async throws -> TableContents {
        try await contentsMemory.contents(of: table) {
            try await self.database.read { db in
                let store = DynamoDBStore(db)
                var contents = TableContents()
                (contents.itemCount, contents.size_bytes) = try store.contents(ofTable: table.id)
                for index in table.indexes {
                    contents.entryCounts[index.id] = try store.entryCount(index: index.id)
                }
                return contents
            }
        }
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html
    func listTables(_ call: Call) async throws -> JSONObject {
        let start = call["ExclusiveStartTableName"]?.string ?? ""
        let limit = call["Limit"]?.flooredInteger ?? 100
        let names = try await database.read {
            try DynamoDBStore($0).tableNames(
                account: call.account, region: call.region, after: start, limit: limit + 1)
        }
        var answer: JSONObject = ["TableNames": .array(names.prefix(limit).map { .string($0) })]
        if names.count > limit { answer.append("LastEvaluatedTableName", .string(names[limit - 1])) }
        return answer
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html
    func deleteTable(_ call: Call) async throws -> JSONObject {
        let table = try await describedTable(call)
        if table.settings.isDeletionProtected { throw ValidationFailure.tableChange(.deletionProtected(table.arn)) }
        let now = clock.now
        try await database.write { db in
            let store = DynamoDBStore(db)
            guard try store.version(ofTable: table.id) == table.version else { throw StaleTable(table: table) }
            if let stream = table.settings.stream { try store.endStream(stream.id, at: now) }
            try store.delete(table)
        }
        catalogue.remove(table)
        purge.start()
        return ["TableDescription": table.deletedDescription]
    }
}

extension TableDefinition {
    enum Status: String {
        case creating = "CREATING"
        case updating = "UPDATING"
        case active = "ACTIVE"
        case deleting = "DELETING"
    }

    /// `TableDescription`. A table is usable as soon as it is answered; the first answer says CREATING, as AWS's does.
    ///
    /// - Parameter changingEncryption: the key that the table is being put under or taken from.
    func description(
        _ status: Status, _ contents: TableContents, _ changingEncryption: ServerSideEncryption? = nil
    ) -> JSONValue {
        let settings = settings
        var members: JSONObject = [
            "AttributeDefinitions": .array(
                settings.attributes.map {
                    ["AttributeName": .string($0.name.string), "AttributeType": .string($0.type.rawValue)]
                }),
            "TableName": .string(name),
            "KeySchema": keySchema.wire,
            "TableStatus": .string(status.rawValue),
            "CreationDateTime": .seconds(settings.createdAt_ms),
            "ProvisionedThroughput": settings.billing.throughput.wire,
            "TableSizeBytes": .integer(contents.size_bytes),
            "ItemCount": .integer(contents.itemCount),
            "TableArn": .string(arn),
            "TableId": .string(settings.uuid),
        ]
        if let summary = settings.billing.summary { members.append("BillingModeSummary", summary) }
        append(settings.localIndexes, "LocalSecondaryIndexes", status, contents, to: &members)
        append(settings.globalIndexes, "GlobalSecondaryIndexes", status, contents, to: &members)
        if let throughput = settings.onDemandThroughput { members.append("OnDemandThroughput", throughput.wire) }
        members.append("WarmThroughput", settings.shownWarmThroughput.wire(status))
        if let encryption = changingEncryption ?? settings.encryption {
            members.append("SSEDescription", encryption.wire(changingEncryption == nil ? "ENABLED" : "UPDATING"))
        }
        if let tableClass = settings.tableClass {
            var summary: JSONObject = ["TableClass": .string(tableClass)]
            if let time = settings.tableClassChangedAt_ms { summary.append("LastUpdateDateTime", .seconds(time)) }
            members.append("TableClassSummary", .object(summary))
        }
        appendStream(to: &members)
        members.append("DeletionProtectionEnabled", .bool(settings.isDeletionProtected))
        return .object(members)
    }

    /// What AWS still tells of a table that is going.
    var deletedDescription: JSONValue {
        var members: JSONObject = [
            "TableName": .string(name), "TableStatus": "DELETING",
            "ProvisionedThroughput": settings.billing.throughput.wire, "TableSizeBytes": 0, "ItemCount": 0,
            "TableArn": .string(arn), "TableId": .string(settings.uuid),
        ]
        if let summary = settings.billing.summary { members.append("BillingModeSummary", summary) }
        members.append("DeletionProtectionEnabled", false)
        return .object(members)
    }

    private func append(
        _ indexes: [SecondaryIndex], _ name: String, _ status: Status, _ contents: TableContents,
        to members: inout JSONObject
    ) {
        guard !indexes.isEmpty else { return }
        members.append(
            name,
            .array(
                indexes.map { index in
                    var wire: JSONObject = [
                        "IndexName": .string(index.name), "KeySchema": index.keySchema.wire,
                        "Projection": index.projection.wire,
                        "IndexSizeBytes": 0,
                        "ItemCount": .integer(contents.entryCounts[index.id] ?? 0),
                        "IndexArn": .string("\(arn)/index/\(index.name)"),
                    ]
                    if index.isGlobal {
                        let status = status == .creating ? status : .active
                        wire.append("IndexStatus", .string(status.rawValue))
                        wire.append("ProvisionedThroughput", index.throughput.wire)
                        if let throughput = index.onDemandThroughput {
                            wire.append("OnDemandThroughput", throughput.wire)
                        }
                        wire.append("WarmThroughput", settings.shownWarmThroughput(of: index).wire(status))
                    }
                    return .object(wire)
                }))
    }
}

extension KeySchema {
    var wire: JSONValue {
        .array(
            attributes.enumerated().map { index, attribute in
                ["AttributeName": .string(attribute.name.string), "KeyType": .string(keyType(at: index))]
            })
    }

    func keyType(at index: Int) -> String { index < partitionKeys.count ? "HASH" : "RANGE" }
}

extension Billing {
    /// `BillingModeSummary`, of a table that is or was on demand.
    fileprivate var summary: JSONValue? {
        lastOnDemand_ms.map {
            ["BillingMode": .string(mode.rawValue), "LastUpdateToPayPerRequestDateTime": .seconds($0)]
        }
    }
}

extension ProvisionedThroughput {
    var wire: JSONValue {
        var members: JSONObject = [:]
        if let time = lastIncrease_ms { members.append("LastIncreaseDateTime", .seconds(time)) }
        if let time = lastDecrease_ms { members.append("LastDecreaseDateTime", .seconds(time)) }
        members.append("NumberOfDecreasesToday", .integer(decreasesToday))
        members.append("ReadCapacityUnits", .integer(readCapacityUnits))
        members.append("WriteCapacityUnits", .integer(writeCapacityUnits))
        return .object(members)
    }
}

extension OnDemandThroughput {
    var wire: JSONValue {
        var members: JSONObject = [:]
        if let units = maxReadRequestUnits { members.append("MaxReadRequestUnits", .integer(units)) }
        if let units = maxWriteRequestUnits { members.append("MaxWriteRequestUnits", .integer(units)) }
        return .object(members)
    }
}

extension ServerSideEncryption {
    func wire(_ status: String) -> JSONValue {
        ["Status": .string(status), "SSEType": "KMS", "KMSMasterKeyArn": .string(kmsKeyARN)]
    }
}

extension JSONValue {
    /// A time as AWS JSON has it: seconds since 1970 with a fraction.
    static func seconds(_ milliseconds: Int64) -> JSONValue {
        .number(
            "\(milliseconds / 1000)"
                + (milliseconds % 1000 == 0 ? "" : ".\(String(milliseconds % 1000 + 1000).dropFirst())"))
    }
}
