import AWSProtocol

extension SQSRequests {
    func addPermission(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let label = try parameters.required("Label")
        let actions = try parameters.strings("Actions")
        guard !actions.isEmpty else { throw SQSError.missingParameter("Actions") }
        guard let accounts = try parameters.list("AWSAccountIds")?.compactMap(\.string) else {
            throw SQSError.missingParameter("AWSAccountIds")
        }
        guard !accounts.isEmpty else {
            throw SQSError.value("[]", of: "PrincipalId", reason: "Unable to verify.")
        }
        try await service.changePolicy(of: queue) { policy in
            try policy.add(label: label, accounts: accounts, actions: actions, queueARN: queue.arn)
        }
        return [:]
    }

    func removePermission(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let label = try parameters.required("Label")
        try await service.changePolicy(of: queue) { try $0.remove(label: label) }
        return [:]
    }
}
