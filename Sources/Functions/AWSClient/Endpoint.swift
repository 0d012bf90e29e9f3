/// The services that the functions call.
package enum AWSService: String, Sendable, CaseIterable {
    case dynamoDB = "DynamoDB"
    case s3 = "S3"
    case secretsManager = "Secrets Manager"
    case sqs = "SQS"
    case ssm = "SSM"

    /// The name in the credential scope, and in AWS's host names.
    var signingName: String {
        switch self {
        case .dynamoDB: "dynamodb"
        case .s3: "s3"
        case .secretsManager: "secretsmanager"
        case .sqs: "sqs"
        case .ssm: "ssm"
        }
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html
    var variableSuffix: String {
        switch self {
        case .dynamoDB: "DYNAMODB"
        case .s3: "S3"
        case .secretsManager: "SECRETS_MANAGER"
        case .sqs: "SQS"
        case .ssm: "SSM"
        }
    }
}

/// Where a service answers.
struct Endpoint: Sendable, Equatable {
    let scheme: String
    let host: String

    /// What comes before the request's own path: empty, or a path without a slash at its end.
    let pathPrefix: String

    /// Whether the environment named it. AWS's own S3 takes the bucket in the host, others rarely can.
    let isCustom: Bool

    init(of service: AWSService, region: String) {
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        scheme = "https"
        host = "\(service.signingName).\(region).\(domain)"
        pathPrefix = ""
        isCustom = false
    }

    /// Reads a URL of the environment; nil unless it is HTTP with a host and neither query nor user.
    init?(custom url: String) {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "http:" || parts[0] == "https:", parts[1].isEmpty, !parts[2].isEmpty,
            url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }), !url.contains(where: { "?#@".contains($0) })
        else { return nil }
        scheme = String(parts[0].dropLast())
        host = String(parts[2])
        let path = parts.count > 3 ? parts[3].split(separator: "/") : []
        pathPrefix = path.map { "/\($0)" }.joined()
        isCustom = true
    }

    /// The URL of an already encoded path, which begins with a slash.
    func url(path: String = "/", subdomain: String? = nil) -> String {
        "\(scheme)://\(subdomain.map { "\($0)." } ?? "")\(host)\(pathPrefix)\(path)"
    }
}
