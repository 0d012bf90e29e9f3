import Lake

/// Numbers that stand for the rows of a row group: one for each row's key, one for all of its columns. The same values
/// give the same numbers in every process, so that a finding is the same one each time.
struct RowHashes {
    private(set) var keys: [UInt64]
    private(set) var rows: [UInt64]

    init(_ table: ParquetTable, key: Set<String>) {
        keys = Array(repeating: 0, count: table.rowCount)
        rows = keys
        for (column, values) in zip(table.schema.columns, table.columns) {
            let hashes = values.hashes
            let isKey = key.contains(column.name)
            for row in hashes.indices {
                rows[row] = Self.mix(rows[row], hashes[row])
                if isKey { keys[row] = Self.mix(keys[row], hashes[row]) }
            }
        }
    }

    fileprivate static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
        let (high, low) = (state ^ value ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return (high ^ low) &+ value
    }

    fileprivate static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(mix(1, UInt64(bytes.count))) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

/// How many rows of which kind a table has, in memory that does not grow with it: the rows fall into buckets by their
/// keys, and each bucket adds up what its rows hash to, which no order of rows or files changes.
struct RowDigests {
    private var sums = [UInt64](repeating: 0, count: count)
    private var counts = [Int](repeating: 0, count: count)

    private static let count = 4096

    mutating func add(_ hashes: RowHashes) {
        for (key, row) in zip(hashes.keys, hashes.rows) {
            let bucket = Self.bucket(key)
            sums[bucket] &+= row
            counts[bucket] += 1
        }
    }

    static func bucket(_ key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 20) & (count - 1) }

    /// The buckets that do not hold the same, in groups of about `rowLimit` rows, one bucket at least.
    func differing(from other: RowDigests, rowLimit: Int) -> [Set<Int>] {
        var (groups, rows): ([Set<Int>], Int) = ([], .max)
        for bucket in sums.indices where sums[bucket] != other.sums[bucket] || counts[bucket] != other.counts[bucket] {
            let size = max(counts[bucket], other.counts[bucket])
            if rows > rowLimit - size {
                groups.append([])
                rows = 0
            }
            groups[groups.count - 1].insert(bucket)
            rows += size
        }
        return groups
    }
}

extension ParquetColumn {
    /// One number a row; null has one of its own.
    fileprivate var hashes: [UInt64] {
        switch self {
        case .boolean(let column): column.hashes { $0 ? 1 : 0 }
        case .int32(let column): column.hashes { UInt64(bitPattern: Int64($0)) }
        case .int64(let column): column.hashes { UInt64(bitPattern: $0) }
        case .double(let column): column.hashes { $0.bitPattern }
        case .string(let column): column.hashes
        case .stringList(let column): column.hashes
        }
    }
}

private let nullHash: UInt64 = 0x6E75_6C6C

extension FixedColumn {
    fileprivate func hashes(_ bits: (Value) -> UInt64) -> [UInt64] {
        values.indices.map { row in self[row].map { RowHashes.mix(2, bits($0)) } ?? nullHash }
    }
}

extension StringColumn {
    fileprivate var hashes: [UInt64] {
        let words = (0..<UInt32(pool.count)).map { RowHashes.hash(pool[$0]) }
        return codes.map { $0 == Self.null ? nullHash : words[Int($0)] }
    }
}

extension StringListColumn {
    fileprivate var hashes: [UInt64] {
        let elements = elements.hashes
        return ends.indices.map { row in
            guard validity?[row] != false else { return nullHash }
            return elements[range(of: row)].reduce(RowHashes.mix(3, UInt64(range(of: row).count)), RowHashes.mix)
        }
    }
}
