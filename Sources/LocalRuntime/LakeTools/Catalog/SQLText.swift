import Lake

/// What the SQL of all engines has in common.
enum SQLText {
    /// A string literal; standard SQL doubles the quote.
    static func literal(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }

    /// What stands above a generated script.
    static func header(_ title: String, _ format: ContractFormat, _ notes: [String]) -> String {
        let lines =
            [
                title,
                "Made from Sources/Functions/Lake/Contract by: rivulet-local lake contract --format \(format.rawValue)",
            ]
            + notes
        return lines.map { "-- \($0)\n" }.joined()
    }

    /// The note of every script whose root is still to be filled in.
    static func placeNote(_ place: LakePlace) -> [String] {
        guard place.root == LakePlace.placeholder else { return [] }
        return ["\(LakePlace.placeholder) stands for the lake's root, such as s3://bucket; --lake ROOT fills it in."]
    }

    /// Lines of a list, four spaces in, with commas between them.
    static func list(_ lines: [String]) -> String {
        lines.map { "    \($0)" }.joined(separator: ",\n")
    }

    /// The tables of silver and gold once more, with English names for tables and columns.
    ///
    /// - Parameter selected: how a column is taken from its table; by its name unless told otherwise.
    static func englishViews(_ selected: (ColumnSchema) -> String = \.name) -> [String] {
        LakeTable.all.filter { $0.layer == .silver || $0.layer == .gold }.map { table in
            let columns = table.allColumns.map { column in
                let taken = selected(column)
                return taken == column.englishName ? taken : "\(taken) AS \(column.englishName)"
            }
            return "CREATE OR REPLACE VIEW \(table.englishName) AS\nSELECT\n\(list(columns))\nFROM \(table.sqlName);\n"
        }
    }
}
