import AWSProtocol

/// The documents of a bucket: put, read back, deleted.
extension S3Wire {
    func performOnConfiguration(_ kind: BucketConfiguration, _ bucket: String) async throws -> HTTPResponse {
        switch request.http.method {
        case "PUT": return try await putConfiguration(kind, bucket)
        case "DELETE":
            try await service.setConfiguration(kind, to: nil, on: bucket, caller)
            return .noContent
        default: return try await getConfiguration(kind, bucket)
        }
    }

    private func getConfiguration(_ kind: BucketConfiguration, _ bucket: String) async throws -> HTTPResponse {
        let document = try await service.configuration(kind, of: bucket, caller)
        var response = HTTPResponse(body: .bytes(Array(document.text.utf8)))
        response.headers.add("Content-Type", kind == .policy ? "application/json" : "application/xml")
        if let header = document.header { response.headers.add(Self.transitionMinimum, header) }
        return response
    }

    private func putConfiguration(_ kind: BucketConfiguration, _ bucket: String) async throws -> HTTPResponse {
        _ = try await service.bucket(bucket, caller)
        guard kind != .policy else {
            let policy = try PolicyRules.checked(
                try await documentBytes(mayBeEmpty: true), of: bucket, limit: service.limits.policy_bytes)
            try await service.setConfiguration(kind, to: ConfigurationDocument(text: policy), on: bucket, caller)
            return .noContent
        }
        let header = try transitionMinimum(kind)
        try await putConfiguration(kind, try XMLReader.read(try await documentBytes()), header: header, on: bucket)
        var response = kind == .tagging ? HTTPResponse.noContent : HTTPResponse()
        if let header { response.headers.add(Self.transitionMinimum, header) }
        return response
    }

    /// Checks a document against S3's rules and puts it on the bucket.
    func putConfiguration(
        _ kind: BucketConfiguration, _ document: XMLNode, header: String? = nil, on bucket: String
    ) async throws {
        let checked = try ConfigurationRules(kind: kind, limits: service.limits).checked(document)
        if kind == .tagging, document["TagSet"]?.children.isEmpty == true {
            return try await service.setConfiguration(kind, to: nil, on: bucket, caller)
        }
        var stored = ConfigurationDocument(checked)
        stored.header = header
        if kind == .notification {
            let skipsValidation = self.header("x-amz-skip-destination-validation")?.lowercased() == "true"
            return try await service.setNotifications(stored, on: bucket, caller, skipsValidation: skipsValidation)
        }
        try await service.setConfiguration(kind, to: stored, on: bucket, caller)
    }

    private static let transitionMinimum = "x-amz-transition-default-minimum-object-size"

    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
    private func transitionMinimum(_ kind: BucketConfiguration) throws(S3Error) -> String? {
        guard kind == .lifecycle else { return nil }
        switch header(Self.transitionMinimum) {
        case nil, "all_storage_classes_128K": return "all_storage_classes_128K"
        case "varies_by_storage_class": return "varies_by_storage_class"
        case let value?:
            throw .invalidRequest("Invalid TransitionDefaultMinimumObjectSize found: \(value)")
        }
    }
}
