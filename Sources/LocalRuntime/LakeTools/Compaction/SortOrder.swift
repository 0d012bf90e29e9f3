import Lake

/// The order of a compacted file's rows: by these columns ascending, then by all others in the contract's order, so that
/// only equal rows are left to chance, and those are the same bytes in any order.
struct SortOrder {
    /// Every column of the contract, the deciding ones first.
    let columns: [ColumnSchema]

    /// Streams lie by slot, language and category: that keeps like beside like, and is a percent smaller than the
    /// table's bare key.
    init(_ contract: TableSchema) {
        let first: [String] =
            switch contract.name {
            case "streams": ["slot_coleta", "idioma", "id_categoria", "id_stream"]
            case "raw", "quarentena": ["collected_at", "run_id", "row_no"]
            case "execucoes": ["coletado_em", "run_id"]
            case "top_jogos", "top_streamers": ["posicao"]
            case "participacao_idioma": ["idioma"]
            case "tendencia_horaria": ["hora_local"]
            case "faixa_popularidade": ["faixa_espectadores"]
            // `fato_streams` begins with its key.
            default: []
            }
        let leading = first.compactMap { name in contract.columns.first { $0.name == name } }
        columns = leading + contract.columns.filter { !first.contains($0.name) }
    }

    /// The places of the rows in order. A column is asked for only as long as rows are still equal.
    func sorted(rowCount: Int, _ load: (ColumnSchema) throws -> ParquetColumn) throws -> [UInt32] {
        var order = Array(0..<UInt32(rowCount))
        var ties = rowCount > 1 ? [0..<rowCount] : []
        for column in columns where !ties.isEmpty {
            let ranks = try load(column).ranks
            var left: [Range<Int>] = []
            for tie in ties {
                order[tie].sort { ranks[Int($0)] < ranks[Int($1)] }
                left += Self.ties(in: tie) { ranks[Int(order[$0])] }
            }
            ties = left
        }
        return order
    }

    /// Stretches of equal ranks that hold more than one row.
    private static func ties(in range: Range<Int>, _ rank: (Int) -> Int64) -> [Range<Int>] {
        var (ties, start): ([Range<Int>], Int) = ([], range.lowerBound)
        for end in range.dropFirst() where rank(end) != rank(start) {
            if end - start > 1 { ties.append(start..<end) }
            start = end
        }
        if range.upperBound - start > 1 { ties.append(start..<range.upperBound) }
        return ties
    }
}

extension ParquetColumn {
    /// Numbers in the order of the values: null first, doubles by total order, texts by unsigned bytes, lists element
    /// by element.
    fileprivate var ranks: [Int64] {
        switch self {
        case .boolean(let column): column.ranks { $0 ? 1 : 0 }
        case .int32(let column): column.ranks { Int64($0) }
        case .int64(let column): column.ranks { $0 }
        case .double(let column):
            column.ranks { value in
                let bits = Int64(bitPattern: value.bitPattern)
                return bits ^ (bits >> 63 & .max)
            }
        case .string(let column): column.ranks
        case .stringList(let column): column.ranks
        }
    }
}

extension FixedColumn {
    fileprivate func ranks(_ key: (Value) -> Int64) -> [Int64] {
        let keys = values.map(key)
        guard let validity else { return keys }
        // Any number may be a value, so those with nulls are counted through.
        let present = Set(zip(keys, validity).lazy.filter(\.1).map(\.0)).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(present, Int64(1)...))
        return zip(keys, validity).map { key, isPresent in isPresent ? places[key] ?? 0 : 0 }
    }
}

extension StringColumn {
    fileprivate var ranks: [Int64] {
        var places = [Int64](repeating: 0, count: pool.count)
        let order = (0..<UInt32(pool.count)).sorted { pool[$0].lexicographicallyPrecedes(pool[$1]) }
        var place: Int64 = 0
        for (index, code) in order.enumerated() {
            // A pool may hold equal strings under several codes.
            if index == 0 || !pool[code].elementsEqual(pool[order[index - 1]]) { place += 1 }
            places[Int(code)] = place
        }
        return codes.map { $0 == Self.null ? 0 : places[Int($0)] }
    }
}

extension StringListColumn {
    fileprivate var ranks: [Int64] {
        let elements = elements.ranks
        let keys = ends.indices.map { row in validity?[row] == false ? [] : [1] + elements[range(of: row)] }
        let distinct = Set(keys).sorted { $0.lexicographicallyPrecedes($1) }
        let places = Dictionary(uniqueKeysWithValues: zip(distinct, Int64(0)...))
        return keys.map { places[$0] ?? 0 }
    }
}
