import Lake

/// Makes a partition anew from the layer below it, alone and from its files in another order, and holds what lies in the
/// lake against it. So the lake is what the jobs make of each partition by itself, whatever wrote it, in whatever order
/// and however often (LAKE_SPEC 5.4 and 5.5), and each ranking, distinct count and peak follows from its rows.
struct Recomputation {
    let configuration: LakeConfiguration

    /// The three silver tables of an hour against its bronze.
    ///
    /// - Parameters:
    ///   - bronze: the hour's bronze files.
    ///   - silver: the hour's files of each table; none for a table that has none.
    func findings(
        _ hour: UTCHour, bronze: [String], silver: [SilverTable: [String]]
    ) throws -> [Finding] {
        var made: [SilverTable: ScratchFile] = [:]
        let sources = try bronze.reversed().map { try LocalParquet.source($0) }
        _ = try SilverJob(configuration).run(hour, bronze: sources) { table, bytes in
            try made.append(bytes, to: table)
        }
        return try SilverTable.allCases.compactMap { table in
            let place = Place(.silver, table: table.rawValue, partition: hour.description)
            let difference = try RowComparison(table.schema).difference(
                found: try files(silver[table] ?? []), due: try made.files(table))
            return difference.map { finding($0, place, "bronze makes it so") { Self.silverCode($0.kind) } }
        }
    }

    /// The six gold tables of a date against silver's `streams`.
    ///
    /// - Parameters:
    ///   - streams: the silver files of the hours that the date reaches into, earliest first.
    func findings(
        _ date: CivilDate, streams: [String], gold: [GoldTable: [String]]
    ) throws -> [Finding] {
        var made: [GoldTable: ScratchFile] = [:]
        let sources = try streams.reversed().map { try LocalParquet.source($0) }
        _ = try GoldJob(configuration).run(date, streams: sources) { table, bytes in try made.append(bytes, to: table) }
        return try GoldTable.allCases.compactMap { table in
            let place = Place(.gold, table: table.rawValue, partition: "data_local=\(date)")
            let difference = try RowComparison(table.schema).difference(
                found: try files(gold[table] ?? []), due: try made.files(table))
            return difference.map { finding($0, place, "silver makes it so") { Self.goldCode($0.kind, table) } }
        }
    }

    private func files(_ paths: [String]) throws -> [ParquetFile] {
        try paths.map { try ParquetFile(try LocalParquet.source($0)) }
    }

    private func finding(
        _ difference: RowComparison.Difference, _ place: Place, _ reason: String,
        _ code: (RowComparison.Difference) -> FindingCode
    ) -> Finding {
        var place = place.with(file: difference.place?.file, row: difference.place?.row)
        if case .value(let column) = difference.kind { place.column = column }
        return Finding(code(difference), place, "\(difference.message) (\(reason))")
    }

    private static func silverCode(_ kind: RowComparison.Difference.Kind) -> FindingCode {
        switch kind {
        case .missing: .silverMissing
        case .unexpected: .silverUnexpected
        case .value: .silverDiffers
        }
    }

    /// Rows of a ranking are known by their places: another game in a place is another order.
    private static func goldCode(_ kind: RowComparison.Difference.Kind, _ table: GoldTable) -> FindingCode {
        let isRanking = table == .topJogos || table == .topStreamers
        guard case .value(let column) = kind else { return isRanking ? .goldRanking : .goldGroups }
        let names: Set = ["id_categoria", "nome_categoria", "id_streamer"]
        return isRanking && names.contains(column) ? .goldRanking : .goldDiffers
    }
}

extension Dictionary where Value == ScratchFile {
    fileprivate mutating func append(_ bytes: [UInt8], to table: Key) throws {
        var file = try self[table] ?? ScratchFile()
        try file.append(bytes)
        self[table] = file
    }

    fileprivate func files(_ table: Key) throws -> [ParquetFile] {
        try self[table].map { [try ParquetFile($0.source("\(table) made anew"))] } ?? []
    }
}
