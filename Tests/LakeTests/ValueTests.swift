import Testing

@testable import Lake

/// What `body` makes of the text's bytes.
private func bytes<Output>(_ text: String, _ body: (ByteView) -> Output) -> Output {
    var text = text
    return text.withUTF8(body)
}

@Suite struct `Texts by bytes` {
    @Test(arguments: [
        ("", ""), (" \t\n\r", ""), (" a b ", "a b"), ("\r\nx\r\n", "x"), ("\u{A0}x\u{A0}", "\u{A0}x\u{A0}"),
        ("\u{FEFF}x", "\u{FEFF}x"), ("\u{1}x ", "\u{1}x"), ("x\u{2028}", "x\u{2028}"), ("x\u{0B}", "x\u{0B}"),
        // A space and a combining accent are one Character to Swift, and the space still goes.
        (" \u{301}x", "\u{301}x"), ("x \u{301}", "x \u{301}"),
    ])
    func `trimming takes the four ASCII spaces and nothing else`(text: String, trimmed: String) {
        #expect(bytes(text) { Array($0.trimmed) } == Array(trimmed.utf8))
        #expect(bytes(text) { $0.isBlank } == trimmed.utf8.isEmpty)
    }

    @Test(
        arguments: [
            ("1", 1), (" 315", 315), ("00315", 315), ("315\r\n", 315), ("999999999999999999", 999_999_999_999_999_999),
            ("000000000000000007", 7), ("0", 0), ("000", 0), ("", 0), ("  ", 0), ("+7", 0), ("-7", 0), ("1e9", 0),
            ("12.5", 0), ("12 34", 0), ("１２３", 0), ("٣١٥", 0), ("1234567890123456789", 0), ("\u{A0}1", 0), ("0x1F", 0),
        ] as [(String, Int64)])
    func `a numeric id is one to eighteen ASCII digits, at least one`(text: String, id: Int64) {
        #expect(bytes(text) { $0.numericID } == id)
    }

    @Test func `lower case touches A to Z alone`() throws {
        var pool = StringPool()
        let code = try bytes("ÀZaİ[@") { bytes in
            Result { () throws(ParquetProblem) in try pool.appendLowered(bytes) }
        }.get()
        #expect(Array(pool[code]) == Array("Àzaİ[@".utf8))
    }

    @Test func `composed and decomposed accents are two values`() throws {
        var dictionary = StringDictionary()
        let codes = try ["caf\u{E9}", "cafe\u{301}", "caf\u{E9}"].map { text in
            try bytes(text) { bytes in Result { () throws(ParquetProblem) in try dictionary.code(for: bytes) } }.get()
        }
        #expect(codes == [0, 1, 0])
    }
}

@Suite struct `Times` {
    @Test(arguments: [
        "2026-05-01", "2026-05-01T12:00:00", "2026-05-01 12:00:00Z", " 2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z ",
        "2026-05-01T12:00:00z", "2026-05-01t12:00:00Z", "2026-02-29T12:00:00Z", "1900-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-05-00T00:00:00Z", "2026-05-32T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-05-01T24:00:00Z", "2026-05-01T12:60:00Z", "2026-05-01T12:00:60Z",
        "2011-06-05T23:59:59.999999Z", "0000-01-01T00:00:00Z", "2026-05-01T12:00:00.Z",
        "2026-05-01T12:00:00.1234567890Z",
        "2026-05-01T12:00:00,5Z", "2026-05-01T12:00:00+00:00", "２026-05-01T12:00:00Z", "2026-5-01T12:00:00Z", "", "Z",
        "-026-05-01T12:00:00Z", "2026-05-01T1a:00:00Z", "2026-05-01T12:00:00.12a4Z",
    ])
    func `a start in any other form is not valid`(text: String) {
        #expect(Instant(startedAt: text) == nil)
    }

    @Test(
        arguments: [
            ("2011-06-06T00:00:00Z", 1_307_318_400_000_000), ("2024-02-29T23:59:59Z", 1_709_251_199_000_000),
            ("2000-02-29T00:00:00Z", nil), ("2026-05-01T12:00:00.1Z", 1_777_636_800_100_000),
            ("2026-05-01T12:00:00.123456789Z", 1_777_636_800_123_456),
            ("2026-05-01T12:00:00.000000999Z", 1_777_636_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64?)])
    func `a valid start is cut to microseconds`(text: String, expected: Int64?) {
        #expect(Instant(startedAt: text)?.microseconds == expected)
    }

    @Test func `dates count every day of eight centuries`() {
        var (year, month, day) = (1600, 1, 1)
        for number in Int32(-135_140)..<Int32(157_054) {
            let date = CivilDate(daysSinceEpoch: number)
            #expect(date.components == (year, month, day))
            #expect(CivilDate(year: year, month: month, day: day) == date)
            day += 1
            if day > CivilDate.length(ofMonth: month, year: year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect((year, month, day) == (2400, 1, 1))
    }

    @Test func `instants print in UTC with milliseconds, before the epoch too`() {
        #expect(Instant(microseconds: 1_777_636_800_123_999).description == "2026-05-01T12:00:00.123Z")
        #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999Z")
        #expect(Instant(microseconds: -1).truncatedToMilliseconds.microseconds == -1000)
        #expect(Instant(helixTime: "2007-05-22T10:39:54Z")?.description == "2007-05-22T10:39:54.000Z")
    }

    @Test func `a partition is found in a key, and only a real one`() {
        let hour = UTCHour(path: "lake/raw/dt=2026-05-01/hour=07/streams_x.parquet")
        #expect(hour == UTCHour(date: .on("2026-05-01"), hour: 7))
        #expect(hour?.description == "dt=2026-05-01/hour=07")
        #expect(hour?.start == .at("2026-05-01T07:00:00Z"))
        for path in ["dt=2026-05-01", "dt=2026-05-01/hour=24", "dt=2026-02-30/hour=01", "dt=2026-05-01/hour=7", ""] {
            #expect(UTCHour(path: path) == nil)
        }
    }

    @Test func `a local date at -180 is the hours from 03 to 02 of the next day`() {
        let hours = LakeConfiguration().partitions(of: .on("2026-05-01"))
        #expect(hours.count == 24)
        #expect(hours.first?.description == "dt=2026-05-01/hour=03")
        #expect(hours.last?.description == "dt=2026-05-02/hour=02")
        let dates = LakeConfiguration().localDates(touchedBy: UTCHour(date: .on("2026-05-01"), hour: 2))
        #expect(dates == [.on("2026-04-30")])
    }

    @Test(arguments: [-1080, -570, -180, -1, 0, 1, 330, 345, 840, 1080])
    func `partitions and dates are each other's inverse`(offset: Int) throws {
        let configuration = try LakeConfiguration(environment: ["UTC_OFFSET_MINUTES": "\(offset)"])
        let date = CivilDate.on("2026-05-01")
        let hours = configuration.partitions(of: date)
        #expect(hours.count == (offset % 60 == 0 ? 24 : 25))
        let around = (-48..<72).map { UTCHour(hoursSinceEpoch: Int(date.daysSinceEpoch) * 24 + $0) }
        #expect(around.filter { configuration.localDates(touchedBy: $0).contains(date) } == hours)
    }
}

@Suite struct `Configuration` {
    @Test func `defaults are the specification's`() throws {
        let configuration = try LakeConfiguration(environment: ["PATH": "/bin"])
        #expect(configuration == LakeConfiguration())
        #expect(configuration.minViewers == 10)
        #expect(configuration.popularThreshold == 1000)
        #expect(configuration.utcOffsetMinutes == -180)
        #expect(configuration.snapshotSeconds == 1800)
        #expect(configuration.futureToleranceSeconds == 300)
        #expect(configuration.topN == 10)
    }

    @Test(arguments: [
        ("MIN_VIEWERS", "-1"), ("MIN_VIEWERS", "ten"), ("POPULAR_THRESHOLD", ""), ("UTC_OFFSET_MINUTES", "1081"),
        ("SNAPSHOT_SECONDS", "0"), ("SNAPSHOT_SECONDS", "7200"), ("SNAPSHOT_SECONDS", "1000"),
        ("FUTURE_TOLERANCE_SECONDS", "-5"), ("TOP_N", "0"), ("TOP_N", "1.5"),
    ])
    func `a setting that cannot be used is named`(name: String, value: String) {
        let error = #expect(throws: LakeConfigurationError.self) { try LakeConfiguration(environment: [name: value]) }
        #expect(error?.variable == name)
        #expect(error?.description.hasPrefix("\(name) is \"\(value)\"; give ") == true)
    }
}
