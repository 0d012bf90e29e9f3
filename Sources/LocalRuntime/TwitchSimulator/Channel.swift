import EmulatorClock
import Glibc

/// A broadcaster: who, in which language, how large.
struct Channel: Sendable {
    let index: Int
    let userID: Int
    let login: String
    let displayName: String
    let language: String
    /// Viewers in the middle of a usual stream.
    let usualViewers: Double
    let broadcasterType: String
    let createdAt: Timestamp
    /// Banned and renamed users are missing from `GET /users`.
    let isKnown: Bool
    /// Content classification labels; most channels have none.
    let contentLabels: [String]
    private let eveningHour: Int

    init(index: Int, of count: Int, hash: SeededHash) {
        self.index = index
        userID = 100_000_000 + index * 37
        let language = Self.language(for: hash.of(0).unit)
        self.language = language.code
        eveningHour = language.eveningHour
        login = "\(hash.of(1).pick(WordLists.loginStarts))\(hash.of(2).pick(WordLists.loginEnds))\(index)"
        displayName = Self.displayName(login: login, language: language.code, index: index, hash.of(3))
        usualViewers = Self.viewers(atRank: 1 + hash.of(4).unit * Double(count) / 7.5)
        broadcasterType = usualViewers > 1000 ? "partner" : usualViewers > 25 ? "affiliate" : ""
        createdAt = Timestamp(milliseconds: 1_325_376_000_000 + Int64(hash.of(5).unit * 3.9e11))
        isKnown = hash.of(6).unit >= 0.004
        contentLabels = hash.of(7).unit < 0.12 ? [hash.of(8).pick(WordLists.contentLabels)] : []
    }

    /// The stream of one day, if there is one: begun around the evening of the channel's language, and over before the next.
    /// It is two broadcasts when it breaks off and comes back late.
    func sessions(onDay day: Int, hash: SeededHash) -> [Session] {
        guard var evening = evening(ofDay: day, hash: hash) else { return [] }
        // No evening lasts beyond the second day after its own.
        for next in [day + 1, day + 2] where evening.hours > 6 {
            guard let later = self.evening(ofDay: next, hash: hash) else { continue }
            evening.end = max(evening.start + 720, min(evening.end, later.start - 300))
        }
        let whole = Session(
            start: Timestamp(milliseconds: evening.start * 1000), end: Timestamp(milliseconds: evening.end * 1000))
        return whole.broken(by: hash.of(index).of(day).of(6))
    }

    /// Seconds since the epoch.
    private struct Evening {
        let start: Int64
        var end: Int64
        var hours: Int64 { (end - start) / 3600 }
    }

    private func evening(ofDay day: Int, hash: SeededHash) -> Evening? {
        let hash = hash.of(index).of(day)
        guard hash.of(0).unit < 0.5 else { return nil }
        let spread = (hash.of(1).unit + hash.of(2).unit + hash.of(3).unit - 1.5) * 8
        let hours = min(46, 3.2 * exp(0.75 * Self.normal(hash.of(4).unit, hash.of(5).unit)))
        let start = Int64(day) * 86_400 + Int64((Double(eveningHour) - 2 + spread) * 3600)
        return Evening(start: start, end: start + Int64(max(0.2, hours) * 3600))
    }

    private static func language(for unit: Double) -> (code: String, share: Double, eveningHour: Int) {
        var left = unit
        for language in WordLists.languages {
            left -= language.share
            if left < 0 { return language }
        }
        return WordLists.languages[WordLists.languages.count - 1]
    }

    private static func displayName(login: String, language: String, index: Int, _ hash: SeededHash) -> String {
        if let names = WordLists.displayNames[language], hash.of(0).unit < 0.6 {
            return "\(hash.of(1).pick(names))\(index)"
        }
        return hash.of(2).unit < 0.5 ? login : login.prefix(1).uppercased() + login.dropFirst()
    }

    /// Viewers by rank as measured: flat among the first ten, slope -0.85 to rank 1000, steep in the tail.
    private static func viewers(atRank rank: Double) -> Double {
        if rank <= 10 { return 51_713 * pow(rank, -0.47) }
        if rank <= 1000 { return 17_544 * pow(rank / 10, -0.85) }
        return 350 * pow(rank / 1000, -5)
    }

    /// A normal deviate from two uniform ones (Box and Muller).
    private static func normal(_ first: Double, _ second: Double) -> Double {
        sqrt(-2 * log(max(first, 1e-12))) * cos(2 * .pi * second)
    }
}
