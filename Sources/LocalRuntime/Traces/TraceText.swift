package import AWSProtocol
import EmulatorClock

/// Traces for people.
package enum TraceText {
    /// How far the names of spans may push their durations to the right.
    private static let widest = 72

    /// The tree: when, what, how long, and with what error, a line for each span.
    package static func tree(_ root: String, _ spans: [Span]) -> String {
        let rows = TraceTree(spans).roots.flatMap { lines(of: $0, stem: "", branch: "") }
        let width = min(rows.map(\.name.count).max() ?? 0, widest)
        let errors = spans.count { $0.error != nil }
        let head = "\(root)  \(count(spans.count, "span"))" + (errors == 0 ? "" : ", \(count(errors, "error"))")
        return ([head] + rows.map { text($0.name, $0.span, width) }).joined(separator: "\n")
    }

    /// A line for each trace, the latest first.
    package static func list(_ traces: [TraceSummary]) -> String {
        traces.map { trace in
            let errors = trace.errors == 0 ? "" : "  ! \(count(trace.errors, "error"))"
            return "\(trace.first.began.rfc3339)  \(trace.first.trace)  \(name(of: trace.first))  "
                + "\(milliseconds(trace.duration.microseconds)) ms  \(count(trace.spans, "span"))\(errors)"
        }.joined(separator: "\n")
    }

    private static func lines(
        of node: TraceTree.Node, stem: String, branch: String
    ) -> [(name: String, span: Span)] {
        let below = branch.isEmpty ? stem : stem + (branch.hasPrefix("└") ? "   " : "│  ")
        let children = node.children.enumerated().flatMap { index, child in
            lines(of: child, stem: below, branch: index == node.children.count - 1 ? "└─ " : "├─ ")
        }
        return [(name: "\(stem)\(branch)\(name(of: node.span))", span: node.span)] + children
    }

    private static func text(_ name: String, _ span: Span, _ width: Int) -> String {
        let padded = name + String(repeating: " ", count: max(0, width - name.count))
        let duration = milliseconds(span.duration.microseconds)
        let right = String(repeating: " ", count: max(0, 9 - duration.count)) + duration
        let more = [
            span.detail.map { "(\($0))" }, span.linkedTrace.map { "see trace \($0)" }, span.error.map { "! \($0)" },
        ]
        let rest = more.compactMap { $0 }.map(oneLine).joined(separator: "  ")
        return "\(span.began.rfc3339)  \(padded)  \(right) ms" + (rest.isEmpty ? "" : "  \(rest)")
    }

    private static func name(of span: Span) -> String {
        [span.subject.service, span.subject.operation, span.subject.resource].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// `12.345`
    static func milliseconds(_ microseconds: Int64) -> String {
        let fraction = String(microseconds % 1000)
        return "\(microseconds / 1000).\(String(repeating: "0", count: 3 - fraction.count))\(fraction)"
    }

    private static func count(_ number: Int, _ what: String) -> String {
        "\(number) \(what)\(number == 1 ? "" : "s")"
    }

    /// A cause may hold line ends, and whatever else a terminal would take for a command.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
