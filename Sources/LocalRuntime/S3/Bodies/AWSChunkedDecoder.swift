import AWSProtocol

/// Unwraps an `aws-chunked` body as it arrives: chunks with their sizes and perhaps signatures, then trailers.
///
///     10000;chunk-signature=ad80…\r\n <65,536 bytes> \r\n 0;chunk-signature=b6c6…\r\n x-amz-checksum-crc32:…\r\n\r\n
///
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and sigv4-streaming-trailers.html
struct AWSChunkedDecoder {
    private enum State {
        case size
        case data(left: Int)
        case dataEnd(left: ArraySlice<UInt8>)
        case trailers
    }

    private static let longestLine_bytes = 1024
    private static let longestTrailers_bytes = 16 << 10
    private static let lineEnd: [UInt8] = [13, 10]

    private let isSigned: Bool
    private var signatures: ChunkSignatures?
    private var state = State.size
    /// Bytes of a line or of the trailers that have not all come yet.
    private var text: [UInt8] = []

    /// - Parameters:
    ///   - isSigned: whether each chunk must carry a signature.
    ///   - signature: the request's, where those of the chunks are to be verified.
    init(isSigned: Bool, signature: VerifiedSignature? = nil) {
        self.isSigned = isSigned
        signatures = isSigned ? signature.map(ChunkSignatures.init) : nil
    }

    /// Takes the next piece of the body and gives the bytes of the object in it.
    ///
    /// - Throws: `S3Error.malformedChunks`, `.signatureDoesNotMatch`.
    mutating func decode(_ piece: [UInt8]) throws(S3Error) -> [UInt8] {
        var output: [UInt8] = []
        var rest = piece[...]
        while let byte = rest.first {
            switch state {
            case .size:
                rest = rest.dropFirst()
                try take(byte)
            case .data(let left):
                let data = rest.prefix(left)
                output.append(contentsOf: data)
                signatures?.update(data)
                rest = rest.dropFirst(data.count)
                state = data.count == left ? .dataEnd(left: Self.lineEnd[...]) : .data(left: left - data.count)
            case .dataEnd(let left):
                guard byte == left.first else { throw .malformedChunks }
                rest = rest.dropFirst()
                state = left.count > 1 ? .dataEnd(left: left.dropFirst()) : .size
                if left.count == 1 { try signatures?.endChunk() }
            case .trailers:
                guard text.count + rest.count <= Self.longestTrailers_bytes else { throw .malformedChunks }
                text.append(contentsOf: rest)
                rest = []
            }
        }
        return output
    }

    /// The trailers, names in lower case, once the body has ended.
    ///
    /// - Throws: `S3Error.incompleteBody` when it ended before its last chunk, `.malformedChunks` for a trailer that is
    ///   none.
    mutating func finish() throws(S3Error) -> [String: String] {
        guard case .trailers = state else { throw .incompleteBody }
        guard let lines = String(validating: text, as: UTF8.self) else { throw .malformedChunks }
        var trailers: [String: String] = [:]
        for line in lines.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { throw .malformedChunks }
            let value = line[line.index(after: colon)...]
            trailers[line[..<colon].lowercased()] = value.trimmed
        }
        try signatures?.checkTrailers(trailers)
        return trailers
    }

    /// Takes a byte of the line in front of a chunk.
    private mutating func take(_ byte: UInt8) throws(S3Error) {
        text.append(byte)
        guard text.count <= Self.longestLine_bytes else { throw .malformedChunks }
        guard text.suffix(2) == Self.lineEnd[...] else { return }
        let line = String(decoding: text.dropLast(2), as: UTF8.self)
        text = []
        let fields = line.split(separator: ";", omittingEmptySubsequences: false)
        let mark = "chunk-signature="
        let signature = fields.dropFirst().first { $0.hasPrefix(mark) }?.dropFirst(mark.count)
        guard let first = fields.first, !first.isEmpty, first.utf8.count <= 15, first.utf8.allSatisfy(Self.isHexDigit),
            let size = Int(first, radix: 16), !isSigned || signature != nil
        else { throw .malformedChunks }
        signatures?.beginChunk(String(signature ?? ""))
        if size == 0 { try signatures?.endChunk() }
        state = size == 0 ? .trailers : .data(left: size)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        48...57 ~= byte || 97...102 ~= byte | 0x20
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
