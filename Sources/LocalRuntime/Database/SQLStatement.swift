package import GRDB
import GRDBSQLite

/// A cached statement driven by SQLite's own functions, for the statements of every request: building GRDB's arguments and
/// rows costs more than many a statement itself. https://www.sqlite.org/cintro.html
///
/// A value of it is used within the transaction that made it, by one at a time.
package struct SQLStatement {
    private let statement: Statement
    private let handle: OpaquePointer

    /// Takes the statement from the connection's cache, or prepares it.
    package init(_ db: Database, _ sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    /// Binds values to the parameters `?1`, `?2`, … in their order, and runs the statement to its end.
    @discardableResult
    package func run(_ values: SQLInput...) throws -> Int {
        try bind(values)
        return try finish()
    }

    /// The same for statements with many parameters.
    @discardableResult
    package func run(_ values: [SQLInput]) throws -> Int {
        try bind(values)
        return try finish()
    }

    /// Hands over every row of the answer. The row is good for the time of the call only.
    package func forEach(_ values: SQLInput..., row use: (SQLRow) throws -> Void) throws {
        try bind(values)
        defer { sqlite3_reset(handle) }
        while try isRow(sqlite3_step(handle)) { try use(SQLRow(handle: handle)) }
    }

    /// What `read` makes of the first row; nil when there is none.
    package func first<Value>(_ values: SQLInput..., read: (SQLRow) throws -> Value) throws -> Value? {
        try bind(values)
        defer { sqlite3_reset(handle) }
        return try isRow(sqlite3_step(handle)) ? read(SQLRow(handle: handle)) : nil
    }

    /// Hands over row after row until `use` returns false. A row is good for the time of the call only.
    package func walk(_ values: [SQLInput], row use: (SQLRow) throws -> Bool) throws {
        try bind(values)
        defer { sqlite3_reset(handle) }
        while try isRow(sqlite3_step(handle)) {
            guard try use(SQLRow(handle: handle)) else { return }
        }
    }

    private func bind(_ values: [SQLInput]) throws {
        var index: Int32 = 0
        for value in values {
            index += 1
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, index)
                case .integer(let number): sqlite3_bind_int64(handle, index, number)
                case .text(var text):
                    text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) { characters in
                            // A null pointer would be NULL, not an empty text.
                            guard let start = characters.baseAddress else {
                                return sqlite3_bind_text(handle, index, "", 0, Self.copied)
                            }
                            return sqlite3_bind_text(handle, index, start, Int32(characters.count), Self.copied)
                        }
                    }
                case .blob(let bytes):
                    // A null pointer would be NULL, not an empty blob.
                    bytes.isEmpty
                        ? sqlite3_bind_zeroblob(handle, index, 0)
                        : bytes.withUnsafeBytes {
                            sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), Self.copied)
                        }
                }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    /// - Returns: the number of rows changed.
    private func finish() throws -> Int {
        defer { sqlite3_reset(handle) }
        while try isRow(sqlite3_step(handle)) {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    private func isRow(_ code: Int32) throws -> Bool {
        switch code {
        case SQLITE_ROW: true
        case SQLITE_DONE: false
        default: throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))),
            sql: String(cString: sqlite3_sql(handle)))
    }

    /// SQLITE_TRANSIENT, a cast that Swift does not import: SQLite copies the text before the call returns.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}

/// What can be bound to a parameter.
package enum SQLInput: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(nilLiteral: ()) { self = .null }

    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    package init(_ number: Int) { self = .integer(Int64(number)) }
}

/// A row that a statement stands on.
package struct SQLRow {
    fileprivate let handle: OpaquePointer

    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : sqlite3_column_int64(handle, column)
    }

    /// The text of a column; empty for NULL.
    package func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    package func optionalText(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(handle, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes of a column, good for the time of the call; none for NULL.
    package func withBlob<Value>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        let start = sqlite3_column_blob(handle, column)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
}
