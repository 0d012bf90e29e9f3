import LakeTools
import Testing

/// Files of `GoodLake` that the breakages break.
enum GoodFile {
    static let bronze = "raw/dt=2026-05-01/hour=02/streams_run-a.parquet"
    static let streams = "silver/streams/dt=2026-05-01/hour=02/part-0.parquet"
    static let refused = "silver/quarentena/dt=2026-05-01/hour=02/part-0.parquet"
    static let runs = "silver/execucoes/dt=2026-05-01/hour=02/part-0.parquet"

    /// 02:00 and 02:30 UTC are 30 April in Brasilia.
    static func gold(_ table: String) -> String { "gold/\(table)/data_local=2026-04-30/part-0.parquet" }
}

/// One way to break a good lake, and the one finding that it must give.
struct Breakage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: FindingCode
    var column: String?
    let apply: @Sendable (GoodLake) throws -> Void

    var testDescription: String { name }

    /// Breaks a lake, and expects the finding and no other.
    func check() throws {
        let lake = try GoodLake()
        try apply(lake)
        let report = try lake.check()
        #expect(report.findings.map(\.code) == [code])
        if let column { #expect(report.findings.first?.place.column == column) }
        #expect(report.isGood == (code.severity == .warning))
    }
}
