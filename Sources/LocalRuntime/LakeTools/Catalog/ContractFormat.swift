package import Lake

/// What is made from the lake's contract, each by one pure function of `LakeTable.all`.
package enum ContractFormat: String, Sendable, CaseIterable {
    case dataDictionary = "data-dictionary"
    case glue, athena, clickhouse, duckdb, spark

    /// Where the text is kept in the repository.
    package var path: String {
        switch self {
        case .dataDictionary: "docs/data-dictionary.md"
        case .glue: "terraform/generated/glue_tables.json"
        case .athena, .clickhouse, .duckdb, .spark: "docs/sql/\(rawValue).sql"
        }
    }

    /// The text for a lake at `place`; ends with a line feed.
    package func text(for place: LakePlace = LakePlace()) -> String {
        switch self {
        case .dataDictionary: DataDictionary.text
        case .glue: GlueTables(place).json
        case .athena: AthenaSQL(place).text
        case .clickhouse: ClickHouseSQL(place).text
        case .duckdb: DuckDBSQL(place).text
        case .spark: SparkSQL(place).text
        }
    }
}

/// Where a lake lies, and since when.
package struct LakePlace: Sendable, Hashable {
    /// The folder or bucket that holds `raw/`, `silver/`, `gold/` and `enriched/`, without a slash at its end.
    package let root: String
    /// The first date that Athena's partition projection lists; rows of earlier dates are not seen there.
    package let firstDate: CivilDate
    /// Tables that are known to have no file yet, which an engine that looks at the files could not bind.
    package var emptyTables: Set<LakeTable> = []

    /// What stands for the root in texts that are kept: replaced by whoever runs them.
    package static let placeholder = "${lake}"

    /// A lake at `root`, from 2026-01-01 unless told otherwise.
    package init(root: String = placeholder, firstDate: CivilDate? = nil) {
        let end = root.lastIndex { $0 != "/" } ?? root.startIndex
        self.root = root.isEmpty ? root : String(root[...end])
        // 2026-01-01, the year in which the pipeline first ran.
        self.firstDate = firstDate ?? CivilDate(daysSinceEpoch: 20_454)
    }

    /// Whether the root is a folder of this machine rather than an address such as `s3://bucket`.
    package var isLocal: Bool { root != Self.placeholder && !root.contains("://") }

    /// Every Parquet file of the table, as a glob.
    func glob(_ table: LakeTable) -> String {
        ([folder(table)] + table.partitioning.columns.map { "\($0.name)=*" } + ["*.parquet"]).joined(separator: "/")
    }

    /// The folder that holds the table's partitions.
    func folder(_ table: LakeTable) -> String {
        root == "/" ? "/\(table.folder)" : "\(root)/\(table.folder)"
    }
}
