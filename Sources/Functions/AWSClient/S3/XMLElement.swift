/// An element of an answer: its text and the elements within.
struct XMLElement: Equatable {
    let name: String
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    /// S3's answers are four deep.
    private static let depthLimit = 16

    private init(name: String) {
        self.name = name
    }

    /// Reads a whole document.
    init(document: [UInt8]) throws(XMLError) {
        var scanner = XMLScanner(document)
        var open: [XMLElement] = []
        while let event = try scanner.next() {
            switch event {
            case .start(let name):
                guard open.count < Self.depthLimit else { throw .nestedTooDeep }
                open.append(XMLElement(name: name))
            case .text(let text):
                if !open.isEmpty { open[open.count - 1].text += text }
            case .end(let name):
                guard let closed = open.popLast(), closed.name == name else {
                    throw .unexpected("</\(name)>", offset: document.count)
                }
                guard !open.isEmpty else {
                    self = closed
                    return
                }
                open[open.count - 1].children.append(closed)
            }
        }
        throw .endsInside(open.last?.name ?? "the document")
    }

    /// The text of the first child of that name.
    subscript(name: String) -> String? {
        children.first { $0.name == name }?.text
    }

    /// Every child of that name.
    func all(_ name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }
}

extension String {
    /// As text between two tags.
    var xmlEscaped: String {
        var escaped = ""
        for character in unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
