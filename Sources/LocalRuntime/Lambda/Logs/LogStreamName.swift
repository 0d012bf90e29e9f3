import AWSProtocol
import EmulatorClock

/// How Lambda names the log stream of an environment.
enum LogStreamName {
    /// `2026/03/01/[$LATEST]0123456789abcdef0123456789abcdef`
    static func make(at instant: Timestamp, _ version: Version) -> String {
        let date = instant.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)/\(two(date.month))/\(two(date.day))/[\(version.text)]\(digits())"
    }

    /// 32 random hex digits.
    private static func digits() -> String {
        let (high, low) = RandomWords.pair()
        return [high, low].map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
