import ArgumentParser

/// `rivulet-deploy status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the versions that are live, the mapping, and the raised alarms.")

    @OptionGroup var options: TargetOptions

    private struct Function: Encodable {
        let name: String
        let live: String
        let weights: [String: Double]
        let newest: String
        let code_sha256: String
    }

    private struct Status: Encodable {
        let bucket: String
        let mapping: String?
        let alarms: [String]
        let functions: [Function]
    }

    func run() async throws {
        let stack = try await options.open()
        let outputs = try await stack.outputs()
        var functions: [Function] = []
        for (_, function) in outputs.functions.sorted(by: { $0.key < $1.key }) {
            let alias = try await stack.access.alias("live", of: function.name)
            let found = try await stack.access.configuration(of: function.name, qualifier: "live")
            functions.append(
                Function(
                    name: function.name, live: alias.FunctionVersion, weights: alias.weights, newest: function.version,
                    code_sha256: found.CodeSha256))
        }
        let status = Status(
            bucket: outputs.bucket, mapping: try await mapping(outputs, stack),
            alarms: try await stack.access.raisedAlarms(prefix: outputs.prefix), functions: functions)
        try options.report(status, text: Self.text(status))
    }

    private func mapping(_ outputs: StackOutputs, _ stack: Stack) async throws -> String? {
        guard let id = outputs.mapping else { return nil }
        return try await stack.access.mappingState(id)
    }

    private static func text(_ status: Status) -> String {
        let functions = status.functions.map { function in
            let weights = function.weights.map { " + \($0.key) at \(Int(($0.value * 100).rounded())) %" }.joined()
            let newer = function.live == function.newest ? "" : " (newest: \(function.newest))"
            return "\(function.name)  live \(function.live)\(weights)\(newer)  \(function.code_sha256)"
        }
        let alarms = status.alarms.isEmpty ? "no alarm" : "alarms: \(status.alarms.joined(separator: ", "))"
        return (functions + ["mapping \(status.mapping ?? "absent"), \(alarms), bucket \(status.bucket)"]).joined(
            separator: "\n")
    }
}
