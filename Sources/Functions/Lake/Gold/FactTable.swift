/// The facts of one pass: the rows of `fato_streams`, and what is added up of them by streamer.
struct FactTable {
    /// The key of `fato_streams`; category, period and language by their numbers.
    struct Key: Hashable64 {
        let idStreamer: Int64
        let category: UInt32
        let period: UInt32
        let language: UInt32

        var hash64: UInt64 {
            let words = UInt64(category) << 32 ^ UInt64(period) << 16 ^ UInt64(language)
            return KeyHash.hash(KeyHash.hash(UInt64(bitPattern: idStreamer)) ^ words)
        }
    }

    struct Fact {
        var measures = Measures()
        var name = LatestName()
    }

    private(set) var keys = Numbering<Key>()
    private(set) var facts = SegmentedArray<Fact>()
    /// The facts' names, some more than once.
    private(set) var names = StringPool()

    var count: Int { facts.count }

    /// With what ranking the streamers takes for each fact, should each be a streamer of its own.
    var byteCount: Int {
        keys.byteCount + count * (MemoryLayout<Fact>.stride + 48) + names.byteCount
    }

    /// Adds the chosen rows. `streamNumbers` are those of `streams`, which takes down the facts of each stream.
    mutating func add(
        _ rows: SilverRows, _ chosen: RowChoice, _ labels: RowLabels, _ streamNumbers: [UInt32],
        _ streams: inout StreamTable
    ) throws(ParquetProblem) {
        try rows.nomeStreamer.pool.withViews { (texts) throws(ParquetProblem) in
            for place in 0..<chosen.count {
                let row = chosen[place]
                let key = Key(
                    idStreamer: rows.idStreamer[row], category: labels.categories[row], period: labels.periods[row],
                    language: labels.languages[row])
                let fact = Int(number(of: key, stream: streamNumbers[row], &streams))
                facts[fact].measures.add(
                    viewers: rows.espectadores[row], seconds: rows.segundosIntervalo[row],
                    isAdult: rows.conteudoAdulto[row])
                // Never true again once the latest hours have been added: the job takes them first.
                if facts[fact].name.isLatest(slot: rows.slotColeta[row], idStream: rows.idStream[row]) {
                    facts[fact].name.code = try names.append(texts[rows.nomeStreamer.codes[row]])
                }
            }
        }
    }

    @inline(__always)
    private mutating func number(of key: Key, stream: UInt32, _ streams: inout StreamTable) -> UInt32 {
        let last = streams.lastFact(of: stream)
        if last != .max, keys.keys[Int(last)] == key { return last }
        let fact = keys.number(of: key)
        if Int(fact) == facts.count { facts.append(Fact()) }
        if streams.enter(fact: fact, stream: stream) { facts[Int(fact)].measures.streamCount += 1 }
        return fact
    }

    /// Adds the streamers of each category, and the pass's best streamers, to the date's totals.
    func finish(_ streams: StreamTable, _ totals: inout DateTotals, topN: Int) {
        var streamers = Numbering<Int64>()
        let numbers = keys.keys.map { streamers.number(of: $0.idStreamer) }
        countCategories(of: numbers, streamerCount: streamers.keys.count, &totals)
        var watched = [Int64](repeating: 0, count: streamers.keys.count)
        for (fact, streamer) in zip(facts, numbers) { watched[Int(streamer)] &+= fact.measures.viewerSeconds }
        let best = Ranking.first(topN, of: Array(streamers.keys.indices)) { left, right in
            watched[left] != watched[right]
                ? watched[left] > watched[right] : streamers.keys[left] < streamers.keys[right]
        }
        var places = [UInt32](repeating: .max, count: streamers.keys.count)
        for (place, streamer) in best.enumerated() { places[streamer] = UInt32(place) }
        let chosen = merged(best.count) { places[Int(numbers[$0])] }
        let counts = streams.counts(ofFactsIn: best.count) { places[Int(numbers[Int($0)])] }
        for (place, streamer) in best.enumerated() {
            var measures = chosen[place].measures
            measures.streamCount = counts[place]
            totals.streamers.append(
                StreamerTotal(
                    id: streamers.keys[streamer], name: Array(names[chosen[place].name.code]), measures: measures))
        }
    }

    /// Facts added up by `group`, which gives `UInt32.max` for those of no interest.
    private func merged(_ count: Int, by group: (Int) -> UInt32) -> [Fact] {
        var result = Array(repeating: Fact(), count: count)
        for index in facts.indices where group(index) != .max {
            result[Int(group(index))].measures.add(facts[index].measures)
            result[Int(group(index))].name.take(facts[index].name)
        }
        return result
    }

    /// Counts each streamer once in each of its categories, along chains of the streamer's facts.
    private func countCategories(of streamers: [UInt32], streamerCount: Int, _ totals: inout DateTotals) {
        var heads = [UInt32](repeating: .max, count: streamerCount)
        var next = [UInt32](repeating: .max, count: streamers.count)
        for (fact, streamer) in streamers.enumerated() {
            next[fact] = heads[Int(streamer)]
            heads[Int(streamer)] = UInt32(fact)
        }
        var categories = DistinctNumbers()
        for head in heads {
            categories.removeAll()
            var fact = head
            while fact != .max {
                let category = keys.keys[Int(fact)].category
                if categories.insert(category) { totals.categoryStreamers[Int(category)] += 1 }
                fact = next[Int(fact)]
            }
        }
    }
}
