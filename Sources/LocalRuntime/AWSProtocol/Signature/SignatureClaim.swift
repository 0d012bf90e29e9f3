/// What a request says of its own signature (SigV4), in its header or in its query.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct SignatureClaim: Equatable {
    var credential: CredentialScope
    /// `20260301/us-east-1/sqs/aws4_request`
    var scope: String
    var signedHeaders: [String]
    var signature: String
    /// `20260301T181500Z`
    var date: String
    /// How long a presigned address is good for, in seconds; nil when the signature stands in the header.
    var expires_s: Int?

    /// The day that the scope names, `20260301`.
    var day: Substring { scope.prefix(8) }

    /// - Throws: what is missing or cannot be read.
    static func read(_ request: HTTPRequest) throws(SignatureRefusal) -> SignatureClaim {
        guard let header = request.headers["authorization"] else { return try presigned(request) }
        let mark = "AWS4-HMAC-SHA256"
        guard header.hasPrefix(mark) else { throw .unsupportedAlgorithm }
        var fields: [Substring: String] = [:]
        for field in header.dropFirst(mark.count).split(separator: ",") {
            let pair = field.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { fields[pair[0]] = String(pair[1]) }
        }
        guard let credential = fields["Credential"], let signed = fields["SignedHeaders"],
            let signature = fields["Signature"], let scope = CredentialScope(of: request)
        else {
            throw .incomplete("Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.")
        }
        guard let date = request.headers["x-amz-date"] ?? request.headers["date"] else {
            throw .incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        }
        return SignatureClaim(
            credential: scope, scope: Self.scope(credential), signedHeaders: Self.names(signed), signature: signature,
            date: date)
    }

    private static func presigned(_ request: HTTPRequest) throws(SignatureRefusal) -> SignatureClaim {
        let query = PercentEncoding.pairs(request.query)
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        guard value("X-Amz-Algorithm") == "AWS4-HMAC-SHA256", let credential = value("X-Amz-Credential"),
            let signed = value("X-Amz-SignedHeaders"), let signature = value("X-Amz-Signature"),
            let date = value("X-Amz-Date"), let scope = CredentialScope(of: request)
        else {
            throw .queryParameters(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, "
                    + "X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
        }
        let expires = value("X-Amz-Expires").flatMap(Int.init)
        if scope.service == "s3" || value("X-Amz-Expires") != nil { try check(expires) }
        return SignatureClaim(
            credential: scope, scope: Self.scope(credential), signedHeaders: Self.names(signed), signature: signature,
            date: date, expires_s: expires ?? 900)
    }

    private static func check(_ expires: Int?) throws(SignatureRefusal) {
        guard let expires else { throw .queryParameters("X-Amz-Expires should be a number") }
        guard expires >= 0 else { throw .queryParameters("X-Amz-Expires must be non-negative") }
        guard expires <= 604_800 else {
            throw .queryParameters(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
                    + "604800 seconds")
        }
    }

    /// All of a credential but its key id.
    private static func scope(_ credential: String) -> String {
        credential.split(separator: "/", omittingEmptySubsequences: false).suffix(4).joined(separator: "/")
    }

    private static func names(_ list: String) -> [String] {
        list.split(separator: ";").map { $0.lowercased() }
    }
}
