import TestSupport
import Testing

@testable import Traces

@Suite struct `What waits to be written` {
    private struct Waiting: Equatable {
        var number: Int
        var weight: Int
    }

    /// Beside a plain list of all that was ever added.
    @Test(arguments: 0..<100 as Range<UInt64>)
    func `of a flood the newest stay, in their order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (kept, pieceWeight) = (Int.random(in: 1...200, using: &random), Int.random(in: 0...60, using: &random))
        let heaviest = Int.random(in: 1...100, using: &random)
        var backlog = Backlog<Waiting>(kept: kept, pieceWeight: pieceWeight)
        var added: [Waiting] = []
        var hasGivenUp = false
        for number in 0..<Int.random(in: 0...500, using: &random) {
            let new = Waiting(number: number, weight: Int.random(in: 1...heaviest, using: &random))
            added.append(new)
            if backlog.append(new, weight: new.weight) { hasGivenUp = true }
        }
        let taken = backlog.take().flatMap { $0 }
        #expect(taken == added.suffix(taken.count))
        #expect(hasGivenUp == (taken.count < added.count))
        let weight = taken.reduce(0) { $0 + $1.weight }
        #expect(!hasGivenUp || weight >= kept)
        #expect(weight <= kept + pieceWeight + heaviest)
        #expect(backlog.take().flatMap { $0 }.isEmpty)
    }
}
