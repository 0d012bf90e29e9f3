/// What one column holds; each case has exactly one physical and logical Parquet form (LAKE_SPEC 4).
package enum ColumnType: String, Sendable, Hashable, CaseIterable {
    case boolean = "BOOLEAN"
    case int32 = "INT32"
    case int64 = "INT64"
    case double = "DOUBLE"
    case string = "STRING"
    case stringList = "LIST<STRING>"
    /// Days since 1970-01-01, INT32 annotated DATE.
    case date = "DATE"
    /// Microseconds since the epoch, UTC, INT64 annotated TIMESTAMP_MICROS.
    case timestamp = "TIMESTAMP"
}

/// One column of a table's contract.
package struct ColumnSchema: Sendable, Hashable {
    /// Lower-case ASCII, as it stands in the file.
    package let name: String
    package let type: ColumnType
    /// False for columns that are never null; those are written as REQUIRED.
    package let isNullable: Bool
    /// What the column means, in English.
    package let meaning: String
    /// The column's name in the English views; the name itself where that is English.
    package let englishName: String
    /// What a number counts or measures; nil for texts, ids and instants, whose type says it.
    package let unit: ColumnUnit?
    /// The part of LAKE_SPEC that defines the column, when it is not its table's.
    package let rule: String?

    package init(
        _ name: String, _ type: ColumnType, nullable: Bool = false, _ meaning: String, english: String? = nil,
        unit: ColumnUnit? = nil, rule: String? = nil
    ) {
        self.name = name
        self.type = type
        isNullable = nullable
        self.meaning = meaning
        englishName = english ?? name
        self.unit = unit
        self.rule = rule
    }
}

/// What the number in a column counts or measures.
package enum ColumnUnit: String, Sendable, Hashable {
    case viewers, streams, broadcasters, snapshots, slots, rows, tags, seconds, minutes
    case viewerHours = "viewer hours"
    case hourOfDay = "hour of the day"
    /// A share from 0 to 1.
    case fraction = "fraction of 1"
}

/// The contract of one table: what reader, writer, dictionary and DDL are made from.
package struct TableSchema: Sendable, Hashable {
    package let name: String
    package let columns: [ColumnSchema]

    package init(name: String, columns: [ColumnSchema]) {
        self.name = name
        self.columns = columns
    }

    /// The position of the column called `name`, or nil when the table has none.
    package func index(of name: String) -> Int? {
        columns.firstIndex { $0.name == name }
    }
}
