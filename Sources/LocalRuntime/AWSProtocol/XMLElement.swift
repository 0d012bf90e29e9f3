/// An XML element to be written: the answers of S3 and of the Query protocol.
package struct XMLElement: Sendable {
    package enum Content: Sendable {
        case text(String)
        case children([XMLElement])
    }

    package var name: String
    package var attributes: [(name: String, value: String)]
    package var content: Content

    package init(_ name: String, _ text: String, attributes: [(name: String, value: String)] = []) {
        self.name = name
        self.attributes = attributes
        content = .text(text)
    }

    package init(_ name: String, attributes: [(name: String, value: String)] = [], _ children: [XMLElement]) {
        self.name = name
        self.attributes = attributes
        content = .children(children)
    }

    /// The element as a document, with the XML declaration in front.
    package var document: [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(text)".utf8)
    }

    package var text: String {
        let head = attributes.reduce(name) { "\($0) \($1.name)=\"\(Self.escape($1.value))\"" }
        switch content {
        case .text(let text): return text.isEmpty ? "<\(head)/>" : "<\(head)>\(Self.escape(text))</\(name)>"
        case .children(let children):
            return children.isEmpty ? "<\(head)/>" : "<\(head)>\(children.map(\.text).joined())</\(name)>"
        }
    }

    /// Escapes for text and attributes. A control character that XML cannot carry becomes a character reference, as S3
    /// sends it in keys.
    private static func escape(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\r": output += "&#13;"
            case _ where scalar.value < 0x20 && scalar != "\n" && scalar != "\t":
                output += "&#x\(String(scalar.value, radix: 16));"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }
}
