/// A path into JSON, as the Amazon States Language has them: `$.a.b[0]`, `$$.Execution.Id`, `$..price`,
/// `$.list[?(@.n > 1)]`.
/// https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
struct JSONPath: Sendable, Equatable {
    indirect enum Step: Sendable, Equatable {
        case member(String)
        case members([String])
        case index(Int)
        case indexes([Int])
        case slice(from: Int?, to: Int?)
        case wildcard
        case filter(PathFilter)
        /// The step applied to every value below, outermost first.
        case descend(Step)
    }

    /// The path as written.
    let text: String
    /// Whether it starts at the context object (`$$`) instead of the input.
    let isContext: Bool
    let steps: [Step]

    /// Whether it names at most one value; every other path gives a list.
    var isDefinite: Bool {
        steps.allSatisfy { step in
            switch step {
            case .member, .index: true
            default: false
            }
        }
    }

    /// A reference path names one place and is all that may be written to.
    /// https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html#amazon-states-language-reference-paths
    var isReference: Bool { isDefinite }

    static let whole = JSONPath(text: "$", isContext: false, steps: [])
}

/// Where a text is not a path.
struct PathSyntaxError: Error, Equatable {
    let reason: String
}

/// The condition of `[?(…)]`.
indirect enum PathFilter: Sendable, Equatable {
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case unequal = "!="
        case atMost = "<="
        case atLeast = ">="
        case less = "<"
        case greater = ">"
    }

    enum Operand: Sendable, Equatable {
        case literal(JSONValueLiteral)
        /// `@.a` of the candidate, or `$.a` of the whole input.
        case path(isCandidate: Bool, [JSONPath.Step])
    }

    case exists(Operand)
    case compare(Operand, Comparison, Operand)
    case and(PathFilter, PathFilter)
    case or(PathFilter, PathFilter)
    case not(PathFilter)
}

/// What may stand as a literal in a filter.
enum JSONValueLiteral: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
}
