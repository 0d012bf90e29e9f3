import AWSClient
import Foundation

/// The stack at its target: Terraform on its folder, the account's services, and what is held back.
struct Stack: Sendable {
    let target: DeployTarget
    let terraform: Terraform
    let hold: AliasHold
    let clock: TargetClock
    /// The variables that Terraform and the account's calls read.
    let environment: [String: String]
    /// The `.tf` files.
    let folder: String
    private let signed: Result<AWSAccess, any Error>

    /// - Parameters:
    ///   - credentials: the variables with the caller's keys and region, or why there are none.
    ///   - folder: the `.tf` files.
    ///   - dataFolder: what belongs to this target on this machine.
    ///   - show: takes each line of Terraform's.
    init(
        target: DeployTarget, credentials: Result<[String: String], any Error>, folder: String, dataFolder: String,
        environment inherited: [String: String], clock: TargetClock, show: @escaping @Sendable (String) -> Void
    ) throws {
        let own = (try? credentials.get()) ?? inherited
        try FileManager.default.createDirectory(atPath: dataFolder, withIntermediateDirectories: true)
        environment = target.environment(own, dataFolder: "\(dataFolder)/terraform")
        self.target = target
        self.folder = folder
        self.clock = clock
        hold = AliasHold(folder: dataFolder)
        terraform = Terraform(folder: folder, environment: environment, show: show)
        signed = credentials.flatMap { [environment] _ in Result { try AWSAccess(environment: environment) } }
    }

    /// The account's services.
    ///
    /// - Throws: `AWSConfigurationError` or `ProfileError` when there are no keys to sign with.
    var access: AWSAccess { get throws { try signed.get() } }

    /// The zip that Terraform sends: the variable `package`, or its default.
    var packagePath: String {
        let named = environment["TF_VAR_package"] ?? "../dist/bootstrap.zip"
        return URL(filePath: named.hasPrefix("/") ? named : "\(folder)/\(named)").standardized.path
    }

    var architecture: String { environment["TF_VAR_architecture"] ?? "x86_64" }

    /// Sees that the caller is known, and initialises the folder.
    func prepare() async throws {
        do {
            _ = try await access.caller()
        } catch let refusal as AWSRefusal where refusal.isAboutCredentials {
            throw TerraformFailure.credentials(refusal.code)
        }
        if case .local = target { try await access.makeBucket(DeployTarget.localStateBucket) }
        if target == .aws, !FileManager.default.isReadableFile(atPath: "\(folder)/backend.hcl") {
            throw DeployError.noBackend(folder)
        }
        let plugins = environment["TF_PLUGIN_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        try await terraform.run(.initialize(backend: target.backend(stackFolder: folder), plugins: plugins))
    }

    /// What the stack tells of itself.
    ///
    /// - Throws: `DeployError.notApplied` before the first whole apply.
    func outputs() async throws -> StackOutputs {
        guard let outputs = try await terraform.outputs() else { throw DeployError.notApplied(target.name) }
        return outputs
    }

    /// The version that `live` points to, by handler.
    func liveVersions(_ outputs: StackOutputs) async throws -> [String: String] {
        var live: [String: String] = [:]
        for (handler, function) in outputs.functions {
            live[handler] = try await access.alias("live", of: function.name).FunctionVersion
        }
        return live
    }
}

/// Failures that are not the account's and not Terraform's.
enum DeployError: Error, Equatable {
    case noBackend(String)
    case notApplied(String)
    case unknownFunction(String, known: [String])
    case nothingBefore(String)
    case needsConsent(String)
    /// An emulator's endpoint, and what it says instead of its time.
    case noTime(String, String)
    case checksFailed
}

extension DeployError: CustomStringConvertible {
    var description: String {
        switch self {
        case .noBackend(let folder):
            "\(folder)/backend.hcl is missing: it names the bucket of the state. terraform/README.md shows how "
                + "terraform/state makes one."
        case .notApplied(let target): "Nothing is applied to \(target). Run `rivulet-deploy apply --target \(target)`."
        case .unknownFunction(let name, let known):
            "There is no function \(name). The stack has \(known.joined(separator: ", "))."
        case .nothingBefore(let name): "\(name) has no version before the one that is live: there is no way back."
        case .needsConsent(let verb):
            "This would change an AWS account. Look at the plan, then repeat `\(verb)` with --yes."
        case .noTime(let endpoint, let reason):
            "The emulator at \(endpoint) does not tell its time: \(reason). Is it up, and the token of RIVULET_CONTROL_TOKEN or "
                + "of its state folder its own?"
        case .checksFailed: "A check failed: the lines marked ✗ say what to do."
        }
    }
}
