package import FoundationEssentials

/// A secret's content; descriptions leave it out.
package struct SecretValue: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case string(String)
        case binary([UInt8])
    }

    package let name: String
    package let versionID: String
    package let content: Content
}

extension SecretValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SecretValue(\(name), version \(versionID))" }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["name": name, "versionID": versionID]) }
}

/// Secrets of the Secrets Manager.
///
/// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
package struct SecretsManagerClient: Sendable {
    private let session: AWSSession

    package init(_ session: AWSSession) {
        self.session = session
    }

    /// The same client with an end to all its calls.
    package func until(_ deadline: Date?) -> SecretsManagerClient {
        SecretsManagerClient(session.until(deadline))
    }

    /// A secret by name or ARN; an absent one has the code `ResourceNotFoundException`.
    ///
    /// - Parameter versionStage: such as `AWSPREVIOUS`; the current version without one.
    package func getSecretValue(_ secretID: String, versionStage: String? = nil) async throws -> SecretValue {
        let operation = "GetSecretValue"
        let input = Input(SecretId: secretID, VersionStage: versionStage)
        let output: Output = try await session.call(.secretsManager, operation, input)
        let text = output.SecretString.map(SecretValue.Content.string)
        guard let content = text ?? output.SecretBinary.map({ .binary([UInt8]($0)) }) else {
            throw AWSCallError.unreadableAnswer(
                .secretsManager, operation: operation, reason: "it has neither SecretString nor SecretBinary")
        }
        return SecretValue(name: output.Name, versionID: output.VersionId, content: content)
    }

    private struct Input: Encodable {
        let SecretId: String
        let VersionStage: String?
    }

    private struct Output: Decodable {
        let Name: String
        let VersionId: String
        let SecretString: String?
        let SecretBinary: Data?
    }
}
