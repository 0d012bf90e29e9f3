/// What can be wrong with a file, or with what it asks of this reader.
package enum ParquetProblem: Error, Hashable, Sendable {
    /// The file is no Parquet file at all.
    case notParquet(String)
    /// Bytes end before what they announce.
    case truncated(String)
    /// Bytes that contradict the format or each other.
    case corrupt(String)
    /// Valid Parquet of a kind that Lake does not read.
    case unsupported(String)
    /// More memory than the file's size justifies.
    case tooLarge(String)
    /// A value that does not fit the contract's column.
    case contract(String)

    package var message: String {
        switch self {
        case .notParquet(let what): "not a Parquet file: \(what)"
        case .truncated(let what): "the bytes end inside \(what)"
        case .corrupt(let what): "corrupt: \(what)"
        case .unsupported(let what): "not supported: \(what)"
        case .tooLarge(let what): "refused: \(what)"
        case .contract(let what): "outside the contract: \(what)"
        }
    }
}

/// A problem and the place where it was met.
package struct ParquetError: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// The column's dotted name, nil for the footer.
    package let column: String?
    /// 0-based row group, nil for the footer.
    package let rowGroup: Int?
    /// 0-based page in the column chunk, dictionary included; nil when no page was reached.
    package let page: Int?
    package let problem: ParquetProblem

    package init(
        file: String, column: String? = nil, rowGroup: Int? = nil, page: Int? = nil, problem: ParquetProblem
    ) {
        self.file = file
        self.column = column
        self.rowGroup = rowGroup
        self.page = page
        self.problem = problem
    }

    package var description: String {
        let place = [
            file, column.map { "column \($0)" }, rowGroup.map { "row group \($0)" }, page.map { "page \($0)" },
        ]
        return place.compactMap(\.self).joined(separator: ", ") + ": " + problem.message
    }
}
