import AWSProtocol
import TestSupport
import Testing

@testable import S3

@Suite struct `XML documents of requests` {
    private func read(_ text: String) throws -> XMLNode {
        try XMLReader.read(Array(text.utf8))
    }

    @Test func `are read with entities, sections, comments and namespaces`() throws {
        let node = try read(
            """
            \u{FEFF}<?xml version="1.0"?> <!-- a --> <s3:Delete xmlns:s3="x" b = 'c'>
              <Object><Key>a&amp;b&#x41;&#66;<![CDATA[<c>]]></Key></Object><Quiet/>
            </s3:Delete> <!-- end -->
            """)
        #expect(node.name == "Delete")
        #expect(node["Object"]?.text(of: "Key") == "a&bAB<c>")
        #expect(node["Quiet"] == XMLNode(name: "Quiet"))
    }

    @Test func `keep blanks in text, with line ends as XML has them`() throws {
        #expect(try read("<a> b\r\nc\rd&#13; </a>").text == " b\nc\nd\r ")
    }

    @Test(arguments: [
        "", "text", "<a>", "<a></b>", "<a/><b/>", "<a/>text", "<a b></a>", "<a b=c/>", "<a b='<'/>", "<a>&nbsp;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#-1;</a>", "<a>&</a>", "<1/>", "<a>\u{1}</a>", "<a><![CDATA[</a>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><!-- </a>",
        String(repeating: "<a>", count: 40) + String(repeating: "</a>", count: 40),
    ])
    func `that are none are malformed`(text: String) {
        #expect(throws: S3Error.malformedXML) { try read(text) }
    }

    @Test func `in bytes that are not UTF-8 are malformed`() {
        #expect(throws: S3Error.malformedXML) { try XMLReader.read(Array("<a>".utf8) + [0xFF] + Array("</a>".utf8)) }
    }

    @Test(arguments: 0..<200)
    func `come back from what the writer makes of them`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let node = node(depth: 3, &random)
        #expect(try XMLReader.read(node.element.document) == node)
    }

    @Test(arguments: 0..<300)
    func `that were damaged do no harm`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = node(depth: 3, &random).element.document
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes.remove(at: index)
            case 1: bytes[index] = Array("<>&;/!-[]\"' x".utf8).randomElement(using: &random) ?? 0
            default: bytes.insert(contentsOf: bytes.prefix(index).suffix(5), at: index)
            }
        }
        do throws(S3Error) {
            _ = try XMLReader.read(bytes)
        } catch {
            #expect(error == .malformedXML)
        }
    }

    private func node(depth: Int, _ random: inout SeededGenerator) -> XMLNode {
        let name = ["Key", "Rule", "ID"].randomElement(using: &random) ?? "Key"
        guard depth > 0, Bool.random(using: &random) else {
            let scalars = Array("a&<>\"'\n\t\r]é\u{1F600} ".unicodeScalars)
            let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                String(scalars.randomElement(using: &random) ?? "a")
            }
            return XMLNode(name: name, text: text.joined())
        }
        let children = (0..<Int.random(in: 1...3, using: &random)).map { _ in node(depth: depth - 1, &random) }
        return XMLNode(name: name, children: children)
    }
}
