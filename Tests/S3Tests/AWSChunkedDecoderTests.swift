import TestSupport
import Testing

@testable import S3

@Suite struct `aws-chunked bodies` {
    private func decode(_ pieces: [[UInt8]], isSigned: Bool = false) throws -> ([UInt8], [String: String]) {
        var decoder = AWSChunkedDecoder(isSigned: isSigned)
        let bytes = try pieces.flatMap { try decoder.decode($0) }
        return (bytes, try decoder.finish())
    }

    private func decode(_ text: String, isSigned: Bool = false) throws -> (String, [String: String]) {
        let (bytes, trailers) = try decode([Array(text.utf8)], isSigned: isSigned)
        return (String(decoding: bytes, as: UTF8.self), trailers)
    }

    @Test func `lose their sizes and give their trailers`() throws {
        let (text, trailers) = try decode(
            "5\r\nhello\r\n6\r\n world\r\n0\r\nX-Amz-Checksum-CRC32: DUoRhQ==\r\n\r\n")
        #expect(text == "hello world")
        #expect(trailers == ["x-amz-checksum-crc32": "DUoRhQ=="])
    }

    @Test func `may be signed chunk by chunk, the trailers with them`() throws {
        let signature = ";chunk-signature=" + String(repeating: "0", count: 64)
        let (text, trailers) = try decode(
            "3\(signature)\r\nabc\r\n0\(signature)\r\nx-amz-checksum-crc32c:aa==\r\n"
                + "x-amz-trailer-signature:00\r\n\r\n", isSigned: true)
        #expect(text == "abc")
        #expect(trailers["x-amz-checksum-crc32c"] == "aa==")
        #expect(trailers["x-amz-trailer-signature"] == "00")
        #expect(throws: S3Error.malformedChunks) { try decode("3\r\nabc\r\n0\r\n\r\n", isSigned: true) }
    }

    @Test(arguments: 0..<40)
    func `do not depend on where the network cuts them`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let chunks = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            (0..<Int.random(in: 1...90, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let framed =
            chunks.flatMap { Array("\(String($0.count, radix: 16))\r\n".utf8) + $0 + [13, 10] }
            + Array("0\r\na:b\r\n\r\n".utf8)
        var pieces: [[UInt8]] = []
        var rest = framed[...]
        while !rest.isEmpty {
            pieces.append(Array(rest.prefix(Int.random(in: 1...20, using: &random))))
            rest = rest.dropFirst(pieces[pieces.count - 1].count)
        }
        let (bytes, trailers) = try decode(pieces)
        #expect(bytes == chunks.flatMap(\.self))
        #expect(trailers == ["a": "b"])
    }

    @Test(arguments: [
        "x\r\n", "5\r\nhelloXX", "-5\r\nhello\r\n", "5 \r\nhello\r\n", "\r\n", "fffffffffffffffffffff\r\n",
        "0\r\nno colon\r\n\r\n", String(repeating: "1", count: 2000),
    ])
    func `of another shape are refused`(text: String) {
        #expect(throws: S3Error.malformedChunks) { try decode(text) }
    }

    @Test(arguments: ["", "5\r\nhel", "5\r\nhello\r\n", "5"])
    func `that end before their last chunk are incomplete`(text: String) {
        #expect(throws: S3Error.incompleteBody) { try decode(text) }
    }

    @Test(arguments: 0..<200)
    func `of any bytes whatever do no harm`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("0123456789abcdef;=\r\n:x".utf8)
        var decoder = AWSChunkedDecoder(isSigned: Bool.random(using: &random))
        let input = (0..<200).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        do throws(S3Error) {
            let output = try decoder.decode(input)
            #expect(output.count <= input.count)
            _ = try decoder.finish()
        } catch {
            #expect(error == .malformedChunks || error == .incompleteBody)
        }
    }
}
