import Glibc

/// Colour and width for people; plain text for files and pipes. https://no-color.org
struct Paint: Sendable {
    let isColoured: Bool

    /// Colours only where `descriptor` is a terminal that wants them.
    init(descriptor: Int32 = STDOUT_FILENO) {
        isColoured =
            isatty(descriptor) == 1 && getenv("NO_COLOR") == nil && getenv("TERM").map { strcmp($0, "dumb") } != 0
    }

    func bold(_ text: String) -> String { paint(text, "1") }
    func dim(_ text: String) -> String { paint(text, "2") }
    func green(_ text: String) -> String { paint(text, "32") }
    func red(_ text: String) -> String { paint(text, "31") }
    func cyan(_ text: String) -> String { paint(text, "36") }
    func purple(_ text: String) -> String { paint(text, "35") }

    private func paint(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    /// A bar of eighths of a cell, `cells` wide at a share of 1.
    static func bar(_ share: Double, cells: Int) -> String {
        let eighths = Int((max(0, min(1, share)) * Double(cells) * 8).rounded())
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return String(repeating: "█", count: eighths / 8) + rest
    }

    /// `text` cut or filled to a width in terminal cells; East Asian wide characters and emoji take two.
    static func fit(_ text: String, _ width: Int) -> String {
        var used = 0
        var kept = ""
        for character in text where !character.isNewline {
            let cells = Self.cells(character)
            if used + cells > width { break }
            kept.append(character)
            used += cells
        }
        return kept + String(repeating: " ", count: width - used)
    }

    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func cells(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        case 0..<0x20, 0x7F..<0xA0: return 0
        default: return 1
        }
    }
}

extension Int {
    /// With a thin mark between thousands: `12,345`.
    var grouped: String {
        let digits = Array(String(magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).reversed().map { end in
            String(digits[Swift.max(0, end - 3)..<end])
        }
        return (self < 0 ? "-" : "") + groups.joined(separator: ",")
    }
}
