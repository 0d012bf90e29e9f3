import EmulatorClock
import Foundation
import TestSupport
import Testing

@testable import RivuletLocal

@Suite struct `The demo` {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func demo(_ arguments: String...) async throws -> DemoReport {
        let state = folder.url.appending(path: "state").path
        let outcome = try await Program.product(
            "rivulet-local", ["demo", "--json", "--state", state] + arguments)
        try #require(outcome.status == 0, "\(outcome.errors)\(String(decoding: outcome.output, as: UTF8.self))")
        return try DemoReport(json: outcome.output)
    }

    /// Every number of the report against a model of the seeded world, with real functions, queues and files between.
    @Test(arguments: [42, 7] as [UInt64])
    func `comes to the numbers of its seeded world`(seed: UInt64) async throws {
        let report = try await demo("--seed", "\(seed)")
        let start = try #require(report.slots.first.flatMap { Timestamp(rfc3339: $0.instant) })
        let world = try ExpectedLake(
            seed: seed, start: start, slotCount: 3, languages: ["pt", "en", "es"],
            limit: DemoSource.streamsPerLanguage)

        #expect(report.violations == [])
        #expect(report.slots.map(\.bronzeRows) == world.slots.map(\.pulled.count))
        #expect(report.slots.map(\.repeatedInPull) == world.slots.map(\.repeated))
        #expect(report.slots.map(\.messages) == world.slots.map(\.messages.count))
        #expect(Set(report.slots.map(\.runID)).count == 3)

        let kept = world.slots.map(\.kept.count).reduce(0, +)
        let reasons = world.slots.map(\.reasons).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        #expect(report.layers.bronze == world.slots.map(\.pulled.count).reduce(0, +))
        #expect(report.layers.silver == kept)
        #expect(report.layers.duplicates == world.slots.map(\.duplicates).reduce(0, +))
        #expect(report.quarantineReasons == reasons)
        #expect(report.layers.quarantine == reasons.values.reduce(0, +))

        #expect(report.queue.sent == report.slots.map(\.messages).reduce(0, +) + 2)
        #expect(report.queue.stored == world.storedMessages)
        #expect(report.queue.deadLetters == world.unusableMessages + 1)
        #expect(report.queue.waiting == 0)

        expect(report.topGames, world.topGames)
        expect(report.topStreamers, world.topStreamers)
        #expect(report.layers.gold.count == 6)
        #expect(report.layers.gold["top_jogos"] == 10)
        #expect(report.layers.gold["participacao_idioma"] == 3)
    }

    private func expect(_ rows: [DemoReport.Ranked], _ expected: [ExpectedLake.Ranked]) {
        #expect(rows.map(\.position) == Array(1...10))
        #expect(rows.map(\.name) == expected.map(\.name))
        #expect(rows.map(\.peakViewers) == expected.map(\.peak))
        for (row, expected) in zip(rows, expected) {
            let hours = Double(expected.viewerSeconds) / 3600
            #expect(abs(row.hoursWatched - hours) <= 1e-9 * hours)
        }
    }

    @Test func `prints a picture for people`() async throws {
        let state = folder.url.appending(path: "state").path
        let outcome = try await Program.product("rivulet-local", ["demo", "--state", state])
        let text = String(decoding: outcome.output, as: UTF8.self)
        #expect(outcome.status == 0)
        for part in ["simulated Twitch, seed 42", "slot 3/3", "Top games", "Top streamers", "every invariant", "█"] {
            #expect(text.contains(part), "no '\(part)' in\n\(text)")
        }
        #expect(!text.contains("\u{1B}"), "colour is for terminals")
    }

    @Test func `names what is wrong with a recording`() async throws {
        let pages = folder.url.appending(path: "pages")
        try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
        try Data("<html>".utf8).write(to: pages.appending(path: "page-1.json"))
        let outcome = try await Program.product("rivulet-local", ["demo", "--from", pages.path])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("page-1.json"))
    }

    @Test func `refuses a bootstrap that is not there`() async throws {
        let outcome = try await Program.product(
            "rivulet-local", ["demo", "--state", folder.url.appending(path: "s").path, "--bootstrap", "/nowhere"])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("/nowhere"))
    }
}
