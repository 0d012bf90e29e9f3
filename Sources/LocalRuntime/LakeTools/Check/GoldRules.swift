import Lake

/// The six tables of one local date, against each other and against silver (LAKE_SPEC 3 and 5.2).
struct GoldRules {
    private let date: CivilDate
    private let configuration: LakeConfiguration
    /// Nil when silver was not looked at: then the tables are held against `fato_streams`.
    private let silver: DaySums?
    /// The small tables' rows. Those of `fato_streams` may be as many as silver's: their sums are enough.
    private var tables: [GoldTable: [RowGroupValues]] = [:]
    private var totals: [GoldTable: Total] = [:]
    private var places: [GoldTable: [Place]] = [:]
    private(set) var findings: [Finding] = []

    private struct Total {
        var snapshots: Int64 = 0
        var hours = 0.0
    }

    private static let additive: [GoldTable] = [
        .fatoStreams, .participacaoIdioma, .tendenciaHoraria, .faixaPopularidade,
    ]

    init(_ date: CivilDate, silver: DaySums?, _ configuration: LakeConfiguration) {
        self.date = date
        self.silver = silver
        self.configuration = configuration
    }

    mutating func take(_ table: GoldTable, _ group: RowGroupValues) {
        places[table, default: []].append(group.place)
        totals[table, default: Total()].snapshots &+= group.integers("total_coletas").reduce(0, &+)
        totals[table, default: Total()].hours += group.doubles("total_horas_assistidas").reduce(0, +)
        if table != .fatoStreams { tables[table, default: []].append(group) }
    }

    /// All rules, once every table was taken.
    ///
    /// - Parameters:
    ///   - present: tables that have a file, rows or none.
    mutating func finish(present: Set<GoldTable>) {
        let facts = totals[.fatoStreams] ?? Total()
        let rows = silver?.total.rows ?? facts.snapshots
        for table in GoldTable.allCases where !present.contains(table) {
            // A ranking of games may be empty; the others have a row as soon as silver has one.
            if rows > 0, table != .topJogos {
                add(.goldMissing, table, nil, "silver has \(rows) rows of \(date), the table has none")
            }
        }
        for table in Self.additive where present.contains(table) {
            checkSums(table, rows, silver?.total.hours ?? facts.hours)
        }
        if present.contains(.participacaoIdioma) { checkShares() }
        for table in [GoldTable.topJogos, .topStreamers] where present.contains(table) { checkRanking(table) }
    }

    private mutating func checkSums(_ table: GoldTable, _ rows: Int64, _ due: Double) {
        let (snapshots, hours) = (totals[table]?.snapshots ?? 0, totals[table]?.hours ?? 0)
        if snapshots != rows {
            add(.goldSnapshots, table, "total_coletas", "total_coletas add up to \(snapshots), not \(rows)")
        }
        if !isClose(hours, due) {
            add(.goldHours, table, "total_horas_assistidas", "total_horas_assistidas add up to \(hours), not \(due)")
        }
        // A sum that is wrong already tells of the group that is.
        if snapshots == rows, isClose(hours, due) { checkGroups(table) }
    }

    private mutating func checkGroups(_ table: GoldTable) {
        guard let groups = silver?.groups(of: table) else { return }
        let keys = texts(table, groups.key)
        let (snapshots, hours) = (integers(table, "total_coletas"), doubles(table, "total_horas_assistidas"))
        for (row, key) in keys.enumerated() {
            let due = groups.sums[key] ?? DaySums.Sum()
            guard snapshots[row] != due.rows || !isClose(hours[row], due.hours) else { continue }
            let found = "\(snapshots[row]) snapshots and \(hours[row]) hours, not \(due.rows) and \(due.hours)"
            return add(.goldGroups, table, groups.key, "\(groups.key) \(key.text): \(found)", row: row)
        }
        if keys.count != groups.sums.count || Set(keys).count != keys.count {
            add(.goldGroups, table, groups.key, "\(keys.count) groups, silver has \(groups.sums.count)")
        }
    }

    private mutating func checkShares() {
        let hours = totals[.participacaoIdioma]?.hours ?? 0
        for (column, due) in [("fracao_horas", hours == 0 ? 0.0 : 1.0), ("fracao_coletas", 1.0)] {
            let shares = doubles(.participacaoIdioma, column)
            let sum = shares.reduce(0, +)
            if !shares.isEmpty, !isClose(sum, due) {
                add(.goldShares, .participacaoIdioma, column, "\(column) add up to \(sum), not \(due)")
            }
        }
        let adult = doubles(.participacaoIdioma, "fracao_adulto")
        if let row = adult.firstIndex(where: { !(0...1).contains($0) }) {
            add(.goldShares, .participacaoIdioma, "fracao_adulto", "\(adult[row]) is no share of 1", row: row)
        }
    }

    private mutating func checkRanking(_ table: GoldTable) {
        let (places, hours) = (integers(table, "posicao"), doubles(table, "total_horas_assistidas"))
        if places.count > Int(configuration.topN) {
            add(.goldRanking, table, "posicao", "\(places.count) rows, more than TOP_N \(configuration.topN)")
        }
        let order = places.indices.sorted { places[$0] < places[$1] }
        if let place = order.indices.first(where: { places[order[$0]] != Int64($0 + 1) }) {
            let found = "place \(places[order[place]]) where \(place + 1) is due"
            return add(.goldRanking, table, "posicao", found, row: order[place])
        }
        for (first, second) in zip(order, order.dropFirst())
        where hours[second] > hours[first] && !isClose(hours[second], hours[first]) {
            let found = "place \(places[second]) has \(hours[second]) hours, the place before \(hours[first])"
            return add(.goldRanking, table, "total_horas_assistidas", found, row: second)
        }
    }

    private mutating func add(
        _ code: FindingCode, _ table: GoldTable, _ column: String?, _ message: String, row: Int? = nil
    ) {
        let place = places[table]?.first ?? Place(.gold, table: table.rawValue, partition: "data_local=\(date)")
        var found = place.with(column: column, row: row)
        // The sums are over all files.
        if places[table, default: []].count != 1 { (found.file, found.row) = (nil, nil) }
        found.rowGroup = nil
        findings.append(Finding(code, found, message))
    }

    private func integers(_ table: GoldTable, _ column: String) -> [Int64] {
        tables[table, default: []].flatMap { $0.integers(column) }
    }

    private func doubles(_ table: GoldTable, _ column: String) -> [Double] {
        tables[table, default: []].flatMap { $0.doubles(column) }
    }

    /// The keys as text, whole numbers as their digits.
    private func texts(_ table: GoldTable, _ column: String) -> [[UInt8]] {
        tables[table, default: []].flatMap { group in
            if case .string? = group.table[column] { return group.texts(column) }
            return group.integers(column).map { Array("\($0)".utf8) }
        }
    }
}
