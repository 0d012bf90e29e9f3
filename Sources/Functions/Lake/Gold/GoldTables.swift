extension DayTotals {
    /// One gold table of the date as a file.
    func file(
        _ table: GoldTable, _ configuration: LakeConfiguration, _ codec: Codec
    ) throws -> [UInt8] {
        guard table == .fatoStreams else {
            let columns = try columns(table, limit: Int(configuration.topN))
            return try ParquetWriter.file(ParquetTable(schema: table.schema, columns: columns), codec: codec)
        }
        // The one table that may be long: its columns never stand in memory for more than a row group.
        var writer = ParquetWriter(schema: table.schema, codec: codec)
        for first in stride(from: 0, to: facts.count, by: Self.rowGroupRowCount) {
            let rows = first..<min(facts.count, first + Self.rowGroupRowCount)
            for make in factColumns(rows) { try writer.write(make()) }
        }
        return try writer.finish()
    }

    private static let rowGroupRowCount = 1 << 18

    private func columns(_ table: GoldTable, limit: Int) throws(ParquetProblem) -> [ParquetColumn] {
        switch table {
        case .fatoStreams: factColumns(0..<facts.count).map { $0() }
        case .topJogos: try gameColumns(limit: limit)
        case .topStreamers: streamerColumns(limit: limit)
        case .participacaoIdioma: languageColumns()
        case .tendenciaHoraria: hourColumns()
        case .faixaPopularidade: bandColumns()
        }
    }

    /// Makes the columns one at a time, each when it is called for.
    private func factColumns(_ rows: Range<Int>) -> [() -> ParquetColumn] {
        let keys = factKeys.keys
        func numbers(_ value: @escaping (FactKey) -> Int64) -> () -> ParquetColumn {
            { Self.int64(rows.map { value(keys[$0]) }) }
        }
        func texts(_ pool: StringPool, _ code: @escaping (FactKey) -> UInt32) -> () -> ParquetColumn {
            { Self.string(pool, rows.map { code(keys[$0]) }) }
        }
        func counts(_ value: @escaping (Measures) -> Int64) -> () -> ParquetColumn {
            { Self.int64(rows.map { value(facts[$0].measures) }) }
        }
        func doubles(_ value: @escaping (Measures) -> Double) -> () -> ParquetColumn {
            { Self.double(rows.map { value(facts[$0].measures) }) }
        }
        return [
            numbers(\.idStreamer), numbers { categories.keys[Int($0.category)].id },
            texts(categoryNames.pool) { categories.keys[Int($0.category)].name },
            texts(words.pool) { categories.keys[Int($0.category)].kind }, texts(words.pool, \.period),
            texts(words.pool, \.language), { Self.string(streamerNames, rows.map { facts[$0].name.code }) },
            counts(\.streamCount), counts(\.rowCount), doubles(\.minutes), doubles(\.hours), doubles(\.meanViewers),
            counts(\.peak),
        ]
    }

    private func gameColumns(limit: Int) throws(ParquetProblem) -> [ParquetColumn] {
        let measures = measures(groups: categories.keys.count, of: factKeys.keys.map(\.category))
        let ranked = try rankedGames(limit, measures)
        let chosen = ranked.map { measures[$0] }
        return [
            Self.positions(ranked.count), Self.int64(ranked.map { categories.keys[$0].id }),
            Self.string(categoryNames.pool, ranked.map { categories.keys[$0].name }),
            Self.int64(chosen.map(\.streamCount)), Self.int64(streamerCounts(ofCategories: ranked)),
            Self.int64(chosen.map(\.rowCount)), Self.double(chosen.map(\.hours)),
            Self.double(chosen.map(\.meanViewers)), Self.int64(ranked.map(slots.peak(ofCategory:))),
        ]
    }

    private func rankedGames(_ limit: Int, _ measures: [Measures]) throws(ParquetProblem) -> [Int] {
        let game = Array(ContentKind.game.word.utf8)
        let isGame = categories.keys.map { words.pool[$0.kind].elementsEqual(game) }
        let games = categories.keys.indices.filter { isGame[$0] }
        return categoryNames.pool.withViews { names in
            Ranking.first(limit, of: games) { left, right in
                let (first, second) = (categories.keys[left], categories.keys[right])
                let (most, other) = (measures[left].viewerSeconds, measures[right].viewerSeconds)
                if most != other { return most > other }
                if first.name != second.name { return names[first.name].precedes(names[second.name]) }
                return first.id < second.id
            }
        }
    }

    /// Distinct streamers, for the few categories that are asked for.
    private func streamerCounts(ofCategories ranked: [Int]) -> [Int64] {
        var streamers = Array(repeating: Numbering<Int64>(), count: ranked.count)
        let places = Dictionary(uniqueKeysWithValues: zip(ranked.map(UInt32.init), ranked.indices))
        for key in factKeys.keys {
            if let place = places[key.category] { _ = streamers[place].number(of: key.idStreamer) }
        }
        return streamers.map { Int64($0.keys.count) }
    }

    private func streamerColumns(limit: Int) -> [ParquetColumn] {
        var streamers = Numbering<Int64>()
        let numbers = factKeys.keys.map { streamers.number(of: $0.idStreamer) }
        let measures = measures(groups: streamers.keys.count, of: numbers)
        var names = Array(repeating: LatestName(), count: streamers.keys.count)
        for (fact, streamer) in zip(facts, numbers) { names[Int(streamer)].take(fact.name) }
        let ranked = Ranking.first(limit, of: Array(streamers.keys.indices)) { left, right in
            let (most, other) = (measures[left].viewerSeconds, measures[right].viewerSeconds)
            return most != other ? most > other : streamers.keys[left] < streamers.keys[right]
        }
        let chosen = ranked.map { measures[$0] }
        return [
            Self.positions(ranked.count), Self.int64(ranked.map { streamers.keys[$0] }),
            Self.string(streamerNames, ranked.map { names[$0].code }),
            Self.int64(chosen.map(\.streamCount)), Self.int64(chosen.map(\.rowCount)),
            Self.double(chosen.map(\.minutes)), Self.double(chosen.map(\.hours)),
            Self.double(chosen.map(\.meanViewers)), Self.int64(chosen.map(\.peak)),
        ]
    }

    private func languageColumns() -> [ParquetColumn] {
        var languages = Numbering<Int64>()
        let numbers = factKeys.keys.map { languages.number(of: Int64($0.language)) }
        let measures = measures(groups: languages.keys.count, of: numbers)
        let total = measures.reduce(Int64(0)) { $0 &+ $1.viewerSeconds }
        return [
            Self.string(words.pool, languages.keys.map(UInt32.init(truncatingIfNeeded:))),
            Self.int64(measures.map(\.streamCount)), Self.int64(measures.map(\.rowCount)),
            Self.double(measures.map(\.hours)),
            Self.double(measures.map { total == 0 ? 0.0 : Double($0.viewerSeconds) / Double(total) }),
            Self.double(measures.map { Double($0.rowCount) / Double(rowCount) }),
            Self.double(measures.map { Double($0.adultCount) / Double($0.rowCount) }),
        ]
    }

    private func hourColumns() -> [ParquetColumn] {
        let present = hours.indices.filter { hours[$0].rowCount > 0 }
        let measures = present.map { hours[$0] }
        let sums = present.map(slots.sums(inHour:))
        return [
            .int32(FixedColumn(values: present.map(Int32.init))), Self.int64(sums.map { Int64($0.count) }),
            Self.int64(measures.map(\.streamCount)), Self.int64(measures.map(\.rowCount)),
            Self.double(measures.map(\.hours)),
            Self.double(zip(measures, sums).map { Double($0.viewers) / Double($1.count) }),
            Self.int64(sums.map { $0.max() ?? 0 }),
        ]
    }

    private func bandColumns() -> [ParquetColumn] {
        [
            Self.string(words.pool, bands), Self.int64(bandMeasures.map(\.streamCount)),
            Self.int64(bandMeasures.map(\.rowCount)), Self.double(bandMeasures.map(\.hours)),
            Self.double(bandMeasures.map(\.meanViewers)),
        ]
    }

    /// Facts added up by group, with the groups' distinct streams.
    private func measures(groups count: Int, of group: [UInt32]) -> [Measures] {
        var result = Array(repeating: Measures(), count: count)
        for (fact, number) in zip(facts, group) { result[Int(number)].add(fact.measures) }
        for (index, streams) in streams.distinctCounts(groups: count, of: group).enumerated() {
            result[index].streamCount = streams
        }
        return result
    }

    private static func int64(_ values: [Int64]) -> ParquetColumn {
        .int64(FixedColumn(values: values))
    }

    private static func double(_ values: [Double]) -> ParquetColumn {
        .double(FixedColumn(values: values))
    }

    private static func string(_ pool: StringPool, _ codes: [UInt32]) -> ParquetColumn {
        .string(StringColumn(pool: pool, codes: codes))
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
