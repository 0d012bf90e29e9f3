import EmulatorDatabase
import Synchronization

/// Table definitions in memory, so that an item operation need not read its table's row.
///
/// A copy may be out of date for a moment; every write compares its version inside the transaction (`StaleTable`).
final class TableCatalogue: Sendable {
    private struct Name: Hashable {
        let account: String
        let region: String
        let table: String
    }

    private struct State {
        var tables: [Name: TableDefinition] = [:]
        /// Ids never come back, so a late reader cannot bring a deleted table back into memory.
        var deleted: Set<Int64> = []
    }

    private let database: EmulatorDatabase
    private let state = Mutex(State())

    init(database: EmulatorDatabase) {
        self.database = database
    }

    func table(account: String, region: String, name: String) async throws -> TableDefinition? {
        let key = Name(account: account, region: region, table: name)
        if let table = state.withLock({ $0.tables[key] }) { return table }
        let table = try await database.read {
            try DynamoDBStore($0).table(account: account, region: region, name: name)
        }
        if let table { update(table) }
        return table
    }

    /// Takes in a definition that was committed; an older one than is known changes nothing.
    func update(_ table: TableDefinition) {
        let key = Name(account: table.account, region: table.region, table: table.name)
        state.withLock { state in
            guard !state.deleted.contains(table.id) else { return }
            if let known = state.tables[key], (known.id, known.version) >= (table.id, table.version) { return }
            state.tables[key] = table
        }
    }

    func remove(_ table: TableDefinition) {
        let key = Name(account: table.account, region: table.region, table: table.name)
        state.withLock { state in
            state.deleted.insert(table.id)
            if state.tables[key]?.id == table.id { state.tables[key] = nil }
        }
    }

    /// Forgets a copy that was found out of date.
    func forget(_ table: TableDefinition) {
        let key = Name(account: table.account, region: table.region, table: table.name)
        state.withLock { state in
            if let known = state.tables[key], known.id == table.id, known.version <= table.version {
                state.tables[key] = nil
            }
        }
    }
}

/// A write was prepared against a definition that has changed since; it is to be prepared anew.
struct StaleTable: Error {
    let table: TableDefinition
}
