import Foundation

/// What a killed apply has made without noting it, brought under the state's care by `import` blocks.
///
/// https://developer.hashicorp.com/terraform/language/import
final class Adoption {
    private let stack: Stack
    private var adopted: [String: String] = [:]

    init(_ stack: Stack) {
        self.stack = stack
    }

    /// The next apply takes over these resources by their names.
    ///
    /// - Throws: `TerraformFailure.alreadyExists` with those whose type has no name to go by.
    func add(_ addresses: [String]) async throws {
        let account = try await stack.access.caller().account
        let planned = try await stack.terraform.planned(variables: stack.hold.file)
        for address in addresses {
            guard let resource = planned[address], adopted[address] == nil,
                let id = Self.identifier(type: resource.type, planned: resource.texts, account: account)
            else { throw TerraformFailure.alreadyExists([address]) }
            adopted[address] = id
        }
        let blocks = ["import": adopted.sorted { $0.key < $1.key }.map { ["to": $0.key, "id": $0.value] }]
        try JSONEncoder().encode(blocks).write(to: file, options: .atomic)
    }

    /// Takes the blocks out of the stack's folder again.
    func end() {
        if !adopted.isEmpty { try? FileManager.default.removeItem(at: file) }
    }

    private var file: URL { URL(filePath: "\(stack.folder)/adopted.tf.json") }

    /// The attributes of a planned resource that make its id for an import, by type.
    /// https://registry.terraform.io/providers/hashicorp/aws/latest/docs
    private static let identifiers: [String: [String]] = [
        "aws_athena_workgroup": ["name"], "aws_cloudwatch_log_group": ["name"], "aws_dynamodb_table": ["name"],
        "aws_glue_catalog_table": ["account", "database_name", "name"],
        "aws_glue_catalog_database": ["account", "name"],
        "aws_iam_role": ["name"], "aws_lambda_function": ["function_name"],
        "aws_lambda_alias": ["function_name", "name"],
        "aws_s3_bucket": ["bucket"], "aws_scheduler_schedule": ["group_name", "name"],
        "aws_scheduler_schedule_group": ["name"], "aws_ssm_parameter": ["name"],
    ]

    /// The id to import an address by; nil for a type that cannot exist twice or is not known.
    ///
    /// - Parameter planned: the resource's attributes in a plan.
    static func identifier(type: String, planned: [String: String], account: String) -> String? {
        guard let names = identifiers[type] else { return nil }
        let parts = names.map { $0 == "account" ? account : planned[$0] ?? "" }
        guard !parts.contains("") else { return nil }
        return parts.joined(separator: type.hasPrefix("aws_glue") ? ":" : "/")
    }
}
