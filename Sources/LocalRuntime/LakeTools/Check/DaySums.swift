import Lake

/// The sums of one local date's silver rows, which gold must come to (LAKE_SPEC 5.2).
struct DaySums {
    struct Sum: Equatable {
        var rows: Int64 = 0
        /// Viewers times seconds, before the one division at the end.
        var viewerSeconds: Int64 = 0

        var hours: Double { Double(viewerSeconds) / 3600.0 }

        mutating func add(_ viewers: Int64, _ seconds: Int64) {
            rows &+= 1
            viewerSeconds &+= viewers &* seconds
        }
    }

    private(set) var total = Sum()
    private(set) var languages: [[UInt8]: Sum] = [:]
    private(set) var hours: [[UInt8]: Sum] = [:]
    private(set) var bands: [[UInt8]: Sum] = [:]
    /// A silver file of the date could not be read.
    var isIncomplete = false
    /// Something is wrong with the date's silver rows: what gold should be made of them tells nothing.
    var isDoubtful = false

    /// Adds the rows of a silver row group to the dates that they belong to.
    static func add(_ group: RowGroupValues, to days: inout [CivilDate: DaySums]) {
        let (viewers, seconds) = (group.integers("espectadores"), group.integers("segundos_intervalo"))
        let (dates, hours) = (group.integers("data_local"), group.integers("hora_local"))
        let (languages, bands) = (group.texts("idioma"), group.texts("faixa_espectadores"))
        for row in 0..<group.rowCount {
            let date = CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: dates[row]))
            var day = days.removeValue(forKey: date) ?? DaySums()
            day.total.add(viewers[row], seconds[row])
            day.languages[languages[row], default: Sum()].add(viewers[row], seconds[row])
            day.hours[Array("\(hours[row])".utf8), default: Sum()].add(viewers[row], seconds[row])
            day.bands[bands[row], default: Sum()].add(viewers[row], seconds[row])
            days[date] = day
        }
    }

    /// The sums that a table has one row for, by its key; nil for tables that are keyed by more.
    func groups(of table: GoldTable) -> (key: String, sums: [[UInt8]: Sum])? {
        switch table {
        case .participacaoIdioma: ("idioma", languages)
        case .tendenciaHoraria: ("hora_local", hours)
        case .faixaPopularidade: ("faixa_espectadores", bands)
        case .fatoStreams, .topJogos, .topStreamers: nil
        }
    }
}
