/// How a silver text column is made of a bronze one (LAKE_SPEC 2.1): trimmed, then lowered if so asked; null and blank
/// become one fixed word.
struct TextRule {
    let isLowered: Bool
    let blank: String

    static let login = TextRule(isLowered: true, blank: "")
    static let categoria = TextRule(isLowered: false, blank: "Unknown")
    static let titulo = TextRule(isLowered: false, blank: "")
    static let idioma = TextRule(isLowered: true, blank: "other")

    /// The kept rows of a bronze string column under this rule.
    func column(_ stored: [ParquetColumn?], _ selection: RowSelection) throws(ParquetProblem) -> StringColumn {
        var result = StringColumn()
        result.codes.reserveCapacity(selection.keptCount)
        let blankCode = try result.pool.append(blank)
        for case (.string(let column)?, let rows) in zip(stored, selection.kept) {
            var known = [UInt32](repeating: .max, count: column.pool.count)
            result.pool.reserve(count: column.pool.count, byteCount: column.pool.plain.count)
            try column.pool.withViews { (views) throws(ParquetProblem) in
                for row in rows {
                    let code = column.codes[Int(row)]
                    guard code != StringColumn.null else {
                        result.codes.append(blankCode)
                        continue
                    }
                    if known[Int(code)] == .max {
                        known[Int(code)] = try self.code(code, views, blankCode, in: &result.pool)
                    }
                    result.codes.append(known[Int(code)])
                }
            }
        }
        return result
    }

    /// All rows under this rule, with null for what is blank.
    func elements(of column: StringColumn) throws(ParquetProblem) -> StringColumn {
        var result = StringColumn()
        result.pool.reserve(count: column.pool.count, byteCount: column.pool.plain.count)
        let known = try column.pool.withViews { (views) throws(ParquetProblem) in
            var known: [UInt32] = []
            known.reserveCapacity(column.pool.count)
            for code in 0..<UInt32(column.pool.count) {
                known.append(try self.code(code, views, StringColumn.null, in: &result.pool))
            }
            return known
        }
        result.codes = column.codes.map { $0 == StringColumn.null ? $0 : known[Int($0)] }
        return result
    }

    @inline(__always)
    private func code(
        _ code: UInt32, _ views: StringViews, _ blankCode: UInt32, in pool: inout StringPool
    ) throws(ParquetProblem) -> UInt32 {
        let bytes = views[code]
        let trimmed = bytes.trimmed
        if trimmed.isEmpty { return blankCode }
        if isLowered { return try pool.appendLowered(trimmed) }
        return trimmed.count == bytes.count ? try pool.append(code, of: views) : try pool.append(trimmed)
    }
}
