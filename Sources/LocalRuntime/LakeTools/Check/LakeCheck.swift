package import Lake

/// Verifies a lake on the local disk against LAKE_SPEC: contracts, physical rules, invariants, arrivals; then makes each
/// partition of silver and gold anew and compares.
///
/// Partition by partition: besides one row group and one hour's keys, only the runs' slots and each date's sums stay in
/// memory, and what the jobs hold.
package struct LakeCheck {
    private let lake: LakeLocations
    private let configuration: LakeConfiguration
    private let dates: ClosedRange<CivilDate>?
    private let gapsAreWarnings: Bool
    private var report: CheckReport
    private var days: [CivilDate: DaySums] = [:]
    private var arrivals: Arrivals

    /// - Parameters:
    ///   - dates: only partitions of these: UTC dates in bronze and silver, local dates in gold; nil for all.
    ///   - gapsAreWarnings: a slot without a run is a warning then, not an error.
    package init(
        _ lake: LakeLocations, _ configuration: LakeConfiguration, dates: ClosedRange<CivilDate>? = nil,
        gapsAreWarnings: Bool = false
    ) {
        self.lake = lake
        self.configuration = configuration
        self.dates = dates
        self.gapsAreWarnings = gapsAreWarnings
        report = CheckReport(lake)
        arrivals = Arrivals(configuration)
    }

    /// Checks everything.
    ///
    /// - Parameters:
    ///   - progress: called after each partition with how many are done, of how many.
    /// - Throws: when a folder cannot be listed; whatever is wrong in a file is a finding.
    package mutating func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> CheckReport {
        let raw = try list(.raw, "raw", lake.raw, .hours)
        var silver: [SilverTable: [TableFolder.Partition]] = [:]
        for table in SilverTable.allCases {
            silver[table] = try list(.silver, table.rawValue, folder(lake.silver, table.rawValue), .hours)
        }
        var gold: [GoldTable: [TableFolder.Partition]] = [:]
        for table in GoldTable.allCases {
            gold[table] = try list(.gold, table.rawValue, folder(lake.gold, table.rawValue), .dates)
        }
        try lookAround()
        let hours = Hours(raw, silver)
        let goldDates = Set(gold.values.joined().map(\.date)).filter(isWanted)
        let wanted = hours.all.filter { isWanted($0.date) || isNeeded($0, for: goldDates) }
        for (index, hour) in wanted.enumerated() {
            if isWanted(hour.date) { check(hour, hours) } else { sum(hour, hours) }
            progress(index + 1, wanted.count + goldDates.count)
        }
        let touched = goldDates.union(days.keys.filter(isWanted)).sorted()
        if lake.gold != nil { for date in touched { check(date, gold, hours) } }
        finish()
        return report
    }

    private func folder(_ layer: String?, _ table: String) -> String? {
        layer.map { "\($0)/\(table)" }
    }

    private func isWanted(_ date: CivilDate) -> Bool { dates?.contains(date) ?? true }

    /// The local date reaches beyond the UTC date of its name.
    private func isNeeded(_ hour: UTCHour, for gold: Set<CivilDate>) -> Bool {
        !gold.isDisjoint(with: configuration.localDates(touchedBy: hour))
    }

    private mutating func add(_ finding: Finding) {
        var finding = finding
        if finding.code == .arrivalGap, gapsAreWarnings { finding.severity = .warning }
        report.add(finding)
    }

    private mutating func add(_ findings: [Finding]) {
        for finding in findings { add(finding) }
    }

    private mutating func finish() {
        report.slots = arrivals.summary
        add(arrivals.findings(lake.raw == nil ? .silver : .raw))
        if lake.raw == nil { report.skipped.append("no bronze: silver was not held against it") }
        if lake.silver == nil {
            report.skipped.append("no silver: bronze and gold were not held against it")
        } else if lake.gold == nil {
            report.skipped.append("no gold: silver's sums were not held against it")
        }
        report.isGood = report.errors == 0
    }
}

extension LakeCheck {
    /// The partitions of a table; what lies beside them is a finding.
    private mutating func list(
        _ layer: Place.Layer, _ table: String, _ path: String?, _ partitioning: TableFolder.Partitioning
    ) throws -> [TableFolder.Partition] {
        guard let path else { return [] }
        let (partitions, strays) = try TableFolder(path, partitioning).partitions()
        let place = Place(layer, table: layer == .raw ? nil : table)
        for stray in strays {
            var place = place
            place.file = stray
            let due = partitioning == .hours ? "dt=YYYY-MM-DD/hour=HH" : "data_local=YYYY-MM-DD"
            add(Finding(.strayPath, place, "no partition \(due)"))
        }
        for partition in partitions where isWanted(partition.date) {
            for name in partition.others {
                var place = Place(layer, table: layer == .raw ? nil : table, partition: partition.name)
                place.file = "\(partition.path)/\(name)"
                if name.hasPrefix(".") { add(Finding(.leftover, place, "a hidden file, left by something that ended")) }
                if !name.hasPrefix("."), !name.hasPrefix("_") { add(Finding(.strayPath, place, "no Parquet file")) }
            }
        }
        let count = partitions.count { isWanted($0.date) }
        report.entry(layer, table) { $0.partitions = count }
        return partitions
    }

    /// Names beside the tables' folders.
    private mutating func lookAround() throws {
        let layers: [(Place.Layer, String?, [String])] = [
            (.silver, lake.silver, SilverTable.allCases.map(\.rawValue)),
            (.gold, lake.gold, GoldTable.allCases.map(\.rawValue)),
        ]
        for (layer, path, tables) in layers {
            guard let path else { continue }
            for name in try LocalFolder.names(path) where !tables.contains(name) && !name.hasPrefix("_") {
                var place = Place(layer)
                place.file = "\(path)/\(name)"
                let isHidden = name.hasPrefix(".")
                let message = isHidden ? "a hidden folder, left by something that ended" : "no table of the layer"
                add(Finding(isHidden ? .leftover : .strayPath, place, message))
            }
        }
    }

    /// Bronze, then the three silver tables of one hour, then whether they add up, then whether they are what the job
    /// makes of bronze. What is wrong already is not told a second time.
    private mutating func check(_ hour: UTCHour, _ hours: Hours) {
        var ledger = PartitionLedger()
        let before = report.errors
        if let partition = hours.raw[hour] { checkBronze(hour, partition, &ledger) }
        let isBronzeGood = report.errors == before
        checkSilver(hour, hours, &ledger)
        let findings = ledger.findings(
            hour.description, hasBronze: lake.raw != nil, hasSilver: lake.silver != nil)
        add(findings)
        report.runs += ledger.order.count
        arrivals.add(hour, ledger)
        if isBronzeGood, report.errors == before, !ledger.isIncomplete { remake(hour, hours) }
        guard report.errors > before else { return }
        for date in configuration.localDates(touchedBy: hour) { days[date]?.isDoubtful = true }
    }

    private mutating func remake(_ hour: UTCHour, _ hours: Hours) {
        guard lake.silver != nil, let bronze = hours.raw[hour] else { return }
        let silver = hours.silver.compactMapValues { $0[hour]?.files }
        remake(Place(.raw, partition: bronze.name)) {
            try $0.findings(hour, bronze: bronze.files, silver: silver)
        }
    }

    private mutating func remake(_ place: Place, _ findings: (Recomputation) throws -> [Finding]) {
        do {
            add(try findings(Recomputation(configuration: configuration)))
        } catch {
            // Each file was read to its end before: it has changed since, or the disk is full.
            add(Finding(.unreadable, place, "cannot be made anew: \(error)"))
        }
    }

    private mutating func checkBronze(
        _ hour: UTCHour, _ partition: TableFolder.Partition, _ ledger: inout PartitionLedger
    ) {
        let place = Place(.raw, partition: partition.name)
        var rules = BronzeRules(hour)
        for path in partition.files {
            var file = TableFile(path, .bronze, place.with(file: path))
            var runs: Set<[UInt8]> = []
            file.check { group in
                guard group.isWhole else { return }
                rules.check(group, &ledger)
                runs.formUnion(group.texts("run_id"))
            }
            if file.isWhole, file.rowCount == 0 { ledger.emptyRuns += 1 }
            if !file.isWhole { ledger.isIncomplete = true }
            report.count(file, in: "raw")
            add(file.findings)
            if let finding = BronzeRules.fileName(path, runs: runs, file.place) { add(finding) }
        }
        rules.finish(place)
        add(rules.findings)
    }

    private mutating func checkSilver(_ hour: UTCHour, _ hours: Hours, _ ledger: inout PartitionLedger) {
        var rules = SilverRules(hour, configuration)
        for table in SilverTable.allCases {
            guard let partition = hours.silver[table]?[hour] else { continue }
            let place = Place(.silver, table: table.rawValue, partition: partition.name)
            for path in partition.files {
                var file = TableFile(path, table.schema, place.with(file: path))
                file.check { group in
                    guard group.isWhole else { return }
                    rules.check(table, group, &ledger)
                    if table == .streams { DaySums.add(group, to: &days) }
                }
                if file.isReadable, file.rowCount == 0 {
                    add(Finding(.emptyFile, file.place, "no rows; a partition without rows has no file"))
                }
                if !file.isWhole { markIncomplete(hour, &ledger) }
                report.count(file, in: table.rawValue)
                add(file.findings)
            }
        }
        add(rules.findings)
    }

    private mutating func markIncomplete(_ hour: UTCHour, _ ledger: inout PartitionLedger) {
        ledger.isIncomplete = true
        for date in configuration.localDates(touchedBy: hour) { days[date, default: DaySums()].isIncomplete = true }
    }

    /// An hour outside the wanted dates that a wanted local date reaches into: for its sums alone.
    private mutating func sum(_ hour: UTCHour, _ hours: Hours) {
        guard let partition = hours.silver[.streams]?[hour] else { return }
        var ledger = PartitionLedger()
        for path in partition.files {
            var file = TableFile(path, .silverStreams, Place(.silver))
            file.check { if $0.isWhole { DaySums.add($0, to: &days) } }
            if !file.isWhole { markIncomplete(hour, &ledger) }
        }
    }

    private mutating func check(_ date: CivilDate, _ gold: [GoldTable: [TableFolder.Partition]], _ hours: Hours) {
        let before = report.errors
        // Without a row of the date there is nothing that gold could come from.
        let day = lake.silver == nil ? nil : days[date] ?? DaySums()
        var rules = GoldRules(date, silver: day, configuration)
        var (present, isIncomplete, rows): (Set<GoldTable>, Bool, Int) = ([], day?.isIncomplete ?? false, 0)
        for table in GoldTable.allCases {
            guard let partition = gold[table]?.first(where: { $0.date == date }) else { continue }
            let place = Place(.gold, table: table.rawValue, partition: partition.name)
            for path in partition.files {
                present.insert(table)
                var file = TableFile(path, table.schema, place.with(file: path))
                file.check { rules.take(table, $0) }
                isIncomplete = isIncomplete || !file.isWhole
                rows += file.rowCount
                report.count(file, in: table.rawValue)
                add(file.findings)
            }
        }
        guard !isIncomplete else { return }
        if let day, day.total.rows == 0 {
            guard rows > 0 else { return }
            return add(
                Finding(
                    .goldUnexpected, Place(.gold, partition: "data_local=\(date)"),
                    "\(rows) rows in gold, but silver has none of \(date)"))
        }
        rules.finish(present: present)
        add(rules.findings)
        guard let day, !day.isDoubtful, report.errors == before else { return }
        let partitions = configuration.partitions(of: date).compactMap { hours.silver[.streams]?[$0] }
        let files = gold.compactMapValues { $0.first { $0.date == date }?.files }
        remake(Place(.gold, partition: "data_local=\(date)")) {
            try $0.findings(date, streams: partitions.flatMap(\.files), gold: files)
        }
    }

    /// The partitions by hour, over the tables that are cut by hours.
    private struct Hours {
        let raw: [UTCHour: TableFolder.Partition]
        let silver: [SilverTable: [UTCHour: TableFolder.Partition]]

        init(_ raw: [TableFolder.Partition], _ silver: [SilverTable: [TableFolder.Partition]]) {
            self.raw = Self.byHour(raw)
            self.silver = silver.mapValues(Self.byHour)
        }

        var all: [UTCHour] {
            silver.values.reduce(into: Set(raw.keys)) { $0.formUnion($1.keys) }.sorted()
        }

        private static func byHour(_ partitions: [TableFolder.Partition]) -> [UTCHour: TableFolder.Partition] {
            Dictionary(partitions.compactMap { part in part.hour.map { ($0, part) } }) { first, _ in first }
        }
    }
}
