import AWSProtocol

/// An expression over metrics by their ids: numbers, ids, `+ - * /`, a sign and parentheses.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
indirect enum MetricMath: Sendable, Equatable {
    case number(Double)
    case metric(id: String)
    case negative(MetricMath)
    case operation(Character, MetricMath, MetricMath)

    /// - Throws: `CloudWatchError.badExpression` for what cannot be read, `NotImplemented` for a function.
    init(parsing text: String) throws {
        var reader = MetricMathReader(text)
        self = try reader.expression()
        try reader.end()
    }

    var ids: Set<String> {
        switch self {
        case .number: []
        case .metric(let id): [id]
        case .negative(let inner): inner.ids
        case .operation(_, let left, let right): left.ids.union(right.ids)
        }
    }

    /// The value at one instant; nil where a metric has none there, and where the result is no number: a share of no
    /// invocations is no share.
    func value(_ metrics: [String: Double]) -> Double? {
        let result: Double? =
            switch self {
            case .number(let number): number
            case .metric(let id): metrics[id]
            case .negative(let inner): inner.value(metrics).map { -$0 }
            case .operation(let sign, let left, let right):
                left.value(metrics).flatMap { left in
                    right.value(metrics).map { Self.apply(sign, left, $0) }
                }
            }
        return result.flatMap { $0.isFinite ? $0 : nil }
    }

    private static func apply(_ sign: Character, _ left: Double, _ right: Double) -> Double {
        switch sign {
        case "+": left + right
        case "-": left - right
        case "*": left * right
        default: left / right
        }
    }
}

/// Reads an expression by descent: sums of products of factors.
private struct MetricMathReader {
    private let text: String
    private var rest: Substring
    private var depth = 0

    /// Parentheses and signs within each other; AWS's expressions are 1,024 characters at most.
    private static let deepest = 64

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func expression() throws -> MetricMath {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw CloudWatchError.badExpression(text) }
        var left = try product()
        while let sign = take("+-") { left = .operation(sign, left, try product()) }
        return left
    }

    mutating func end() throws {
        skipSpaces()
        guard rest.isEmpty else { throw CloudWatchError.badExpression(text) }
    }

    private mutating func product() throws -> MetricMath {
        var left = try factor()
        while let sign = take("*/") { left = .operation(sign, left, try factor()) }
        return left
    }

    private mutating func factor() throws -> MetricMath {
        if take("-") != nil {
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.deepest else { throw CloudWatchError.badExpression(text) }
            return .negative(try factor())
        }
        if take("(") != nil {
            let inner = try expression()
            guard take(")") != nil else { throw CloudWatchError.badExpression(text) }
            return inner
        }
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") }
        rest = rest.dropFirst(word.count)
        if let number = Double(word) { return .number(number) }
        guard let first = word.first, first.isLetter else { throw CloudWatchError.badExpression(text) }
        skipSpaces()
        guard rest.first != "(" else { throw NotImplemented("the metric math function \(word)") }
        return .metric(id: String(word))
    }

    private mutating func take(_ characters: String) -> Character? {
        skipSpaces()
        guard let first = rest.first, characters.contains(first) else { return nil }
        rest.removeFirst()
        skipSpaces()
        return first
    }

    private mutating func skipSpaces() {
        rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" }
    }
}
