import TestSupport
import Testing

@Suite struct `A schedule's replay` {
    @Test func `a seed that fails comes first in the next run, until it passes`() async throws {
        let folder = try TemporaryFolder()
        let seed = UInt64(1) << 40
        func next() -> Schedule? { Schedule.all("shaky", usually: 1, folder: folder.url).first }
        await #expect(throws: (any Error).self) {
            try await Schedule(seed: seed, name: "shaky", folder: folder.url).run { _ in throw Disagreement("as told") }
        }
        let again = try #require(next())
        #expect(again.seed == seed)
        var drawn: UInt64?
        try await again.run { drawn = $0.next() }
        var expected = SeededGenerator(seed: seed)
        #expect(drawn == expected.next())
        #expect(next()?.seed == 0)
    }
}
