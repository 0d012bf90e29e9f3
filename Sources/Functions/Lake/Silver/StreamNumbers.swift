/// The silver columns that are computed from numbers alone (LAKE_SPEC 2.1).
enum StreamNumbers {
    /// `slot_coleta`: `collectedAt` rounded down to a slot.
    @inline(__always)
    static func slot(_ collectedAt: Int64, _ configuration: LakeConfiguration) -> Int64 {
        let length = configuration.snapshotSeconds &* Instant.microsecondsPerSecond
        return collectedAt &- floorDivision(collectedAt, length).remainder
    }

    /// `minutos_transmissao`: whole minutes live, at least 0.
    @inline(__always)
    static func minutes(_ startedAt: Int64, _ collectedAt: Int64) -> Int64 {
        max(0, floorDivision(collectedAt &- startedAt, Instant.microsecondsPerMinute).quotient)
    }

    /// `segundos_intervalo`: the snapshot stands for the time since the slot before, or since the stream began.
    @inline(__always)
    static func interval(_ startedAt: Int64, _ collectedAt: Int64, _ configuration: LakeConfiguration) -> Int64 {
        let seconds = floorDivision(collectedAt &- startedAt, Instant.microsecondsPerSecond).quotient
        return min(max(0, seconds), configuration.snapshotSeconds)
    }

    /// `horas_assistidas_total`. Wraps past 64 bits rather than stop the job for one absurd viewer count.
    @inline(__always)
    static func hours(_ viewers: Int64, _ interval: Int64) -> Double {
        Double(viewers &* interval) / 3600.0
    }

    /// `data_local` as days since the epoch, and `hora_local`.
    @inline(__always)
    static func local(_ collectedAt: Int64, _ configuration: LakeConfiguration) -> (day: Int32, hour: Int32) {
        let shifted = collectedAt &+ configuration.utcOffsetMinutes &* Instant.microsecondsPerMinute
        let (day, ofDay) = floorDivision(shifted, Instant.microsecondsPerDay)
        return (Int32(truncatingIfNeeded: day), Int32(ofDay / Instant.microsecondsPerHour))
    }
}

/// The values of a text column that has few: numbered from 0 in memory, words in the file.
protocol ClosedVocabulary: CaseIterable, RawRepresentable<UInt32> {
    var word: String { get }
}

extension ClosedVocabulary {
    /// A column of these words.
    static func column(_ values: [Self]) throws(ParquetProblem) -> StringColumn {
        var column = StringColumn()
        for value in allCases { _ = try column.pool.append(value.word) }
        column.codes = values.map(\.rawValue)
        return column
    }
}

/// `faixa_espectadores`, with bounds that are not configuration.
package enum AudienceBand: UInt32, Sendable, CaseIterable, ClosedVocabulary {
    case low, mid, high, veryHigh, mega

    package var word: String {
        switch self {
        case .low: "low"
        case .mid: "mid"
        case .high: "high"
        case .veryHigh: "very_high"
        case .mega: "mega"
        }
    }

    @inline(__always)
    package init(viewers: Int64) {
        self =
            viewers <= 100
            ? .low : viewers <= 1000 ? .mid : viewers <= 10_000 ? .high : viewers <= 100_000 ? .veryHigh : .mega
    }
}

/// `periodo_dia`, six hours each.
package enum DayPeriod: UInt32, Sendable, CaseIterable, ClosedVocabulary {
    case dawn, morning, afternoon, night

    package var word: String {
        switch self {
        case .dawn: "Dawn"
        case .morning: "Morning"
        case .afternoon: "Afternoon"
        case .night: "Night"
        }
    }

    /// `hour` is 0 to 23.
    package init(hour: Int32) {
        self = hour < 6 ? .dawn : hour < 12 ? .morning : hour < 18 ? .afternoon : .night
    }
}

/// `tipo_conteudo`, decided by the category's name only (LAKE_SPEC 2.4).
package enum ContentKind: UInt32, Sendable, CaseIterable, ClosedVocabulary {
    case game, nonGame

    package var word: String {
        switch self {
        case .game: "Game"
        case .nonGame: "Non-Game"
        }
    }

    init(category: ByteView) {
        let lowered = category.map(ByteView.lowered)
        self = NonGameCategories.names.contains(lowered) ? .nonGame : .game
    }
}
