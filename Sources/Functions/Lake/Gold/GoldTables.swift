extension DateTotals {
    /// One gold table of the date as a file; `fato_streams` is written by `FactWriter`.
    func file(_ table: GoldTable, _ configuration: LakeConfiguration, _ codec: Codec) throws -> [UInt8] {
        let columns = try columns(table, limit: Int(configuration.topN))
        return try ParquetWriter.file(ParquetTable(schema: table.schema, columns: columns), codec: codec)
    }

    private func columns(_ table: GoldTable, limit: Int) throws(ParquetProblem) -> [ParquetColumn] {
        switch table {
        case .fatoStreams: preconditionFailure("fato_streams is written by FactWriter")
        case .topJogos: gameColumns(limit: limit)
        case .topStreamers: try streamerColumns(limit: limit)
        case .participacaoIdioma: languageColumns()
        case .tendenciaHoraria: hourColumns()
        case .faixaPopularidade: bandColumns()
        }
    }

    private func gameColumns(limit: Int) -> [ParquetColumn] {
        let measures = measures(classes: categories.keys.count) { $0.category }
        let ranked = rankedGames(limit, measures)
        let chosen = ranked.map { measures[$0] }
        return [
            Self.positions(ranked.count), .int64(ranked.map { categories.keys[$0].id }),
            .string(categoryNames.pool, ranked.map { categories.keys[$0].name }),
            .int64(ranked.map { categoryStreams[$0] }), .int64(ranked.map { categoryStreamers[$0] }),
            .int64(chosen.map(\.rowCount)), .double(chosen.map(\.hours)), .double(chosen.map(\.meanViewers)),
            .int64(ranked.map(slots.peak(ofCategory:))),
        ]
    }

    private func rankedGames(_ limit: Int, _ measures: [Measures]) -> [Int] {
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

    private func streamerColumns(limit: Int) throws(ParquetProblem) -> [ParquetColumn] {
        let ranked = Ranking.first(limit, of: Array(streamers.indices)) { left, right in
            let (most, other) = (streamers[left].measures.viewerSeconds, streamers[right].measures.viewerSeconds)
            return most != other ? most > other : streamers[left].id < streamers[right].id
        }
        let chosen = ranked.map { streamers[$0] }
        let measures = chosen.map(\.measures)
        var names = StringPool()
        for streamer in chosen {
            try streamer.name.withUnsafeBufferPointer { (name) throws(ParquetProblem) in _ = try names.append(name) }
        }
        return [
            Self.positions(ranked.count), .int64(chosen.map(\.id)), .string(names, Array(0..<UInt32(chosen.count))),
            .int64(measures.map(\.streamCount)), .int64(measures.map(\.rowCount)), .double(measures.map(\.minutes)),
            .double(measures.map(\.hours)), .double(measures.map(\.meanViewers)), .int64(measures.map(\.peak)),
        ]
    }

    private func languageColumns() -> [ParquetColumn] {
        let measures = measures(classes: words.pool.count) { $0.language }
        let languages = measures.indices.filter { measures[$0].rowCount > 0 }
        let chosen = languages.map { measures[$0] }
        let (total, rows) = (chosen.reduce(Int64(0)) { $0 &+ $1.viewerSeconds }, Double(rowCount))
        return [
            .string(words.pool, languages.map { UInt32($0) }), .int64(languages.map { languageStreams[$0] }),
            .int64(chosen.map(\.rowCount)), .double(chosen.map(\.hours)),
            .double(chosen.map { total == 0 ? 0.0 : Double($0.viewerSeconds) / Double(total) }),
            .double(chosen.map { Double($0.rowCount) / rows }),
            .double(chosen.map { Double($0.adultCount) / Double($0.rowCount) }),
        ]
    }

    private func hourColumns() -> [ParquetColumn] {
        let present = hours.indices.filter { hours[$0].rowCount > 0 }
        let measures = present.map { hours[$0] }
        let sums = present.map(slots.sums(inHour:))
        return [
            .int32(FixedColumn(values: present.map(Int32.init))), .int64(sums.map { Int64($0.count) }),
            .int64(measures.map(\.streamCount)), .int64(measures.map(\.rowCount)), .double(measures.map(\.hours)),
            .double(zip(measures, sums).map { Double($0.viewers) / Double($1.count) }),
            .int64(sums.map { $0.max() ?? 0 }),
        ]
    }

    private func bandColumns() -> [ParquetColumn] {
        [
            .string(words.pool, bands), .int64(bandMeasures.map(\.streamCount)), .int64(bandMeasures.map(\.rowCount)),
            .double(bandMeasures.map(\.hours)), .double(bandMeasures.map(\.meanViewers)),
        ]
    }

    /// Groups added up by category or by language.
    private func measures(classes count: Int, of classOf: (Group) -> UInt32) -> [Measures] {
        var result = Array(repeating: Measures(), count: count)
        for (group, measures) in zip(groups.keys, groupMeasures) { result[Int(classOf(group))].add(measures) }
        return result
    }

    private static func positions(_ count: Int) -> ParquetColumn {
        .int32(FixedColumn(values: Array(1..<Int32(count + 1))))
    }
}
