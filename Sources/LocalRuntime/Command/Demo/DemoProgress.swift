import Glibc

/// What the demo says while it works: a line a slot, growing on a terminal, whole elsewhere. With `--json` it goes to
/// standard error, so that standard output is data alone.
struct DemoProgress: Sendable {
    private let descriptor: Int32
    private let isTerminal: Bool
    private let paint: Paint

    init(isJSON: Bool) {
        descriptor = isJSON ? STDERR_FILENO : STDOUT_FILENO
        isTerminal = isatty(descriptor) == 1
        paint = Paint(descriptor: descriptor)
    }

    func begin(source: DemoSource, state: String) {
        write(paint.bold("Rivulet demo") + "  \(source.description)\n" + paint.dim("state in \(state)") + "\n\n")
    }

    /// The slot's line so far.
    func working(_ slot: SlotLine) {
        if isTerminal { write("\r\u{1B}[K" + text(slot)) }
    }

    /// The slot's line, finished.
    func done(_ slot: SlotLine, seconds: Double) {
        write(
            (isTerminal ? "\r\u{1B}[K" : "") + text(slot) + paint.dim("  \(DemoSummary.decimal(seconds, 1)) s") + "\n")
    }

    func end() {
        write("\n")
    }

    private func text(_ slot: SlotLine) -> String {
        let steps = slot.steps.map { step in
            "\(step.isDone ? paint.green("✓") : paint.dim("…")) \(step.name)"
                + (step.figure.isEmpty ? "" : " " + paint.bold(step.figure))
        }
        return paint.dim("slot \(slot.number)/\(slot.count) \(slot.time)") + "  " + steps.joined(separator: "  ")
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let written = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { return }
            start += written
        }
    }
}

/// One slot's steps and how far each is.
struct SlotLine: Sendable {
    struct Step: Sendable {
        var name: String
        var figure = ""
        var isDone = false
    }

    let number: Int
    let count: Int
    /// UTC time of day, `21:30`.
    let time: String
    private(set) var steps: [Step] = []

    init(number: Int, count: Int, time: String) {
        self.number = number
        self.count = count
        self.time = time
    }

    mutating func begin(_ name: String) {
        steps.append(Step(name: name))
    }

    mutating func finish(_ name: String, _ figure: String = "") {
        guard let index = steps.lastIndex(where: { $0.name == name }) else { return }
        steps[index].figure = figure
        steps[index].isDone = true
    }
}
