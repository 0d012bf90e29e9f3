/// A call of Terraform's command line, as data.
///
/// https://developer.hashicorp.com/terraform/cli/commands
struct TerraformCommand: Sendable, Equatable {
    let arguments: [String]

    var verb: String { arguments[0] }

    private init(_ arguments: [String]) {
        self.arguments = arguments
    }

    static let version = TerraformCommand(["version", "-json"])
    static let outputs = TerraformCommand(["output", "-json", "-no-color"])

    /// - Parameters:
    ///   - backend: each a file or `name=value`, as `-backend-config` takes them.
    ///   - plugins: the folder that providers are taken from; nil for the registry.
    static func initialize(backend: [String], plugins: String?) -> TerraformCommand {
        TerraformCommand(
            ["init", "-input=false", "-no-color", "-reconfigure"] + backend.map { "-backend-config=\($0)" }
                + (plugins.map { ["-plugin-dir=\($0)"] } ?? []))
    }

    /// Exit code 0 without changes, 2 with some.
    ///
    /// - Parameter output: a file for the plan itself.
    static func plan(
        variables: String?, destroys: Bool = false, output: String? = nil
    ) -> TerraformCommand {
        TerraformCommand(
            ["plan", "-input=false", "-no-color", "-detailed-exitcode"] + (destroys ? ["-destroy"] : [])
                + (output.map { ["-out=\($0)"] } ?? []) + file(variables))
    }

    static func show(_ plan: String) -> TerraformCommand {
        TerraformCommand(["show", "-json", plan])
    }

    static func apply(variables: String?) -> TerraformCommand {
        TerraformCommand(["apply", "-input=false", "-no-color", "-auto-approve"] + file(variables))
    }

    static func destroy(variables: String?) -> TerraformCommand {
        TerraformCommand(["destroy", "-input=false", "-no-color", "-auto-approve"] + file(variables))
    }

    static func unlock(_ id: String) -> TerraformCommand {
        TerraformCommand(["force-unlock", "-force", id])
    }

    private static func file(_ variables: String?) -> [String] {
        variables.map { ["-var-file=\($0)"] } ?? []
    }
}
