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
        return [await terraform(), provider(), backend(), await caller(), await concurrency(), secret()]
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
        let prefix = "terraform-provider-aws_v"
        let found = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? [])
            .compactMap { $0.split(separator: "/").last }.filter { $0.hasPrefix(prefix) }
        guard let newest = found.max() else {
            return Check(
                "provider", failed: "TF_PLUGIN_DIR (\(folder)) holds no terraform-provider-aws",
                "Fill it with `terraform providers mirror`, or unset TF_PLUGIN_DIR to use the registry.")
        }
        let version = newest.dropFirst(prefix.count).prefix { $0 != "_" }
        return Check("provider", passed: "\(version) from TF_PLUGIN_DIR (\(folder))")
    }

    /// The place of the state, which on AWS is made once.
    private func backend() -> Check {
        guard case .aws = stack.target else {
            return Check("state", passed: "in the emulator's bucket \(DeployTarget.localStateBucket)")
        }
        let file = "\(stack.folder)/backend.hcl"
        guard FileManager.default.isReadableFile(atPath: file) else {
            return Check(
                "state", failed: "\(file) is missing",
                "Make the state's bucket: `cd terraform/state && terraform init && terraform apply`, then "
                    + "`terraform output -raw backend > ../backend.hcl`")
        }
        return Check("state", passed: "in the bucket that \(file) names")
    }

    private func caller() async -> Check {
        let remedy =
            "Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for temporary keys, AWS_SESSION_TOKEN; or name a "
            + "profile in AWS_PROFILE"
        do {
            let access = try stack.access
            return Check("credentials", passed: "\(try await access.caller().arn), region \(access.region)")
        } catch let refusal as AWSRefusal where refusal.isAboutCredentials {
            return Check("credentials", failed: "AWS refuses them (\(refusal.code))", remedy)
        } catch let error as ProfileError {
            return Check("credentials", failed: "\(error)", remedy)
        } catch let error as AWSConfigurationError {
            return Check("credentials", failed: "\(error)", remedy)
        } catch {
            return Check("credentials", failed: "\(error)", "Look at the way to AWS: network, proxy, AWS_ENDPOINT_URL.")
        }
    }

    private func concurrency() async -> Check {
        do {
            let access = try stack.access
            return Self.concurrency(
                limit: try await access.concurrencyLimit(), reserved: environment["TF_VAR_reserved_concurrency"])
        } catch is ProfileError {
            return Check("concurrency", noted: "not known without credentials", "Mend the credentials first.")
        } catch is AWSConfigurationError {
            return Check("concurrency", noted: "not known without credentials", "Mend the credentials first.")
        } catch {
            return Check(
                "concurrency", noted: "\(error)", "Without lambda:GetAccountSettings the quota cannot be told.")
        }
    }

    /// What the account allows, and what the stack would set aside: AWS keeps 100 for functions that set none aside.
    /// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and
    /// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    static func concurrency(limit: Int, reserved: String?) -> Check {
        let quota = "https://console.aws.amazon.com/servicequotas/home/services/lambda/quotas/L-B99A9384"
        let asked = reserved.flatMap { try? JSONDecoder().decode([String: Int].self, from: Data($0.utf8)) } ?? [:]
        let sum = asked.values.reduce(0, +)
        guard sum == 0 || limit - sum >= unreservedConcurrency else {
            return Check(
                "concurrency",
                failed: "\(sum) of \(limit) invocations at once would be set aside, and AWS keeps "
                    + "\(unreservedConcurrency) of them free",
                "Lower `reserved_concurrency` or leave it out, or ask for more: \(quota)")
        }
        guard limit >= leastConcurrency else {
            return Check(
                "concurrency", failed: "\(limit) invocations at once; a run and its queue take \(leastConcurrency)",
                "Ask for more: \(quota)")
        }
        guard limit > newAccountConcurrency else {
            return Check(
                "concurrency", noted: "\(limit) invocations at once, as new accounts have",
                "Enough for the pipeline; `reserved_concurrency` has to stay out. For more: \(quota)")
        }
        return Check("concurrency", passed: "\(limit) invocations at once")
    }

    private static let unreservedConcurrency = 100
    private static let newAccountConcurrency = 10
    /// One step of the run, and the five of `queue_maximum_concurrency`.
    private static let leastConcurrency = 6

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
