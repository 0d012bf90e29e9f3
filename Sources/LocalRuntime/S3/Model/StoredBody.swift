/// Where an object's bytes lie.
enum StoredBody: Sendable {
    /// In the row itself: one commit is all that a small object costs.
    case inline([UInt8])
    case file(BodyFile)

    var file: BodyFile? {
        if case .file(let file) = self { file } else { nil }
    }
}

/// The opaque name of a body's file: random, and never derived from a key.
struct BodyFile: Hashable, Sendable {
    let name: String

    init(name: String) {
        self.name = name
    }

    static func random() -> BodyFile {
        var generator = SystemRandomNumberGenerator()
        return BodyFile(name: [generator.next(), generator.next()].map(hex).joined())
    }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
