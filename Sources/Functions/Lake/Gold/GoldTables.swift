extension DayTotals {
    /// One gold table of the date.
    func table(_ table: GoldTable, _ configuration: LakeConfiguration) throws(ParquetProblem) -> ParquetTable {
        let columns: [ParquetColumn] =
            switch table {
            case .fatoStreams: factColumns()
            case .topJogos: try gameColumns(limit: Int(configuration.topN))
            case .topStreamers: streamerColumns(limit: Int(configuration.topN))
            case .participacaoIdioma: languageColumns()
            case .tendenciaHoraria: hourColumns()
            case .faixaPopularidade: bandColumns()
            }
        return ParquetTable(schema: table.schema, columns: columns)
    }

    private func factColumns() -> [ParquetColumn] {
        let keys = facts.keys
        return [
            Self.int64(keys.map { streamers.keys[Int($0.streamer)] }),
            Self.int64(keys.map { categories.keys[Int($0.category)].id }),
            Self.string(categoryNames, keys.map { categories.keys[Int($0.category)].name }),
            Self.string(words, keys.map { categories.keys[Int($0.category)].kind }),
            Self.string(words, keys.map(\.period)), Self.string(words, keys.map(\.language)),
            Self.string(streamerNames, factNames.map(\.code)),
            Self.int64(factMeasures.map(\.streamCount)), Self.int64(factMeasures.map(\.rowCount)),
            Self.double(factMeasures.map(\.minutes)), Self.double(factMeasures.map(\.hours)),
            Self.double(factMeasures.map(\.meanViewers)), Self.int64(factMeasures.map(\.peak)),
        ]
    }

    private func gameColumns(limit: Int) throws(ParquetProblem) -> [ParquetColumn] {
        var words = words
        let game = try ContentKind.game.rawValue.withBytes { (bytes) throws(ParquetProblem) in
            try words.code(for: bytes)
        }
        let games = categories.keys.indices.filter { categories.keys[$0].kind == game }
        let ranked = categoryNames.pool.withViews { names in
            Ranking.first(limit, of: games) { left, right in
                let (first, second) = (categories.keys[left], categories.keys[right])
                let (most, other) = (categoryMeasures[left].viewerSeconds, categoryMeasures[right].viewerSeconds)
                if most != other { return most > other }
                if first.name != second.name { return names[first.name].precedes(names[second.name]) }
                return first.id < second.id
            }
        }
        let measures = ranked.map { categoryMeasures[$0] }
        return [
            Self.positions(ranked.count), Self.int64(ranked.map { categories.keys[$0].id }),
            Self.string(categoryNames, ranked.map { categories.keys[$0].name }),
            Self.int64(measures.map(\.streamCount)), Self.int64(ranked.map { categoryStreamers[$0] }),
            Self.int64(measures.map(\.rowCount)), Self.double(measures.map(\.hours)),
            Self.double(measures.map(\.meanViewers)), Self.int64(ranked.map(categoryPeak)),
        ]
    }

    /// The greatest sum over one slot. A slot in which the category was not seen has no sum.
    private func categoryPeak(_ category: Int) -> Int64 {
        slotCategories.lazy.compactMap { $0.indices.contains(category) ? $0[category] : nil }.max() ?? 0
    }

    private func streamerColumns(limit: Int) -> [ParquetColumn] {
        let ranked = Ranking.first(limit, of: Array(streamers.keys.indices)) { left, right in
            let (most, other) = (streamerMeasures[left].viewerSeconds, streamerMeasures[right].viewerSeconds)
            return most != other ? most > other : streamers.keys[left] < streamers.keys[right]
        }
        let measures = ranked.map { streamerMeasures[$0] }
        return [
            Self.positions(ranked.count), Self.int64(ranked.map { streamers.keys[$0] }),
            Self.string(streamerNames, ranked.map { streamerNamesNow[$0].code }),
            Self.int64(measures.map(\.streamCount)), Self.int64(measures.map(\.rowCount)),
            Self.double(measures.map(\.minutes)), Self.double(measures.map(\.hours)),
            Self.double(measures.map(\.meanViewers)), Self.int64(measures.map(\.peak)),
        ]
    }

    private func languageColumns() -> [ParquetColumn] {
        let languages = languageMeasures.keys.sorted()
        let measures = languages.compactMap { languageMeasures[$0] }
        let hours = measures.map { measure in
            total.viewerSeconds == 0 ? 0.0 : Double(measure.viewerSeconds) / Double(total.viewerSeconds)
        }
        let adults = zip(languages, measures).map { Double(languageAdults[$0] ?? 0) / Double($1.rowCount) }
        return [
            Self.string(words, languages), Self.int64(measures.map(\.streamCount)),
            Self.int64(measures.map(\.rowCount)), Self.double(measures.map(\.hours)), Self.double(hours),
            Self.double(measures.map { Double($0.rowCount) / Double(rowCount) }), Self.double(adults),
        ]
    }

    private func hourColumns() -> [ParquetColumn] {
        let hours = hourMeasures.indices.filter { hourMeasures[$0].rowCount > 0 }
        let measures = hours.map { hourMeasures[$0] }
        let slotSums = hours.map { hour in slotHours.compactMap { $0[hour] } }
        return [
            .int32(FixedColumn(values: hours.map(Int32.init))), Self.int64(slotSums.map { Int64($0.count) }),
            Self.int64(measures.map(\.streamCount)), Self.int64(measures.map(\.rowCount)),
            Self.double(measures.map(\.hours)),
            Self.double(zip(measures, slotSums).map { Double($0.viewers) / Double($1.count) }),
            Self.int64(slotSums.map { $0.max() ?? 0 }),
        ]
    }

    private func bandColumns() -> [ParquetColumn] {
        [
            Self.string(words, bands), Self.int64(bandMeasures.map(\.streamCount)),
            Self.int64(bandMeasures.map(\.rowCount)), Self.double(bandMeasures.map(\.hours)),
            Self.double(bandMeasures.map(\.meanViewers)),
        ]
    }

    private static func int64(_ values: [Int64]) -> ParquetColumn {
        .int64(FixedColumn(values: values))
    }

    private static func double(_ values: [Double]) -> ParquetColumn {
        .double(FixedColumn(values: values))
    }

    private static func string(_ dictionary: StringDictionary, _ codes: [UInt32]) -> ParquetColumn {
        .string(StringColumn(pool: dictionary.pool, codes: codes))
    }

    private static func positions(_ count: Int) -> ParquetColumn {
        .int32(FixedColumn(values: Array(1..<Int32(count + 1))))
    }
}

/// The front of an order, without sorting the rest.
enum Ranking {
    /// The first `limit` of `candidates` by `precedes`, in order.
    static func first(_ limit: Int, of candidates: [Int], by precedes: (Int, Int) -> Bool) -> [Int] {
        // Twice the limit is gathered before each sort, so that a sort serves many candidates.
        var best: [Int] = []
        var worst: Int?
        for candidate in candidates {
            if let worst, !precedes(candidate, worst) { continue }
            best.append(candidate)
            guard best.count >= 2 * limit else { continue }
            best = Array(best.sorted(by: precedes).prefix(limit))
            worst = best.last
        }
        return Array(best.sorted(by: precedes).prefix(limit))
    }
}

extension String {
    /// Calls `body` with the UTF-8 bytes.
    fileprivate func withBytes<Output>(
        _ body: (ByteView) throws(ParquetProblem) -> Output
    ) throws(ParquetProblem) -> Output {
        var pool = StringPool()
        let code = try pool.append(self)
        return try pool.withViews { (views) throws(ParquetProblem) in try body(views[code]) }
    }
}
