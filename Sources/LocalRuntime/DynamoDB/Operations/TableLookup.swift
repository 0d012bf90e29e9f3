import AWSProtocol
import EmulatorDatabase

extension DynamoDBService {
    /// The table of an item operation.
    func table(of call: Call) async throws -> TableDefinition {
        try await table(named: call["TableName"]?.string ?? "", call)
    }

    func table(named name: String, _ call: Call) async throws -> TableDefinition {
        guard let table = try await find(name, call) else { throw DynamoDBError.resourceNotFound }
        return table
    }

    /// The table of an operation on tables, which says in the refusal which one is missing.
    func describedTable(_ call: Call) async throws -> TableDefinition {
        let name = call["TableName"]?.string ?? ""
        guard let table = try await find(name, call) else {
            throw DynamoDBError.tableNotFound(TableARN(name)?.table ?? name)
        }
        return table
    }

    /// A table by name or ARN. An ARN of another account or region names nothing that this caller can see.
    ///
    /// - Throws: `ValidationFailure` when it is an ARN of something else.
    private func find(_ name: String, _ call: Call) async throws -> TableDefinition? {
        guard name.hasPrefix("arn:") else {
            return try await catalogue.table(account: call.account, region: call.region, name: name)
        }
        guard let arn = TableARN(name), !arn.isIndex else {
            throw ValidationFailure.tableChange(.invalidARN(name))
        }
        guard arn.account == call.account, arn.region == call.region else { return nil }
        return try await catalogue.table(account: arn.account, region: arn.region, name: arn.table)
    }

    /// Changes a table's settings in one transaction and makes the change known.
    func change(
        _ table: TableDefinition, _ body: @escaping @Sendable (inout TableDefinition, DynamoDBStore) throws -> Void
    ) async throws -> TableDefinition {
        let changed = try await database.write { db in
            let store = DynamoDBStore(db)
            guard try store.version(ofTable: table.id) == table.version else { throw StaleTable(table: table) }
            var changed = table
            try body(&changed, store)
            return try store.update(changed)
        }
        catalogue.update(changed)
        return changed
    }
}

/// `arn:aws:dynamodb:us-east-1:000000000000:table/name`
struct TableARN {
    let region: String
    let account: String
    let table: String
    /// Whether it names one of the table's indexes.
    let isIndex: Bool

    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "dynamodb", parts[5].hasPrefix("table/") else {
            return nil
        }
        let path = parts[5].dropFirst("table/".count).split(separator: "/", omittingEmptySubsequences: false)
        guard let name = path.first, !name.isEmpty else { return nil }
        region = String(parts[3])
        account = String(parts[4])
        table = String(name)
        isIndex = path.count > 1 && path[1] == "index"
    }
}
