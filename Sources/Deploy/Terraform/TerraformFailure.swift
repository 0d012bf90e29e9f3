import Foundation

/// Terraform's refusal, told by what to do next. What it printed itself was shown before.
enum TerraformFailure: Error, Equatable {
    case locked(id: String, by: String)
    case credentials(String)
    case providerMissing
    case notInitialized
    case alreadyExists([String])
    case interrupted
    case other(verb: String, status: Int, reason: String)

    init(_ command: TerraformCommand, _ status: Int, _ text: String) {
        let phrases: [(phrases: [String], failure: TerraformFailure)] = [
            (
                [
                    "Failed to query available provider packages", "Failed to install provider",
                    "Required plugins are not installed",
                ],
                .providerMissing
            ),
            (["Backend initialization required", "Initialization required", "Module not installed"], .notInitialized),
        ]
        let credentials = [
            "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "UnrecognizedClientException",
            "AuthFailure", "No valid credential sources found", "InvalidAccessKeyId",
        ]
        if text.contains("Error acquiring the state lock") {
            self = .locked(id: Self.field("ID", in: text), by: Self.field("Who", in: text))
        } else if let code = credentials.first(where: text.contains) {
            self = .credentials(code)
        } else if let known = phrases.first(where: { $0.phrases.contains(where: text.contains) }) {
            self = known.failure
        } else if !Self.existing(in: text).isEmpty {
            self = .alreadyExists(Self.existing(in: text))
        } else if status > 128 {
            self = .interrupted
        } else {
            self = .other(verb: command.verb, status: status, reason: Self.reason(in: text))
        }
    }

    /// The addresses whose creation was refused since they exist.
    private static func existing(in text: String) -> [String] {
        let codes = [
            "EntityAlreadyExists", "ResourceConflictException", "ResourceInUseException", "BucketAlreadyOwnedByYou",
            "BucketAlreadyExists", "ResourceAlreadyExistsException", "ConflictException", "AlreadyExistsException",
            "ParameterAlreadyExists", "StateMachineAlreadyExists", "QueueNameExists", "QueueAlreadyExists",
            "already exists",
        ]
        var (addresses, isExisting) = ([String](), false)
        for line in text.split(separator: "\n") {
            if line.contains("Error: ") { isExisting = codes.contains(where: line.contains) }
            guard isExisting, let start = line.range(of: "  with "), let end = line.lastIndex(of: ",") else { continue }
            addresses.append(String(line[start.upperBound..<end]))
        }
        return addresses
    }

    /// The value of a line such as `  ID:        5f0c…`.
    private static func field(_ name: String, in text: String) -> String {
        let line = text.split(separator: "\n").first { $0.contains("  \(name):") || $0.hasPrefix("\(name):") }
        return line?.split(separator: ":", maxSplits: 1).last.map { $0.trimmingPrefix { $0 == " " } }
            .map { String($0.prefix { $0 != "\n" }) } ?? "unknown"
    }

    private static func reason(in text: String) -> String {
        let line = text.split(separator: "\n").first { $0.contains("Error: ") } ?? "no reason given"
        return line.range(of: "Error: ").map { String(line[$0.upperBound...]) } ?? String(line)
    }
}

extension TerraformFailure: CustomStringConvertible {
    var description: String {
        switch self {
        case .locked(let id, let by):
            "The state is locked by \(by). Wait until that run ends; if it was killed, repeat this command with "
                + "--unlock \(id)"
        case .credentials(let code):
            "AWS refuses the credentials (\(code)). Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary "
                + "ones, AWS_SESSION_TOKEN anew, then repeat the command: nothing was changed."
        case .providerMissing:
            "Terraform cannot get HashiCorp's AWS provider. Open the way to registry.terraform.io, or set "
                + "TF_PLUGIN_DIR to a folder that holds registry.terraform.io/hashicorp/aws."
        case .notInitialized: "The folder is not initialised. Run `rivulet-deploy plan`, which does so."
        case .alreadyExists(let addresses):
            "These exist already, outside the state: \(addresses.joined(separator: ", ")). If a killed apply left them, "
                + "repeat the command with --adopt; if they are another stack's, choose another `project`."
        case .interrupted: "Terraform was killed. Repeat the command; if the state is locked, it says how to unlock it."
        case .other(let verb, let status, let reason):
            "terraform \(verb) failed (exit code \(status)): \(reason) Mend that, then repeat the command: what was made "
                + "is kept in the state."
        }
    }
}
