import AWSProtocol
import EmulatorClock

/// One request of S3's REST protocol: from its bytes to an operation, and from what came of it to bytes.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAPI.html
struct S3Wire: Sendable {
    let service: S3Service
    private(set) var request: AWSRequest
    let caller: S3Caller
    let query: [String: String]

    init(service: S3Service, request: AWSRequest) {
        self.service = service
        self.request = request
        caller = S3Caller(
            account: request.scope.account, region: request.scope.region, requestID: request.requestID)
        query = request.query.byName
    }

    func respond() async -> HTTPResponse {
        var response = await answer()
        response.headers.add("Date", service.clock.now.httpDate)
        response.headers.add("Server", "AmazonS3")
        return response
    }

    private func answer() async -> HTTPResponse {
        do {
            let target = try S3Target(
                path: request.http.path, host: request.host, hostSuffixes: service.hostSuffixes,
                limits: service.limits)
            let operation = try await operation(on: target)
            try checkExpectedOwner()
            try checkGovernance()
            return completed(try await perform(operation, target))
        } catch S3Error.keyLeavesBucket {
            return completed(HTTPResponse(status: 400))
        } catch let refusal as S3Error {
            var response = Self.refusal(refusal.wire, to: request)
            for field in refusal.headers.fields { response.headers.add(field.name, field.value) }
            return response
        } catch let refusal as any ServiceError {
            return Self.refusal(refusal.wire, to: request)
        } catch {
            service.reportFault(error)
            return Self.refusal(.internalError, to: request)
        }
    }

    func header(_ name: String) -> String? {
        request.http.headers[name]
    }

    /// Takes a field out of the header, for code that must not see it.
    mutating func drop(_ header: String) {
        request.http.headers[header] = nil
    }

    private func operation(on target: S3Target) async throws -> S3Operation {
        let method = request.http.method
        let subresource = Subresource(of: target, query, method: method)
        try subresource.check()
        let name = S3Routing.operation(
            method: method, target: target, query: S3Routing.parameters(of: query),
            isCopy: header("x-amz-copy-source") != nil)
        guard let name else { throw subresource.notAllowed }
        guard let operation = S3Operation(rawValue: name) else {
            if name.hasSuffix("Acl") { try await checkAccessControlLists(of: target.bucket) }
            if name == "PostObject", header("content-type")?.lowercased().hasPrefix("multipart/form-data") != true {
                throw S3Error.preconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data")
            }
            throw NotImplemented(name)
        }
        if let header = ["x-amz-if-match-last-modified-time", "x-amz-if-match-size"].first(where: {
            self.header($0) != nil
        }) {
            // Of directory buckets alone.
            throw S3Error.unsupportedValue(of: header)
        }
        try checkTrailer(of: operation)
        if let header = UnsupportedHeaders.first(in: request.http.headers) {
            throw NotImplemented("the header \(header) of \(name)")
        }
        return operation
    }

    /// Only an upload's body may be followed by a checksum.
    private func checkTrailer(of operation: S3Operation) throws(S3Error) {
        guard operation != .putObject, operation != .uploadPart,
            let hash = header("x-amz-content-sha256"), hash.hasPrefix("STREAMING-"), hash.hasSuffix("-TRAILER")
        else { return }
        throw .invalidRequest("The value of x-amz-content-sha256 header is invalid.")
    }

    /// Where Object Ownership leaves everything with the owner, S3 itself takes no list.
    private func checkAccessControlLists(of bucket: String?) async throws {
        guard let bucket, (try? await service.leavesAllToOwner(bucket, caller)) == true else { return }
        throw S3Error.accessControlListNotSupported
    }

    /// No bucket here has Object Lock.
    private func checkGovernance() throws(S3Error) {
        let name = "x-amz-bypass-governance-retention"
        guard header(name) != nil else { return }
        throw .invalidArgument(
            "\(name) is only applicable to Object Lock enabled buckets.", name: name, value: nil)
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    private func checkExpectedOwner() throws(S3Error) {
        for name in ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"] {
            guard let owner = header(name) else { continue }
            guard owner.utf8.count == 12, owner.utf8.allSatisfy({ 48...57 ~= $0 }) else {
                throw .invalidBucketOwner(header: name, owner)
            }
            guard owner == caller.account else { throw .accessDenied }
        }
    }

    private func completed(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers.add("x-amz-request-id", request.requestID)
        response.headers.add("x-amz-id-2", Self.hostID(request.requestID))
        return response
    }

    /// A refusal in S3's XML. To HEAD and for 304 S3 sends the status alone.
    static func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        var elements = [XMLElement("Code", error.code), XMLElement("Message", error.message)]
        for member in error.details.members {
            elements.append(XMLElement(member.name, member.value.string ?? member.value.text))
        }
        elements += [XMLElement("RequestId", request.requestID), XMLElement("HostId", hostID(request.requestID))]
        let hasBody = request.http.method != "HEAD" && error.status != 304
        return HTTPResponse(
            status: error.status,
            headers: [
                "Content-Type": "application/xml", "x-amz-request-id": request.requestID,
                "x-amz-id-2": hostID(request.requestID),
            ],
            body: .bytes(hasBody ? XMLElement("Error", elements).document : []))
    }

    /// AWS's second id of a request, opaque.
    static func hostID(_ requestID: String) -> String {
        Base64.encode(Digest.of(Array(requestID.utf8), .sha256))
    }
}

extension WireError {
    /// A fault of ours in S3's words.
    static let internalError = WireError(
        "InternalError", "We encountered an internal error. Please try again.", status: 500)
}

/// Header fields that ask for what is not emulated.
enum UnsupportedHeaders {
    private static let prefixes = [
        "x-amz-server-side-encryption-customer-", "x-amz-copy-source-server-side-encryption-customer-",
        "x-amz-object-lock-", "x-amz-bucket-object-lock-", "x-amz-grant-", "x-amz-write-offset-bytes",
        "x-amz-rename-source", "x-amz-bucket-namespace", "x-amz-if-match-",
    ]

    /// The first of them, in lower case.
    static func first(in headers: HTTPHeaders) -> String? {
        headers.fields.lazy.filter { !isHarmless($0) }.map { $0.name.lowercased() }
            .first { name in prefixes.contains(where: name.hasPrefix) }
    }

    /// Whether a field asks for no more than every bucket has.
    private static func isHarmless(_ field: HTTPHeaders.Field) -> Bool {
        field.name.lowercased() == "x-amz-bucket-object-lock-enabled" && field.value.lowercased() == "false"
    }
}

extension HTTPResponse {
    static func xml(_ element: XMLElement, headers: HTTPHeaders = [:]) -> HTTPResponse {
        var response = HTTPResponse(headers: headers, body: .bytes(element.document))
        response.headers.add("Content-Type", "application/xml")
        return response
    }

    static let noContent = HTTPResponse(status: 204)
}

extension S3Error {
    static func invalidPartNumberArgument(_ value: String, _ limits: S3Limits) -> S3Error {
        let (first, last) = (limits.partNumbers.lowerBound, limits.partNumbers.upperBound)
        return .invalidArgument(
            "Part number must be an integer between \(first) and \(last), inclusive", name: "partNumber", value: value)
    }
}
