import Foundation

/// Terraform on the stack's folder. Its state is its own: `terraform` by hand finds all as it is.
struct Terraform: Sendable {
    private let program: Program
    private let show: @Sendable (String) -> Void

    /// - Parameters:
    ///   - folder: the stack, where the `.tf` files lie.
    ///   - environment: what Terraform and its provider read: credentials, endpoint, `TF_…`.
    ///   - show: takes each line that Terraform prints.
    init(folder: String, environment: [String: String], show: @escaping @Sendable (String) -> Void) {
        let quiet = ["TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "TF_INPUT": "0"]
        program = Program("terraform", environment: environment.merging(quiet) { $1 }, folder: folder)
        self.show = show
    }

    /// Runs a command whose lines are for people.
    ///
    /// - Parameter accepted: exit codes that are no failure.
    /// - Returns: the exit code.
    /// - Throws: `TerraformFailure` that tells what to do.
    @discardableResult
    func run(_ command: TerraformCommand, accepted: Set<Int> = [0]) async throws -> Int {
        let outcome = try await program.follow(command.arguments, show: show)
        guard accepted.contains(outcome.status) else {
            throw TerraformFailure(command, outcome.status, outcome.output)
        }
        return outcome.status
    }

    /// Runs a command that answers in JSON or in lines for a program.
    func answer(_ command: TerraformCommand) async throws -> String {
        let outcome = try await program.collect(command.arguments)
        guard outcome.status == 0 else {
            throw TerraformFailure(command, outcome.status, outcome.errors + outcome.output)
        }
        return outcome.output
    }

    /// The version of the program.
    func version() async throws -> String {
        struct Answer: Decodable { let terraform_version: String }
        return try JSONDecoder().decode(Answer.self, from: Data(try await answer(.version).utf8)).terraform_version
    }

    /// What the stack tells about itself; nil before the first apply.
    func outputs() async throws -> StackOutputs? {
        try StackOutputs(json: try await answer(.outputs))
    }
}

extension Terraform {
    /// A resource as a plan would make it.
    struct Planned: Sendable, Equatable {
        let type: String
        /// The attributes that are texts and known before the apply.
        let texts: [String: String]
    }

    /// The resources that an apply would create, by address.
    func planned(variables: String?) async throws -> [String: Planned] {
        let file = FileManager.default.temporaryDirectory.appending(path: "plan-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await run(.plan(variables: variables, output: file), accepted: [0, 2])
        return try Self.planned(json: try await answer(.show(file)))
    }

    static func planned(json: String) throws -> [String: Planned] {
        struct Plan: Decodable { let resource_changes: [Change]? }
        struct Change: Decodable {
            struct Body: Decodable {
                let after: [String: Text]?
            }
            let address: String
            let type: String
            let change: Body
        }
        /// nil for whatever is no text.
        struct Text: Decodable {
            let value: String?

            init(from decoder: any Decoder) throws {
                value = try? decoder.singleValueContainer().decode(String.self)
            }
        }
        let plan = try JSONDecoder().decode(Plan.self, from: Data(json.utf8))
        return (plan.resource_changes ?? []).reduce(into: [:]) { planned, change in
            let texts = (change.change.after ?? [:]).compactMapValues(\.value)
            planned[change.address] = Planned(type: change.type, texts: texts)
        }
    }
}
