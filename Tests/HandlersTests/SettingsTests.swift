import Foundation
import Lake
import LambdaRuntime
import Testing

@testable import Handlers

@Suite struct `Environment variables` {
    static let needs: [PipelineFunction: [String]] = [
        .extract: ["LAKE_BUCKET", "PULLS_TABLE", "TWITCH_CLIENT_ID"],
        .enrich: ["LAKE_BUCKET", "PULLS_TABLE", "GAMES_TABLE", "USERS_TABLE", "TWITCH_CLIENT_ID"],
        .publishToQueue: ["LAKE_BUCKET", "QUEUE_URL"], .sqsToStore: ["REALTIME_TABLE"], .silverJob: ["LAKE_BUCKET"],
        .goldJob: ["LAKE_BUCKET"],
    ]
    static let aws = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]

    /// docs/settings.md is what people read instead of the code.
    @Test func `every variable that a function reads is described`() throws {
        let root = World.root
        let folder = root.appendingPathComponent("Sources/Functions/Handlers")
        let text = try String(contentsOf: root.appendingPathComponent("docs/settings.md"), encoding: .utf8)
        var names: Set<String> = []
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            names.formUnion(source.matches(of: /"([A-Z]+(?:_[A-Z]+)+)"/).map { String($0.output.1) })
        }
        #expect(names.count > 25)
        #expect(names.filter { !text.contains("`\($0)`") } == [])
    }

    @Test(arguments: PipelineFunction.allCases)
    func `each function needs its own variables and no other`(function: PipelineFunction) throws {
        let needs = try #require(Self.needs[function])
        let secret = needs.contains("TWITCH_CLIENT_ID") ? ["TWITCH_CLIENT_SECRET"] : []
        let enough = World.environment.filter { (needs + secret + Self.aws).contains($0.key) }
        try function.build(enough)
        for variable in needs + Self.aws {
            let error = #expect(throws: (any Error).self) {
                try function.build(enough.filter { $0.key != variable })
            }
            #expect("\(error as Any)".contains(variable))
        }
    }

    @Test(
        arguments: [
            (.extract, "LANGUAGES", "pt, en"), (.extract, "LANGUAGES", "pt,pt"), (.extract, "LANGUAGES", "*,pt"),
            (.extract, "LANGUAGES", "PT"), (.extract, "LANGUAGES", "pt,"), (.extract, "STREAMS_PER_LANGUAGE", "0"),
            (.extract, "STREAMS_PER_LANGUAGE", "many"), (.extract, "TOP_GAMES", "41"),
            (.extract, "TWITCH_API_URL", "api.twitch.tv"),
            (.extract, "TWITCH_API_URL", "https://"), (.extract, "TWITCH_TOKEN_URL", "https://x/?a=b"),
            (.enrich, "TWITCH_TOKEN_URL", "https://a:b@id.test"),
            (.extract, "AWS_ENDPOINT_URL", "nowhere"), (.enrich, "REFERENCE_HOURS", "0"),
            (.enrich, "UNKNOWN_HOURS", "x"),
            (.publishToQueue, "TIER_HIGH_MINUTES", "-1"), (.publishToQueue, "TIER_MID_VIEWERS", "ten"),
            (.sqsToStore, "REALTIME_TTL_DAYS", "0"), (.sqsToStore, "MIN_VIEWERS", "-1"),
            (.silverJob, "SNAPSHOT_SECONDS", "1000"), (.goldJob, "TOP_N", "0"), (.extract, "UTC_OFFSET_MINUTES", "3h"),
        ] as [(PipelineFunction, String, String)])
    func `a wrong value is named`(function: PipelineFunction, variable: String, value: String) {
        let environment = World.environment.merging([variable: value]) { _, given in given }
        let error = #expect(throws: (any Error).self) {
            try function.build(environment)
        }
        #expect("\(error as Any)".contains(variable))
    }

    @Test(arguments: ["TWITCH_CLIENT_SECRET_PARAMETER", "TWITCH_CLIENT_SECRET_ID"])
    func `a secret is given once`(other: String) {
        var environment = World.environment
        environment[other] = "/name"
        #expect(throws: SettingError.conflict(variable: "TWITCH_CLIENT_SECRET", other: other)) {
            try PipelineFunction.extract.build(environment)
        }
        environment["TWITCH_CLIENT_SECRET"] = nil
        environment[other] = ""
        let error = #expect(throws: SettingError.self) {
            try PipelineFunction.enrich.build(environment)
        }
        #expect("\(error as Any)".contains("TWITCH_CLIENT_SECRET_PARAMETER is not set"))
    }

    @Test func `no secret's value shows in an error`() {
        var environment = World.environment
        environment["TWITCH_CLIENT_SECRET_PARAMETER"] = "/name"
        let error = #expect(throws: SettingError.self) {
            try PipelineFunction.extract.build(environment)
        }
        #expect(!"\(error as Any)".contains("s3cret"))
    }

    @Test(arguments: ["", "Extract", "bootstrap"])
    func `an unknown handler lists the known ones`(name: String) {
        let error = #expect(throws: SettingError.self) { try PipelineFunction(handler: name) }
        #expect("\(error as Any)".contains("_HANDLER"))
        #expect("\(error as Any)".contains("extract, enrich, publishToQueue, sqsToStore, silverJob, goldJob"))
    }

    @Test func `defaults are those of the founding documents`() throws {
        let plan = try PullPlan(Settings([:]))
        #expect(plan.languages == ["pt", "en", "es"])
        #expect(plan.streamsPerWalk == 100)
        #expect(plan.division == .languages)
    }
}

extension PipelineFunction {
    /// Builds the handler as `bootstrap` does, and forgets it.
    fileprivate func build(_ environment: [String: String]) throws {
        _ = try handler(environment: environment, logger: LambdaLogger(level: .fatal), http: World())
    }
}

@Suite struct `Names and times` {
    @Test func `a run's name comes from its instant and its cause`() throws {
        let collected = Instant(milliseconds: 1_772_366_400_007)
        let runID = try RunID(collectedAt: collected, cause: "abc")
        #expect(runID.text == "20260301T120000007Z-ba7816bf")
        #expect(try RunID(collectedAt: collected, cause: "abd") != runID)
    }

    @Test(arguments: ["", "a/b", "a b", "ä", "..", String(repeating: "a", count: 129)])
    func `a name that a key would not keep is refused`(text: String) {
        #expect(RunID(text) == nil)
    }

    @Test(
        arguments: [
            ("2026-03-01T12:00:00Z", 1_772_366_400_000_000), ("2026-03-01t09:00:00-03:00", 1_772_366_400_000_000),
            ("2026-03-01T12:00:00.5Z", 1_772_366_400_500_000),
            ("2026-03-01T12:00:00.123456789z", 1_772_366_400_123_456),
            ("2026-03-02T00:30:00+12:30", 1_772_366_400_000_000), ("1969-12-31T23:59:59Z", -1_000_000),
        ] as [(String, Int64)])
    func `times are read in every form of RFC 3339`(text: String, microseconds: Int64) {
        #expect(Instant(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", "2026-03-01", "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-02-29T12:00:00Z",
        "2026-03-01T24:00:00Z", "2026-03-01T12:60:00Z", "2026-03-01T12:00:00.Z", "2026-03-01T12:00:00+0300",
        "2026-03-01T12:00:00Zx", "２０26-03-01T12:00:00Z", "2026-03-01T12:00:00+24:00",
    ])
    func `other texts are no times`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test(arguments: [
        "raw/dt=2026-03-01/hour=12/streams_a.parquet.bak", "/raw/dt=2026-03-01/hour=12/streams_a.parquet",
        "raw/dt=2026-03-01/hour=1/streams_a.parquet", "silver/dt=2026-03-01/hour=12/streams_a.parquet",
        "raw/dt=2026-03-01/hour=12/x/streams_a.parquet", "raw/dt=2026-03-01/hour=12/streams_.parquet",
    ])
    func `a key that extract does not write is refused`(key: String) {
        #expect(BronzeKey(key) == nil)
    }
}
