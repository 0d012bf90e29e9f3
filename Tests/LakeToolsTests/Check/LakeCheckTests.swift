import LakeTools
import Testing

@testable import Lake

@Suite struct `Lake check` {
    @Test func `a good lake has no finding, and the summary counts it`() throws {
        let report = try GoodLake().check()
        #expect(report.findings == [])
        #expect(report.isGood)
        #expect(report.runs == 4)
        #expect(report.slots?.expected == 4)
        #expect(report.slots?.missing == 0)
        #expect(report.tables.map(\.table).count == 10)
        let bronze = try #require(report.tables.first)
        #expect((bronze.partitions, bronze.files, bronze.rows) == (2, 4, 52))
        #expect(report.skipped == [])
    }

    @Test func `layers that are not there are skipped by name`() throws {
        let lake = try GoodLake()
        try lake.remove("silver")
        let report = try lake.check()
        #expect(report.findings == [])
        #expect(report.skipped == ["no silver: bronze and gold were not held against it"])
        try lake.remove("raw")
        try lake.remove("gold")
        #expect(throws: LakeToolsError.noLake(lake.path)) { try LakeLocations(lake.path) }
    }

    @Test func `dates cut the partitions, and gold still gets all of its hours`() throws {
        let lake = try GoodLake()
        let first = try #require(CivilDate("2026-04-30"))
        let report = try lake.check(dates: first...first)
        #expect(report.findings == [])
        #expect(report.tables.filter { $0.rows > 0 }.map(\.layer).allSatisfy { $0 == .gold })
        try lake.rewrite(GoodFile.gold("fato_streams")) { $0.set("total_coletas", to: 99) }
        #expect(try lake.check(dates: first...first).findings.map(\.code) == [.goldSnapshots])
        let second = first.adding(days: 1)
        #expect(try lake.check(dates: second...second).findings == [])
    }
}
