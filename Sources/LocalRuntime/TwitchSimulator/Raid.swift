import EmulatorClock
import Glibc

/// The viewers that a broadcaster has sent on to another one at the end of a stream.
struct Raid: Sendable, Equatable {
    /// Who sent them.
    let userID: Int
    /// On a whole minute, as everything about which the list of streams, which is kept for a minute, has to be right.
    let at: Timestamp
    let viewers: Int

    /// After this long nobody of them is left.
    static let memory = Duration.seconds(6000)

    /// How many are there still: half an hour takes away two thirds.
    func viewers(at instant: Timestamp) -> Int {
        let age = instant - at
        guard age >= .zero, age < Self.memory else { return 0 }
        return Int(Double(viewers) * exp(-Double(age.milliseconds) / 1_800_000))
    }
}
