package import AWSProtocol

/// The zips of functions, for whoever has the link that `GetFunction` gives: AWS's leads into S3 and needs no credentials
/// either. Nobody can guess one, for it bears the zip's SHA-256.
/// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
package struct CodeRoute: OwnRoutes {
    package static let prefix = "/_lambda/code/"

    private static let suffix = ".zip"
    private let codes: CodeStore

    package init(_ lambda: LambdaService) {
        codes = lambda.codes
    }

    static func path(of digest: String) -> String {
        prefix + digest + suffix
    }

    package func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard request.method == "GET", let digest = Self.digest(in: request.path),
            let zip = try? await codes.zip(digest: digest)
        else { return HTTPResponse(status: 404, headers: ["Content-Type": "text/plain"]) }
        return HTTPResponse(headers: ["Content-Type": "application/zip"], body: .bytes(zip))
    }

    private static func digest(in path: String) -> String? {
        guard path.hasPrefix(prefix), path.hasSuffix(suffix) else { return nil }
        let digest = path.dropFirst(prefix.count).dropLast(suffix.count)
        return digest.utf8.count == 64 && digest.allSatisfy(\.isHexDigit) ? String(digest) : nil
    }
}
