import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSClient

/// Compared with botocore's own signer: Fixtures/make_vectors.py wrote what it made of our requests.
@Suite struct `Signature Version 4` {
    @Test(arguments: SigningVectors.shared.signatures)
    func `the signature is botocore's`(vector: SigningVectors.Signature) throws {
        let vectors = SigningVectors.shared
        let signer = SigV4(
            credentials: Credentials(
                accessKeyID: vectors.accessKeyID, secretAccessKey: vectors.secretAccessKey,
                sessionToken: vector.hasToken ? vectors.sessionToken : nil),
            region: vector.region, service: vector.service)
        let headers = HTTPHeaders(vector.headers.map { (name: $0[0], value: $0[1]) })
        let request = HTTPRequest(
            method: vector.method, url: vector.builtURL, headers: headers, body: Array(vector.body.utf8))
        #expect(request.url == vector.url)
        if let lifetime = vector.lifetime {
            let isS3 = vector.service == "s3"
            let signed = try signer.presign(
                request, at: vectors.date, lifetime: .seconds(lifetime), payload: isS3 ? .unsigned : .body)
            #expect(signed.url == vector.signedURL)
            #expect(signed.headers == headers)
        } else {
            let signed = try signer.sign(
                request, at: vectors.date, payload: vector.isUnsigned == true ? .unsigned : .body)
            for (name, value) in vector.added { #expect(signed.headers[name] == value) }
            #expect(signed.url == vector.url)
        }
    }

    @Test(arguments: SigningVectors.shared.signatures)
    func `the canonical request is botocore's`(vector: SigningVectors.Signature) throws {
        guard vector.lifetime == nil else { return }
        let vectors = SigningVectors.shared
        var headers = HTTPHeaders(vector.headers.map { (name: $0[0], value: $0[1]) })
        let lines = vector.canonicalRequest.split(separator: "\n", omittingEmptySubsequences: false)
        let payloadHash = String(try #require(lines.last))
        headers["X-Amz-Date"] = "20250309T070502Z"
        headers["X-Amz-Security-Token"] = vector.hasToken ? vectors.sessionToken : nil
        headers["X-Amz-Content-SHA256"] = vector.added["X-Amz-Content-SHA256"]
        let request = HTTPRequest(method: vector.method, url: vector.url, headers: headers)
        let canonical = CanonicalRequest(request, normalizesPath: vector.service != "s3", payloadHash: payloadHash)
        #expect(canonical.text == vector.canonicalRequest)
    }

    @Test func `signing again replaces the first signature`() throws {
        let signer = SigV4(
            credentials: Credentials(accessKeyID: "a", secretAccessKey: "b"), region: "r", service: "s3")
        let request = HTTPRequest(url: "https://host/key")
        let later = Date(timeIntervalSince1970: 1_000_000_000)
        let once = try signer.sign(request, at: later)
        let again = try signer.sign(signer.sign(request, at: Date(timeIntervalSince1970: 0)), at: later)
        #expect(again.headers["Authorization"] == once.headers["Authorization"])
    }
}

@Suite struct `Addresses` {
    @Test(arguments: SigningVectors.shared.addresses)
    func `a service is called where botocore calls it`(vector: SigningVectors.Address) throws {
        var environment = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": vector.region]
        environment["AWS_ENDPOINT_URL"] = vector.endpoint
        let configuration = try AWSConfiguration(environment: environment)
        let service = try #require(AWSService.allCases.first { $0.signingName == vector.service })
        let endpoint = configuration.endpoint(of: service)
        #expect(vector.bucket.map { endpoint.url(bucket: $0, key: vector.key) } ?? endpoint.url() == vector.url)
    }

    @Test(arguments: ["", "a", "a b+c%", "ü/🎮", "%zz%4", "cafe\u{301}"])
    func `decoding undoes encoding`(text: String) {
        #expect(Array(text.uriEncoded().uriDecoded.utf8) == Array(text.utf8))
        #expect(Array(text.uriEncoded(keepingSlashes: true).uriDecoded.utf8) == Array(text.utf8))
    }

    @Test func `S3's encoding writes a space as a plus, and a lone percent sign stays`() {
        #expect("a+b%2Bc%20d%C3%BC%zz%4%".uriDecoded == "a b+c dü%zz%4%")
    }
}

struct SigningVectors: Decodable {
    struct Signature: Decodable, Sendable, CustomTestStringConvertible {
        let name, service, region, method, origin, body, url, signedURL, canonicalRequest: String
        let path: [String]
        let query, headers: [[String]]
        let hasToken: Bool
        let isUnsigned: Bool?
        let lifetime: Int?
        let added: [String: String]

        var testDescription: String { name }

        /// The URL by our own encoding.
        var builtURL: String {
            let path = path.map { "/" + $0.uriEncoded(keepingSlashes: true) }.joined()
            let query = encodedQuery(query.map { (name: $0[0], value: $0[1]) })
            return origin + (path.isEmpty ? "/" : path) + (query.isEmpty ? "" : "?\(query)")
        }
    }

    struct Address: Decodable, Sendable {
        let service, region, url: String
        let endpoint, bucket, key: String?
    }

    let date: Date
    let accessKeyID, secretAccessKey, sessionToken: String
    let signatures: [Signature]
    let addresses: [Address]

    static let shared: SigningVectors = {
        let folder = #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            let url = URL(filePath: "\(folder)/Fixtures/signing-vectors.json")
            return try decoder.decode(SigningVectors.self, from: Data(contentsOf: url))
        } catch {
            fatalError("Fixtures/signing-vectors.json: \(error)")
        }
    }()
}
