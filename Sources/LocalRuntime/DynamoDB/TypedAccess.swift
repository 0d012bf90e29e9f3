package import AWSProtocol
import EmulatorDatabase

/// Tables and items without the wire, for the console, the demo and other parts of the emulator.
extension DynamoDBService {
    /// Whose tables are meant.
    package struct Owner: Hashable, Sendable {
        package let account: String
        package let region: String

        package init(account: String = "000000000000", region: String = "us-east-1") {
            self.account = account
            self.region = region
        }

        package init(_ scope: CredentialScope) {
            self.init(account: scope.account, region: scope.region)
        }
    }

    /// Makes an on-demand table without indexes.
    ///
    /// - Throws: `DynamoDBError.tableAlreadyExists`.
    package func createTable(
        _ name: String, keySchema: KeySchema, timeToLiveAttribute: String? = nil, owner: Owner = Owner()
    ) async throws {
        let call = Call([:], account: owner.account, region: owner.region)
        let table = try await create(NewTable(name: name, keySchema: keySchema), call)
        guard let timeToLiveAttribute else { return }
        _ = try await change(table) { table, _ in
            table.settings.timeToLive = TimeToLive(attribute: Text(timeToLiveAttribute))
        }
    }

    /// The names of an owner's tables, in order.
    package func tableNames(owner: Owner = Owner()) async throws -> [String] {
        try await database.read {
            try DynamoDBStore($0).tableNames(
                account: owner.account, region: owner.region, after: "", limit: Int(Int32.max))
        }
    }

    /// - Throws: `DynamoDBError.tableNotFound`.
    package func definition(table name: String, owner: Owner = Owner()) async throws -> TableDefinition {
        guard let table = try await catalogue.table(account: owner.account, region: owner.region, name: name) else {
            throw DynamoDBError.tableNotFound(name)
        }
        return table
    }

    /// - Parameter key: the key attributes, no others.
    /// - Throws: `DynamoDBError.tableNotFound`, `ValidationFailure` when the key does not fit the table.
    package func item(table name: String, key: Item, owner: Owner = Owner()) async throws -> Item? {
        let table = try await definition(table: name, owner: owner)
        let encoded = try table.encodedKey(key, limits)
        return try await database.read { try DynamoDBStore($0).item(inTable: table.id, encoded) }
    }

    /// All items of a table in key order, or the first `limit` of them.
    ///
    /// - Throws: `DynamoDBError.tableNotFound`.
    package func scanAll(table name: String, limit: Int? = nil, owner: Owner = Owner()) async throws -> [Item] {
        let table = try await definition(table: name, owner: owner)
        return try await database.read { db in
            var items: [Item] = []
            try DynamoDBStore(db).walk(KeyRange(space: .table(table.id))) { row in
                if items.count == limit { return false }
                items.append(try row.item())
                return true
            }
            return items
        }
    }

    /// How many items a table holds.
    ///
    /// - Throws: `DynamoDBError.tableNotFound`.
    package func count(table name: String, owner: Owner = Owner()) async throws -> Int {
        let table = try await definition(table: name, owner: owner)
        return try await database.read { try DynamoDBStore($0).contents(ofTable: table.id).count }
    }
}
