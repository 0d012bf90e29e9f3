import AWSClient
import Foundation

/// Looks at all that a deploy needs before it begins.
struct Doctor: Sendable {
    private let stack: Stack
    private let environment: [String: String]

    init(_ stack: Stack) {
        self.stack = stack
        environment = stack.environment
    }

    /// Every check, those of the package included.
    func checks() async -> [Check] {
        let package = (try? PackageFile(path: stack.packagePath))?.checks(architecture: stack.architecture)
        return [await terraform(), provider(), await caller(), await concurrency(), secret()]
            + (package ?? [
                Check(
                    "package", failed: "there is none at \(stack.packagePath)",
                    "Make it with `rivulet-deploy package`, or name another in TF_VAR_package.")
            ])
    }

    private func terraform() async -> Check {
        do {
            let version = try await stack.terraform.version()
            return Self.terraform(version: version)
        } catch {
            return Check(
                "terraform", failed: "\(error)",
                "Install 1.11 or newer: https://developer.hashicorp.com/terraform/install")
        }
    }

    static func terraform(version: String) -> Check {
        let numbers = version.split(separator: ".").prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] == 1, numbers[1] >= 11 else {
            return Check(
                "terraform", failed: "\(version); the stack needs 1.11 or newer, below 2",
                "Install it: https://developer.hashicorp.com/terraform/install")
        }
        return Check("terraform", passed: version)
    }

    private func provider() -> Check {
        guard let folder = environment["TF_PLUGIN_DIR"], !folder.isEmpty else {
            return Check("provider", passed: "from registry.terraform.io, at the first plan")
        }
        let isThere = FileManager.default.enumerator(atPath: folder)?.contains {
            ($0 as? String)?.split(separator: "/").last?.hasPrefix("terraform-provider-aws") == true
        }
        guard isThere == true else {
            return Check(
                "provider", failed: "TF_PLUGIN_DIR (\(folder)) holds no terraform-provider-aws",
                "Fill it with `terraform providers mirror`, or unset TF_PLUGIN_DIR to use the registry.")
        }
        return Check("provider", passed: "from TF_PLUGIN_DIR (\(folder))")
    }

    private func caller() async -> Check {
        let remedy =
            "Set AWS_ACCESS_KEY_ID and its companions; for a profile: "
            + #"eval "$(aws configure export-credentials --format env)""#
        do {
            let caller = try await stack.access.caller()
            return Check("credentials", passed: "\(caller.arn), region \(stack.access.region)")
        } catch let refusal as AWSRefusal where refusal.isAboutCredentials {
            return Check("credentials", failed: "AWS refuses them (\(refusal.code))", remedy)
        } catch {
            return Check("credentials", failed: "\(error)", "Look at the way to AWS: network, proxy, AWS_ENDPOINT_URL.")
        }
    }

    /// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    private func concurrency() async -> Check {
        do {
            let limit = try await stack.access.concurrencyLimit()
            guard limit > 10 else {
                return Check(
                    "concurrency", noted: "\(limit) invocations at once, as new accounts have",
                    "Enough for the pipeline; set no `reserved_concurrency`, or ask Service Quotas for more.")
            }
            return Check("concurrency", passed: "\(limit) invocations at once")
        } catch {
            return Check(
                "concurrency", noted: "\(error)", "Without lambda:GetAccountSettings the quota cannot be told.")
        }
    }

    private func secret() -> Check {
        let missing = ["twitch_client_id", "twitch_client_secret"].filter {
            (environment["TF_VAR_\($0)"] ?? "").isEmpty
        }
        guard missing.isEmpty else {
            return Check(
                "twitch", noted: "not in the environment: \(missing.map { "TF_VAR_\($0)" }.joined(separator: ", "))",
                "Set them, unless a terraform.tfvars does: https://dev.twitch.tv/console/apps")
        }
        return Check("twitch", passed: stack.target == .aws ? "credentials are set" : "the emulator's simulator")
    }
}
