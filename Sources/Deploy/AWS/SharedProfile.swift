import Foundation

/// A profile of the two files that all AWS SDKs share, for calls of our own; Terraform is given the same keys.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct SharedProfile: Sendable {
    private let environment: [String: String]
    private let read: @Sendable (String) -> String?

    init(
        _ environment: [String: String],
        read: @escaping @Sendable (String) -> String? = { try? String(contentsOfFile: $0, encoding: .utf8) }
    ) {
        self.environment = environment
        self.read = read
    }

    /// The environment, with the profile's keys and region where it names none. Keys of the environment win, as in every
    /// SDK; without a named profile, `default` counts if there is one.
    ///
    /// - Throws: `ProfileError`.
    func variables() async throws -> [String: String] {
        guard set("AWS_ACCESS_KEY_ID") == nil else { return environment }
        let name = set("AWS_PROFILE") ?? set("AWS_DEFAULT_PROFILE") ?? "default"
        guard let profile = profile(name) else {
            guard set("AWS_PROFILE") == nil, set("AWS_DEFAULT_PROFILE") == nil else { throw ProfileError.unknown(name) }
            return environment
        }
        var found: [String: String]
        if let keys = profile.keys { found = keys } else { found = try await exported(name, profile) }
        if set("AWS_REGION") == nil, set("AWS_DEFAULT_REGION") == nil {
            found["AWS_REGION"] = profile.settings["region"]
        }
        // The keys are the profile's, and a name beside them would make Terraform look for itself.
        return environment.filter { !["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].contains($0.key) }.merging(found) { $1 }
    }

    private struct Profile {
        let settings: [String: String]

        /// Keys that lie in the files as they are; nil for single sign-on, roles and programs.
        var keys: [String: String]? {
            guard let id = settings["aws_access_key_id"], let secret = settings["aws_secret_access_key"],
                settings["role_arn"] == nil
            else { return nil }
            let token = settings["aws_session_token"].map { ["AWS_SESSION_TOKEN": $0] } ?? [:]
            return ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret].merging(token) { $1 }
        }
    }

    /// What the credentials file says wins over the configuration file.
    private func profile(_ name: String) -> Profile? {
        let home = set("HOME") ?? NSHomeDirectory()
        let credentials = sections(set("AWS_SHARED_CREDENTIALS_FILE") ?? "\(home)/.aws/credentials")[name]
        let configuration = sections(set("AWS_CONFIG_FILE") ?? "\(home)/.aws/config")
        let settings = configuration[name == "default" ? name : "profile \(name)"]
        guard credentials != nil || settings != nil else { return nil }
        return Profile(settings: (settings ?? [:]).merging(credentials ?? [:]) { $1 })
    }

    private func sections(_ path: String) -> [String: [String: String]] {
        var (found, current) = ([String: [String: String]](), String?.none)
        for line in (read(path) ?? "").split(whereSeparator: \.isNewline) {
            // Indented lines are parts of a setting that is none of ours.
            guard let first = line.first, !first.isWhitespace, !"#;".contains(first) else { continue }
            if first == "[" {
                let name = line.dropFirst().prefix { $0 != "]" }.split(separator: " ").joined(separator: " ")
                found[name] = found[name] ?? [:]
                current = name
            } else if let current, let equals = line.firstIndex(of: "=") {
                let name = line[..<equals].trimmingCharacters(in: .whitespaces)
                found[current]?[name] = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            }
        }
        return found
    }

    /// Single sign-on, roles and credential programs are the `aws` command's to resolve.
    /// https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
    private func exported(_ name: String, _ profile: Profile) async throws -> [String: String] {
        struct Keys: Decodable {
            let AccessKeyId: String
            let SecretAccessKey: String
            let SessionToken: String?
        }
        let isOfUse = ["sso_session", "sso_start_url", "role_arn", "credential_process"].contains {
            profile.settings[$0] != nil
        }
        guard isOfUse else { throw ProfileError.noKeys(name) }
        let aws = Program("aws", environment: environment, folder: FileManager.default.currentDirectoryPath)
        let outcome: Program.Outcome
        do {
            outcome = try await aws.collect([
                "configure", "export-credentials", "--profile", name, "--format", "process",
            ])
        } catch is ProgramError {
            throw ProfileError.needsCommand(name)
        }
        guard outcome.status == 0, let keys = try? JSONDecoder().decode(Keys.self, from: Data(outcome.output.utf8))
        else {
            throw ProfileError.refused(name, outcome.errors.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let token = keys.SessionToken.map { ["AWS_SESSION_TOKEN": $0] } ?? [:]
        return ["AWS_ACCESS_KEY_ID": keys.AccessKeyId, "AWS_SECRET_ACCESS_KEY": keys.SecretAccessKey]
            .merging(token) { $1 }
    }

    private func set(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Why a profile gives no keys.
enum ProfileError: Error, Equatable {
    case unknown(String)
    case noKeys(String)
    case needsCommand(String)
    case refused(String, String)
}

extension ProfileError: CustomStringConvertible {
    var description: String {
        switch self {
        case .unknown(let name):
            "There is no profile \(name) in the files of AWS. `aws configure list-profiles` lists them; AWS_PROFILE names one."
        case .noKeys(let name):
            "The profile \(name) has neither keys nor a way to get some. `aws configure --profile \(name)` sets them."
        case .needsCommand(let name):
            "The profile \(name) needs the `aws` command (version 2), which is not on PATH: single sign-on, roles and "
                + "programs are its to resolve. Install it, or set AWS_ACCESS_KEY_ID and its companions."
        case .refused(let name, let reason):
            "The profile \(name) gives no keys: \(reason). For single sign-on: `aws sso login --profile \(name)`"
        }
    }
}
