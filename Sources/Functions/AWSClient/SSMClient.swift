package import FoundationEssentials

/// A configuration value; of the type `SecureString` it is a secret, so that descriptions leave the value out.
package struct SSMParameter: Sendable, Equatable {
    package let name: String

    /// `String`, `StringList` or `SecureString`.
    package let type: String

    package let value: String
    package let version: Int
}

extension SSMParameter: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SSMParameter(\(name), version \(version))" }

    package var debugDescription: String { description }

    package var customMirror: Mirror { Mirror(self, children: ["name": name, "version": version]) }
}

/// Parameters of the Systems Manager.
///
/// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
package struct SSMClient: Sendable {
    private let session: AWSSession

    package init(_ session: AWSSession) {
        self.session = session
    }

    /// The same client with an end to all its calls.
    package func until(_ deadline: Date?) -> SSMClient {
        SSMClient(session.until(deadline))
    }

    /// The value of a parameter by name or ARN; an absent one has the code `ParameterNotFound`.
    ///
    /// - Parameter withDecryption: whether a `SecureString` comes in the clear.
    package func getParameter(_ name: String, withDecryption: Bool = true) async throws -> SSMParameter {
        let input = Input(Name: name, WithDecryption: withDecryption)
        let output: Output = try await session.call(.ssm, "GetParameter", input)
        let found = output.Parameter
        return SSMParameter(name: found.Name, type: found.Type, value: found.Value, version: found.Version)
    }

    private struct Input: Encodable {
        let Name: String
        let WithDecryption: Bool
    }

    private struct Output: Decodable {
        let Parameter: Found

        struct Found: Decodable {
            let Name: String
            let `Type`: String
            let Value: String
            let Version: Int
        }
    }
}
