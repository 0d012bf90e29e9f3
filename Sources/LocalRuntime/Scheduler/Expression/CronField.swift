/// The numbers that a field of a cron expression names: lists, ranges, steps and names.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
struct CronField: Sendable, Equatable {
    /// What numbers a field may have, and how they may be spelled.
    struct Domain: Sendable {
        var range: ClosedRange<Int>
        /// Names of the numbers from the lowest on.
        var names: [String] = []

        static let minutes = Domain(range: 0...59)
        static let hours = Domain(range: 0...23)
        static let daysOfMonth = Domain(range: 1...31)
        static let months = Domain(
            range: 1...12,
            names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
        /// Sunday is 1.
        static let daysOfWeek = Domain(range: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])
        static let years = Domain(range: 1970...2199)

        /// A number or a name; nil for what is outside the domain.
        func number(_ text: Substring) -> Int? {
            if let index = names.firstIndex(of: text.uppercased()) { return range.lowerBound + index }
            guard !text.isEmpty, text.utf8.count <= 4, text.utf8.allSatisfy({ (48...57).contains($0) }),
                let number = Int(text), range.contains(number)
            else { return nil }
            return number
        }
    }

    /// Ascending.
    let numbers: [Int]
    private let set: Set<Int>

    /// nil for a text that names no numbers of the domain.
    init?(_ text: Substring, _ domain: Domain) {
        var set: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let numbers = Self.numbers(part, domain) else { return nil }
            set.formUnion(numbers)
        }
        self.set = set
        numbers = set.sorted()
    }

    func contains(_ number: Int) -> Bool { set.contains(number) }

    /// `5`, `5-10`, `*`, each with or without a step: `0/15`, `10-50/20`, `*/2`.
    private static func numbers(_ part: Substring, _ domain: Domain) -> [Int]? {
        let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
        guard pieces.count <= 2, let first = pieces.first, var range = range(first, domain) else { return nil }
        guard pieces.count == 2 else { return Array(range) }
        guard pieces[1].utf8.count <= 4, let step = Int(pieces[1]), step > 0 else { return nil }
        if !first.contains("-"), first != "*" { range = range.lowerBound...domain.range.upperBound }
        return Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
    }

    private static func range(_ text: Substring, _ domain: Domain) -> ClosedRange<Int>? {
        if text == "*" { return domain.range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let low = ends.first.flatMap(domain.number) else { return nil }
        switch ends.count {
        case 1: return low...low
        case 2: return domain.number(ends[1]).flatMap { $0 >= low ? low...$0 : nil }
        default: return nil
        }
    }
}
