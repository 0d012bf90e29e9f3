/// What a dynamic loader needs to start an ELF file: read from its headers alone, nothing is run.
///
/// https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html
struct ELFFile: Sendable, Equatable {
    /// The processors that Lambda has, and any other by its number.
    enum Machine: Sendable, Equatable {
        case x86_64
        case arm64
        case other(UInt16)

        init(_ number: UInt16) {
            switch number {
            case 62: self = .x86_64
            case 183: self = .arm64
            default: self = .other(number)
            }
        }
    }

    let machine: Machine
    /// The loader that the file names; nil for a static executable and for a library.
    let interpreter: String?
    /// The libraries that it asks for, in its own order.
    let needed: [String]
    /// Folders to look in first, `$ORIGIN` as it stands.
    let runPath: [String]
    /// The symbol versions that it asks of each library, such as `GLIBC_2.34`; weak ones left out.
    let versions: [String: [String]]

    /// Whether no loader and no library is needed.
    var isStatic: Bool { interpreter == nil && needed.isEmpty }

    /// The newest version of a family, such as `GLIBC`, that the file asks for.
    func newest(_ family: String) -> SymbolVersion? {
        versions.values.joined().compactMap(SymbolVersion.init).filter { $0.family == family }.max()
    }
}

/// A symbol version such as `GLIBC_2.34`, ordered by its numbers within its family.
struct SymbolVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    let family: String
    let numbers: [Int]

    /// nil for a name without numbers, such as `GLIBC_PRIVATE`.
    init?(_ text: String) {
        guard let underscore = text.lastIndex(of: "_") else { return nil }
        let parts = text[text.index(after: underscore)...].split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, underscore > text.startIndex else { return nil }
        family = String(text[..<underscore])
        self.numbers = numbers
    }

    static func < (left: SymbolVersion, right: SymbolVersion) -> Bool {
        left.family == right.family
            ? left.numbers.lexicographicallyPrecedes(right.numbers) : left.family < right.family
    }

    var description: String { "\(family)_\(numbers.map(String.init).joined(separator: "."))" }
}

/// Why bytes are no ELF file that Lambda could start.
enum ELFError: Error, Equatable {
    case notELF
    case unsupported(String)
    case damaged(String)
}

extension ELFError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notELF: "It is no ELF file: a script or a program of another system does not start on Lambda."
        case .unsupported(let what): "It is \(what), which Lambda has no processor for: build for x86_64 or arm64."
        case .damaged(let part): "Its \(part) points outside the file: it was cut off or changed; build it again."
        }
    }
}
