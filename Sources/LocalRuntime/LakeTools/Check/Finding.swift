/// One thing that is wrong with a lake, and where.
package struct Finding: Sendable, Encodable, Equatable {
    package enum Severity: String, Sendable, Encodable {
        /// Rows are wrong, lost or doubled, a contract is broken, or some reader refuses the file or misreads it.
        case error
        /// Advice of LAKE_SPEC that was not kept, or a leftover; every reader still sees the right rows.
        case warning
    }

    package let code: FindingCode
    package internal(set) var severity: Severity
    package let place: Place
    /// What was found, and what was due.
    package let message: String

    package init(_ code: FindingCode, _ place: Place, _ message: String) {
        self.code = code
        severity = code.severity
        self.place = place
        self.message = message
    }
}

/// As much of the way to the fault as is known.
package struct Place: Sendable, Encodable, Equatable {
    package enum Layer: String, Sendable, Encodable, CaseIterable {
        case raw, silver, gold
    }

    package var layer: Layer
    package var table: String?
    /// `dt=…/hour=…` or `data_local=…`.
    package var partition: String?
    package var file: String?
    /// 0-based.
    package var rowGroup: Int?
    package var column: String?
    /// 0-based, in the file; the first of several.
    package var row: Int?

    package init(_ layer: Layer, table: String? = nil, partition: String? = nil, file: String? = nil) {
        self.layer = layer
        self.table = table
        self.partition = partition
        self.file = file
    }

    func with(file: String? = nil, rowGroup: Int? = nil, column: String? = nil, row: Int? = nil) -> Place {
        var place = self
        place.file = file ?? place.file
        place.rowGroup = rowGroup ?? place.rowGroup
        place.column = column ?? place.column
        place.row = row ?? place.row
        return place
    }
}

/// The kinds of findings. The raw values are a stable contract for scripts.
package enum FindingCode: String, Sendable, Encodable, CaseIterable {
    // The folder.
    case strayPath = "stray_path"
    case leftover = "leftover"
    case fileName = "file_name"
    // The file (LAKE_SPEC 4).
    case unreadable = "unreadable"
    case magic = "magic"
    case formatVersion = "format_version"
    case createdBy = "created_by"
    case codec = "codec"
    case encoding = "encoding"
    case pageVersion = "page_version"
    case pageSize = "page_size"
    case pageChecksum = "page_checksum"
    case dictionaryOffset = "dictionary_offset"
    case dictionarySize = "dictionary_size"
    case rowGroupSize = "row_group_size"
    case rowGroupEmpty = "row_group_empty"
    case rowGroupSplit = "row_group_split"
    case emptyFile = "empty_file"
    case columnOrders = "column_orders"
    case statisticsMissing = "statistics_missing"
    case statisticsDeprecated = "statistics_deprecated"
    case statisticsNullCount = "statistics_null_count"
    case statisticsBounds = "statistics_bounds"
    // The contract of a table.
    case columnMissing = "column_missing"
    case columnExtra = "column_extra"
    case columnOrder = "column_order"
    case columnName = "column_name"
    case columnType = "column_type"
    case columnAnnotation = "column_annotation"
    case columnNullability = "column_nullability"
    case partitionColumn = "partition_column"
    case nullValue = "null_value"
    case partitionMismatch = "partition_mismatch"
    // Bronze (LAKE_SPEC 1).
    case collectedAt = "collected_at"
    case rowNumbers = "row_numbers"
    case rowRepeated = "row_repeated"
    case streamMinutes = "stream_minutes"
    // Silver (LAKE_SPEC 2) and what it owes to bronze (LAKE_SPEC 5.1).
    case duplicateKey = "duplicate_key"
    case silverValue = "silver_value"
    case motivo = "motivo"
    case runMissing = "run_missing"
    case runUnknown = "run_unknown"
    case linesAccounted = "lines_accounted"
    case linesRead = "lines_read"
    case linesValid = "lines_valid"
    case linesQuarantined = "lines_quarantined"
    // Silver made anew (LAKE_SPEC 5.4 and 5.5).
    case silverMissing = "silver_missing"
    case silverUnexpected = "silver_unexpected"
    case silverDiffers = "silver_differs"
    // Gold (LAKE_SPEC 3) and what it owes to silver (LAKE_SPEC 5.2).
    case goldMissing = "gold_missing"
    case goldUnexpected = "gold_unexpected"
    case goldSnapshots = "gold_snapshots"
    case goldHours = "gold_hours"
    case goldShares = "gold_shares"
    case goldGroups = "gold_groups"
    case goldRanking = "gold_ranking"
    case goldDiffers = "gold_differs"
    // Time.
    case arrivalGap = "arrival_gap"

    package var severity: Finding.Severity {
        switch self {
        case .strayPath, .leftover, .fileName, .createdBy, .pageVersion, .pageSize, .pageChecksum, .dictionarySize,
            .rowGroupSplit, .rowGroupEmpty, .emptyFile, .columnOrders, .statisticsMissing, .statisticsDeprecated,
            .columnAnnotation,
            .columnNullability, .rowNumbers, .streamMinutes:
            .warning
        default: .error
        }
    }
}
