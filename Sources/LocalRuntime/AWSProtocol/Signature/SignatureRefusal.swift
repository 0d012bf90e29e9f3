import EmulatorClock

/// Why a signature does not let its request in.
enum SignatureRefusal: Error, Equatable {
    /// Whose words the refusal is in.
    enum Voice {
        case s3
        /// AWS JSON: the operation stands in `X-Amz-Target`.
        case json
        /// JSON over paths and methods, such as Lambda.
        case restJSON
        case query
    }

    case contentHashMissing
    case dateUnreadable(isS3: Bool)
    case expired(String, earliest: Timestamp, now: Timestamp, allowed: Duration)
    case hasExpired(expires_s: Int?, at: Timestamp, now: Timestamp)
    case headersNotSigned([String])
    case hostNotSigned
    case incomplete(String)
    /// - Parameter canonicalRequest: nil in version 2, which has none.
    case mismatch(accessKeyID: String, stringToSign: String, signature: String, canonicalRequest: String?)
    case notValidYet(from: Timestamp, now: Timestamp)
    case notYetCurrent(String, latest: Timestamp, now: Timestamp, allowed: Duration)
    case queryParameters(String)
    case timeTooSkewed(request: String, now: Timestamp, allowed: Duration)
    case unsupportedAlgorithm

    /// The answer in the words of the service.
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html and
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    func wire(_ voice: Voice) -> WireError {
        if case .s3 = voice { return s3 }
        let (code, message) = plain
        let isInvalid = code == "InvalidSignatureException"
        return switch voice {
        case .query:
            WireError(isInvalid ? "SignatureDoesNotMatch" : Self.short(code), message, status: isInvalid ? 403 : 400)
        case .restJSON: WireError(code, message, status: 403)
        default: WireError(code, message, queryCode: isInvalid ? "SignatureDoesNotMatch" : nil)
        }
    }

    private static func short(_ code: String) -> String {
        code.hasSuffix("Exception") ? String(code.dropLast("Exception".count)) : code
    }

    private var plain: (code: String, message: String) {
        switch self {
        case .mismatch:
            (
                "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
                    + "Access Key and signing method. Consult the service documentation for details."
            )
        case .expired(let date, let earliest, let now, let allowed):
            (
                "InvalidSignatureException",
                "Signature expired: \(date) is now earlier than \(earliest.basicISO8601) "
                    + "(\(now.basicISO8601) - \(Self.text(allowed)))"
            )
        case .notYetCurrent(let date, let latest, let now, let allowed):
            (
                "InvalidSignatureException",
                "Signature not yet current: \(date) is still later than \(latest.basicISO8601) "
                    + "(\(now.basicISO8601) + \(Self.text(allowed)))"
            )
        case .hostNotSigned:
            (
                "InvalidSignatureException",
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
            )
        case .dateUnreadable:
            (
                "IncompleteSignatureException",
                "Date must be in ISO-8601 'basic format'. See http://en.wikipedia.org/wiki/ISO_8601"
            )
        case .incomplete(let message), .queryParameters(let message): ("IncompleteSignatureException", message)
        case .unsupportedAlgorithm:
            ("IncompleteSignatureException", "Unsupported AWS 'algorithm' in the Authorization header.")
        // S3 alone refuses for these.
        case .contentHashMissing, .hasExpired, .headersNotSigned, .notValidYet, .timeTooSkewed:
            ("InvalidSignatureException", s3.message)
        }
    }

    private var s3: WireError {
        switch self {
        case .mismatch(let accessKeyID, let stringToSign, let signature, let canonicalRequest):
            WireError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and "
                    + "signing method.", status: 403,
                details: Self.mismatch(accessKeyID, stringToSign, signature, canonicalRequest))
        case .timeTooSkewed(let request, let now, let allowed):
            WireError(
                "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.",
                status: 403,
                details: [
                    "RequestTime": .string(request), "ServerTime": .string(Self.seconds(now)),
                    "MaxAllowedSkewMilliseconds": .integer(allowed.components.seconds * 1000),
                ])
        case .hasExpired(let expires, let end, let now):
            WireError(
                "AccessDenied", "Request has expired", status: 403,
                details: Self.expiry(expires, end, now))
        case .notValidYet(let from, let now):
            WireError(
                "AccessDenied", "Request is not valid yet", status: 403,
                details: ["X-Amz-Date": .string(from.basicISO8601), "ServerTime": .string(Self.seconds(now))])
        case .headersNotSigned(let names):
            WireError(
                "AccessDenied", "There were headers present in the request which were not signed", status: 403,
                details: ["HeadersNotSigned": .string(names.joined(separator: ", "))])
        case .contentHashMissing:
            WireError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        case .dateUnreadable:
            WireError(
                "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header", status: 403)
        case .queryParameters(let message): WireError("AuthorizationQueryParametersError", message)
        case .incomplete(let message): WireError("AuthorizationHeaderMalformed", message)
        case .hostNotSigned:
            WireError(
                "AccessDenied", "There were headers present in the request which were not signed", status: 403,
                details: ["HeadersNotSigned": "host"])
        case .unsupportedAlgorithm:
            WireError(
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use "
                    + "AWS4-HMAC-SHA256.")
        case .expired, .notYetCurrent: WireError("AccessDenied", "Request has expired", status: 403)
        }
    }

    private static func mismatch(
        _ accessKeyID: String, _ stringToSign: String, _ signature: String, _ canonicalRequest: String?
    ) -> JSONObject {
        func bytes(_ text: String) -> JSONValue {
            .string(
                Hex.encode(Array(text.utf8)).enumerated().reduce(into: "") { text, digit in
                    if digit.offset > 0, digit.offset.isMultiple(of: 2) { text.append(" ") }
                    text.append(digit.element)
                })
        }
        var details: JSONObject = [
            "AWSAccessKeyId": .string(accessKeyID), "StringToSign": .string(stringToSign),
            "SignatureProvided": .string(signature), "StringToSignBytes": bytes(stringToSign),
        ]
        if let canonicalRequest {
            details.append("CanonicalRequest", .string(canonicalRequest))
            details.append("CanonicalRequestBytes", bytes(canonicalRequest))
        }
        return details
    }

    private static func expiry(_ expires: Int?, _ end: Timestamp, _ now: Timestamp) -> JSONObject {
        var details: JSONObject = [:]
        if let expires { details.append("X-Amz-Expires", .integer(expires)) }
        details.append("Expires", .string(seconds(end)))
        details.append("ServerTime", .string(seconds(now)))
        return details
    }

    /// `2026-03-01T18:15:00Z`
    private static func seconds(_ instant: Timestamp) -> String {
        instant.rfc3339.prefix(19) + "Z"
    }

    private static func text(_ allowed: Duration) -> String {
        let seconds = allowed.components.seconds
        return seconds.isMultiple(of: 60) ? "\(seconds / 60) min." : "\(seconds) sec."
    }
}
