package import EmulatorClock

/// Computes each request's signature anew and compares (SigV4, and S3's addresses presigned by version 2).
///
/// Any access key id is taken, for twelve digits choose an account; the secret is one for all. Dates are compared with real
/// time, in which clients live, wherever the emulator's clock stands.
package struct SignatureCheck: Sendable {
    /// How far a client's clock may be off.
    private static let skew = Duration.seconds(300)
    private static let s3Skew = Duration.seconds(900)
    /// Signatures of other services than S3 are over the whole body, which is gathered: no operation takes more.
    private static let largestBody = 256 << 20

    private let secret: String
    private let wallClock: @Sendable () -> Timestamp

    package init(secret: String, wallClock: @escaping @Sendable () -> Timestamp = { .wallClock }) {
        self.secret = secret
        self.wallClock = wallClock
    }

    /// - Returns: the request with its body at hand, and the signature; nil for one of version 2.
    func verify(_ request: HTTPRequest) async throws -> (HTTPRequest, VerifiedSignature?) {
        if request.headers["authorization"] == nil, let address = PresignedV2(request) {
            try address.verify(request, secret: secret, now: wallClock())
            return (request, nil)
        }
        let claim = try SignatureClaim.read(request)
        let isS3 = claim.credential.service == "s3"
        try checkTime(claim, isS3: isS3)
        try checkSignedHeaders(claim, request, isS3: isS3)
        var request = request
        let hash = try await payloadHash(&request, claim, isS3: isS3)
        let canonical = CanonicalRequest(
            request, signedHeaders: claim.signedHeaders, isS3: isS3, payloadHash: hash)
        let key = SigningKey(secret: secret, scope: claim.scope)
        let text = ["AWS4-HMAC-SHA256", claim.date, claim.scope, Hex.encode(Digest.of(canonical.text, .sha256))]
            .joined(separator: "\n")
        guard key.sign(text).equalsInConstantTime(claim.signature) else {
            throw SignatureRefusal.mismatch(
                accessKeyID: claim.credential.accessKeyID, stringToSign: text, signature: claim.signature,
                canonicalRequest: canonical.text)
        }
        let verified = VerifiedSignature(key: key, date: claim.date, scope: claim.scope, signature: claim.signature)
        return (request, verified)
    }

    private func payloadHash(
        _ request: inout HTTPRequest, _ claim: SignatureClaim, isS3: Bool
    ) async throws -> String {
        if isS3 {
            // S3 itself compares the body with this, piece by piece as it comes.
            if let announced = request.headers["x-amz-content-sha256"] { return announced }
            guard claim.expires_s != nil else { throw SignatureRefusal.contentHashMissing }
            return "UNSIGNED-PAYLOAD"
        }
        let body = try await request.body.collect(upTo: Self.largestBody)
        request.body = .bytes(body)
        return Hex.encode(Digest.of(body, .sha256))
    }

    private func checkTime(_ claim: SignatureClaim, isS3: Bool) throws(SignatureRefusal) {
        guard let signed = Timestamp(basicISO8601: claim.date) else { throw .dateUnreadable(isS3: isS3) }
        guard claim.date.hasPrefix(claim.day) else {
            throw .incomplete(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(claim.day)' != '\(claim.date.prefix(8))', from '\(claim.date)'.")
        }
        let now = wallClock()
        if isS3, let expires = claim.expires_s {
            guard signed <= now + Self.s3Skew else { throw .notValidYet(from: signed, now: now) }
            let end = signed + .seconds(expires)
            guard now <= end else { throw .hasExpired(expires_s: expires, at: end, now: now) }
        } else if isS3 {
            let isNear = signed <= now + Self.s3Skew && now <= signed + Self.s3Skew
            guard isNear else { throw .timeTooSkewed(request: claim.date, now: now, allowed: Self.s3Skew) }
        } else {
            let patience = claim.expires_s.map { Duration.seconds($0) } ?? Self.skew
            guard now <= signed + patience else {
                throw .expired(claim.date, earliest: now - patience, now: now, allowed: patience)
            }
            guard signed <= now + Self.skew else {
                throw .notYetCurrent(claim.date, latest: now + Self.skew, now: now, allowed: Self.skew)
            }
        }
    }

    /// What decides over a request must stand under its signature.
    private func checkSignedHeaders(
        _ claim: SignatureClaim, _ request: HTTPRequest, isS3: Bool
    ) throws(SignatureRefusal) {
        guard claim.signedHeaders.contains("host") else { throw .hostNotSigned }
        guard isS3 else { return }
        let unsigned = request.headers.fields.map { $0.name.lowercased() }.filter { name in
            name.hasPrefix("x-amz-") && name != "x-amz-content-sha256" && !claim.signedHeaders.contains(name)
        }
        guard unsigned.isEmpty else { throw .headersNotSigned(unsigned) }
    }
}
