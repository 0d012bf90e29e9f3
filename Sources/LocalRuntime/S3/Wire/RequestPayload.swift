import AWSProtocol

/// What the header says about the body.
extension S3Wire {
    /// - Throws: `S3Error` for digests and framings that cannot be, before a byte of the body is read.
    func payloadExpectations(limit_bytes: Int64) throws -> PayloadExpectations {
        var expected = PayloadExpectations(limit_bytes: limit_bytes)
        try readFraming(&expected)
        try readLength(&expected)
        if let text = header("content-md5") {
            guard let digest = Base64.decode(text), digest.count == 16 else { throw S3Error.invalidDigest(text) }
            expected.contentMD5 = digest
        }
        if let (algorithm, value) = try checksumHeader() {
            guard Base64.decode(value)?.count == algorithm.length_bytes else {
                throw S3Error.invalidChecksum(algorithm)
            }
            expected.sent = SentChecksum(algorithm: algorithm, value: value)
        }
        try readTrailer(&expected)
        try checkAnnouncedAlgorithm(expected)
        return expected
    }

    /// The one `x-amz-checksum-…` of the header; its value may be of a composite checksum.
    func checksumHeader() throws -> (algorithm: ChecksumAlgorithm, value: String)? {
        if let name = ChecksumAlgorithm.notImplemented.first(where: { header("x-amz-checksum-\($0)") != nil }) {
            throw NotImplemented("the checksum algorithm \(name)")
        }
        let named = request.http.headers.fields.map { $0.name.lowercased() }.filter { $0.hasPrefix("x-amz-checksum-") }
        let known =
            ["algorithm", "mode", "type"].map { "x-amz-checksum-\($0)" } + ChecksumAlgorithm.allCases.map(\.header)
        guard named.allSatisfy(known.contains) else {
            throw S3Error.invalidRequest("The algorithm type you specified in x-amz-checksum- header is invalid.")
        }
        let found = ChecksumAlgorithm.allCases.compactMap { algorithm in
            header(algorithm.header).map { (algorithm, $0) }
        }
        guard found.count < 2 else {
            throw S3Error.invalidRequest(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        }
        return found.first
    }

    /// Reads an algorithm's name as it stands in a header field.
    func checksumAlgorithm(named name: String) throws -> ChecksumAlgorithm {
        let name = name.uppercased()
        if let algorithm = ChecksumAlgorithm(rawValue: name) { return algorithm }
        if ChecksumAlgorithm.notImplemented.contains(name) { throw NotImplemented("the checksum algorithm \(name)") }
        throw S3Error.invalidRequest(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
    private func readFraming(_ expected: inout PayloadExpectations) throws(S3Error) {
        switch header("x-amz-content-sha256") {
        case nil, "UNSIGNED-PAYLOAD": break
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": expected.framing = .awsChunked(isSigned: false)
        case let value? where value.hasPrefix("STREAMING-AWS4-"):
            expected.framing = .awsChunked(isSigned: true, signature: request.signature)
        case let value?:
            guard Hex.decode(value)?.count == 32 else {
                throw .invalidArgument(
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
                        + "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, "
                        + "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, "
                        + "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
                    name: "x-amz-content-sha256", value: value)
            }
            expected.sha256 = value.lowercased()
        }
    }

    private func readLength(_ expected: inout PayloadExpectations) throws(S3Error) {
        switch expected.framing {
        case .awsChunked:
            guard let length = header("x-amz-decoded-content-length").flatMap(Int64.init), length >= 0 else {
                throw .missingContentLength
            }
            expected.length_bytes = length
        case .plain:
            if let encoding = header("transfer-encoding"), header("content-length") == nil {
                throw .unsupportedHeader("Transfer-Encoding", "Transfer-Encoding: \(encoding)")
            }
            expected.length_bytes = header("content-length").flatMap(Int64.init) ?? 0
        }
    }

    private func readTrailer(_ expected: inout PayloadExpectations) throws {
        guard let names = header("x-amz-trailer") else { return }
        let checksums = names.split(separator: ",").map(\.trimmed).map { $0.lowercased() }
        guard checksums.allSatisfy({ $0.hasPrefix("x-amz-checksum-") }), let name = checksums.first else {
            throw S3Error.invalidRequest("The value specified in the x-amz-trailer header is not supported")
        }
        guard checksums.count == 1, expected.sent == nil else {
            throw S3Error.invalidRequest(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
        }
        guard case .awsChunked = expected.framing else { throw S3Error.malformedTrailer }
        let algorithm = try checksumAlgorithm(named: String(name.dropFirst("x-amz-checksum-".count)))
        expected.sent = SentChecksum(algorithm: algorithm)
    }

    /// `x-amz-sdk-checksum-algorithm` must be borne out by a value.
    private func checkAnnouncedAlgorithm(_ expected: PayloadExpectations) throws {
        guard let name = header("x-amz-sdk-checksum-algorithm"), !name.isEmpty else { return }
        let algorithm = try checksumAlgorithm(named: name)
        guard let sent = expected.sent else {
            throw S3Error.invalidRequest(
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                    + "headers were found.")
        }
        guard algorithm == sent.algorithm else {
            throw S3Error.invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
        }
    }

    /// The XML document of a request.
    ///
    /// - Throws: `S3Error.malformedXML` when its root bears another name.
    func document(_ root: String) async throws -> XMLNode {
        let node = try XMLReader.read(try await documentBytes())
        guard node.name == root else { throw S3Error.malformedXML }
        return node
    }

    func documentBytes(mayBeEmpty: Bool = false) async throws -> [UInt8] {
        var expected = try payloadExpectations(limit_bytes: Int64(service.limits.document_bytes))
        expected.isDocument = true
        if let length = expected.length_bytes, length > expected.limit_bytes { throw S3Error.malformedXML }
        let bytes = try await PayloadReader.collect(request.http.body, expected)
        guard mayBeEmpty || !bytes.isEmpty else { throw S3Error.missingRequestBody }
        return bytes
    }
}

extension S3Error {
    static func unsupportedValue(of header: String) -> S3Error {
        .unsupportedHeader(header, "We don't accept the provided value of \(header) header for this API")
    }
}
