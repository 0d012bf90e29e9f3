import TestSupport
import Testing

@testable import AWSClient

@Suite struct `XML` {
    private func events(_ text: String) throws -> [XMLScanner.Event] {
        var scanner = XMLScanner(Array(text.utf8))
        var events: [XMLScanner.Event] = []
        while let event = try scanner.next() { events.append(event) }
        return events
    }

    @Test func `elements, text, CDATA and entities are read, the rest passed over`() throws {
        let text = """
            <?xml version="1.0"?><!-- <x> --><s:a xmlns:s="u>v" b='"'>1&lt;&gt;&amp;&quot;&apos;\
            &#65;&#x1F3AE;<![CDATA[<&>]]><c d="/"/></s:a >
            """
        #expect(
            try events(text) == [
                .start("a"), .text("1<>&\"'A🎮"), .text("<&>"), .start("c"), .end("c"), .end("a"),
            ])
    }

    @Test(arguments: [
        "<a", "<a b='>", "<!-- ", "<![CDATA[x]]", "<?x", "&amp", "<a>&nope;</a>", "&#xD800;", "&#;", "&#x;", "<>",
        "</>", "< a>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    ])
    func `what is cut off or foreign is refused`(text: String) {
        #expect(throws: XMLError.self) { try events(text) }
    }

    @Test func `a document is a tree`() throws {
        let tree = try XMLElement(document: Array("<r> <a>1</a><b/><a>2<c>3</c></a></r>".utf8))
        #expect(tree.name == "r")
        #expect(tree["a"] == "1")
        #expect(tree["b"] == "")
        #expect(tree["c"] == nil)
        #expect(tree.all("a").map(\.text) == ["1", "2"])
        #expect(tree.all("a").last?["c"] == "3")
    }

    @Test(arguments: ["", "text", "<a><b></a></b>", "<a>", "</a>", "<a><b></b>"])
    func `a tree that does not close is refused`(text: String) {
        #expect(throws: XMLError.self) { try XMLElement(document: Array(text.utf8)) }
    }

    @Test func `depth has a limit`() {
        let text = String(repeating: "<a>", count: 100_000)
        #expect(throws: XMLError.nestedTooDeep) { try XMLElement(document: Array(text.utf8)) }
    }

    @Test(arguments: 0..<300)
    func `damaged documents end in a tree or an error`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array("<?xml version='1.0'?><r x='1'><a>1&lt;2</a><!-- c --><![CDATA[d]]><b/></r>".utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert("<>/&;!-[]'\"".utf8.randomElement(using: &random) ?? 0, at: index)
            }
        }
        do {
            let tree = try XMLElement(document: bytes)
            #expect(!tree.name.isEmpty)
        } catch {
            #expect(error != .nestedTooDeep)
        }
    }

    @Test func `text is escaped so that it reads back`() throws {
        let text = "a<b>&\"c'ü🎮"
        #expect(try XMLElement(document: Array("<a>\(text.xmlEscaped)</a>".utf8)).text == text)
    }
}
