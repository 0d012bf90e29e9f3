/// When a walk that came to its end is not believed: a pull with far fewer streams than shortly before is more likely
/// cut off than true (twitchdev/issues#199, #240, #543: walks over 80,000 streams that ended at 35,000 to 60,000).
struct ShrinkRule: Sendable, Equatable {
    /// A walk with less than this share of the rows that it had before has shrunk; 0 believes every end.
    let percent: Int

    /// Walks with fewer rows rise and fall by chance.
    static let smallestWalk = 50
    /// What was longer ago tells nothing of now: nights have fewer streams than evenings.
    static let lookBackHours = 2

    /// Reads `SHRINK_PERCENT`.
    init(_ settings: Settings) throws {
        percent = try settings.integer("SHRINK_PERCENT", default: 60, in: 0...99)
    }

    func isShrunk(_ rows: Int, from earlier: Int) -> Bool {
        earlier >= Self.smallestWalk && rows * 100 < earlier * percent
    }
}
