import AWSProtocol
import TestSupport
import Testing

@testable import S3

@Suite struct `Checksums` {
    /// The check values of https://reveng.sourceforge.io/crc-catalogue/ for the text 123456789.
    @Test(arguments: [
        (ChecksumAlgorithm.crc32, "cbf43926"), (.crc32c, "e3069283"), (.crc64nvme, "ae8b14860a799888"),
        (.sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        (.sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"),
    ])
    func `agree with the published check values`(algorithm: ChecksumAlgorithm, hex: String) {
        let checksum = RunningChecksum.of(Array("123456789".utf8), algorithm)
        #expect(Base64.decode(checksum.value).map { Hex.encode($0) } == hex)
    }

    @Test(arguments: ChecksumAlgorithm.allCases, 0..<8)
    func `do not depend on where a body is cut`(algorithm: ChecksumAlgorithm, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        var running = RunningChecksum(algorithm)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...40, using: &random))
            running.update(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        #expect(running.finish() == RunningChecksum.of(bytes, algorithm))
    }

    @Test(arguments: [ChecksumAlgorithm.crc32, .crc32c, .crc64nvme], 0..<8)
    func `of a whole follow from those of its parts`(algorithm: ChecksumAlgorithm, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = (0...Int.random(in: 0...4, using: &random)).map { _ in
            (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let whole = MultipartChecksum.checksum(
            ofParts: parts.map { (RunningChecksum.of($0, algorithm).value, Int64($0.count)) }, algorithm, .fullObject)
        #expect(whole == RunningChecksum.of(parts.flatMap(\.self), algorithm))
    }

    @Test func `of parts are composite, with their number behind`() {
        let parts = ["a", "b"].map { RunningChecksum.of(Array($0.utf8), .sha256).value }
        let whole = MultipartChecksum.checksum(ofParts: parts.map { ($0, 1) }, .sha256, .composite)
        let digests = parts.flatMap { Base64.decode($0) ?? [] }
        #expect(whole?.value == RunningChecksum.of(digests, .sha256).value + "-2")
        #expect(MultipartChecksum.checksum(ofParts: [("no base64", 1)], .sha256, .composite) == nil)
    }

    @Test func `of an upload's ETag are the MD5 of MD5s`() {
        let etag = MultipartChecksum.etag(ofParts: ["d41d8cd98f00b204e9800998ecf8427e"])
        #expect(etag?.value == "59adb24ef3cdbe0297f05b395827453f-1")
        #expect(MultipartChecksum.etag(ofParts: ["zz"]) == nil)
    }
}
