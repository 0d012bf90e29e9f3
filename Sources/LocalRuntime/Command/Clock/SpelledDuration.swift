/// A length of time as people write it: `14d`, `1h30m`, `90s`, `250ms`.
struct SpelledDuration: Equatable {
    let duration: Duration

    private static let milliseconds: [String: Int64] = [
        "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]

    /// nil for anything that is not a row of whole numbers, each with its unit, or that is longer than a century.
    init?(_ text: String) {
        var rest = text[...]
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard digits.count < 14, let number = Int64(digits), let factor = Self.milliseconds[String(unit)]
            else { return nil }
            let (part, overflows) = number.multipliedReportingOverflow(by: factor)
            guard !overflows, part <= 36_525 * 86_400_000 else { return nil }
            total += part
            rest = rest.dropFirst(digits.count + unit.count)
        }
        guard !text.isEmpty, total <= 36_525 * 86_400_000 else { return nil }
        duration = .milliseconds(total)
    }
}
