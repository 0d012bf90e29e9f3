import AWSProtocol
import EmulatorClock

extension SQSRequests {
    func createQueue(_ parameters: SQSParameters) async throws -> JSONObject {
        guard let name = try parameters.string("QueueName") else {
            throw SQSError.invalidParameterValue(
                "Value for parameter QueueName is invalid. Reason: Must specify a queue name.")
        }
        guard !name.isEmpty else { throw SQSError.invalidParameterValue("Queue name cannot be empty") }
        let tags = try parameters.map("tags")
        try checkTags(tags)
        let queue = try await service.create(
            address(name), attributes: try parameters.map("Attributes"),
            tags: Dictionary(tags, uniquingKeysWith: { $1 }))
        return ["QueueUrl": url(of: queue)]
    }

    private func address(_ name: String, owner: String? = nil) -> QueueAddress {
        QueueAddress(account: owner ?? caller.account, region: caller.region, name: name)
    }

    func getQueueURL(_ parameters: SQSParameters) throws -> JSONObject {
        let owner = try parameters.string("QueueOwnerAWSAccountId")
        return ["QueueUrl": url(of: try service.resolve(address(try parameters.required("QueueName"), owner: owner)))]
    }

    func listQueues(_ parameters: SQSParameters) throws -> JSONObject {
        let prefix = try parameters.string("QueueNamePrefix") ?? ""
        let queues = service.queues(account: caller.account, region: caller.region)
            .filter { $0.address.name.hasPrefix(prefix) }
        return try page(queues, parameters, member: "QueueUrls")
    }

    func listDeadLetterSourceQueues(_ parameters: SQSParameters) throws -> JSONObject {
        let queues = service.sources(ofDeadLetterQueue: try queue(parameters))
        var result = try page(queues, parameters, member: "queueUrls")
        // Here alone the list is there even when it is empty: the model says that it must be.
        if result["queueUrls"] == nil { result.append("queueUrls", []) }
        return result
    }

    /// A page of queues in the order of their names; its token is the last name on it.
    private func page(_ queues: [Queue], _ parameters: SQSParameters, member: String) throws -> JSONObject {
        let asked = try parameters.integer("MaxResults")
        if let asked, !limits.pageSize.contains(asked) {
            throw SQSError.value(
                asked, of: "MaxResults",
                reason: "MaxResults must be an integer between \(limits.pageSize.lowerBound) and "
                    + "\(limits.pageSize.upperBound).")
        }
        var rest = queues[...]
        if let token = try parameters.string("NextToken"), !token.isEmpty {
            guard let last = Base64.decode(token).flatMap({ String(validating: $0, as: UTF8.self) }) else {
                throw SQSError.invalidParameterValue("Invalid or expired next token.")
            }
            rest = rest.drop { $0.address.name <= last }
        }
        let page = rest.prefix(asked ?? limits.pageSize.upperBound)
        var result = JSONObject()
        if !page.isEmpty { result.append(member, .array(page.map(url))) }
        // Without MaxResults SQS gives no token, however many queues there are.
        if asked != nil, page.count < rest.count, let last = page.last {
            result.append("NextToken", .string(Base64.encode(Array(last.address.name.utf8))))
        }
        return result
    }

    func deleteQueue(_ parameters: SQSParameters) async throws -> JSONObject {
        try await service.delete(try queue(parameters))
        return [:]
    }

    func purgeQueue(_ parameters: SQSParameters) async throws -> JSONObject {
        try await service.purge(try queue(parameters))
        return [:]
    }

    func setQueueAttributes(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let attributes = try parameters.map("Attributes")
        guard parameters["Attributes"] != nil else { throw SQSError.missingParameter("Attributes") }
        try await service.setAttributes(attributes, of: queue)
        return [:]
    }

    func getQueueAttributes(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let asked = try parameters.strings("AttributeNames")
        for name in asked where name != "All" && QueueAttributeName(rawValue: name) == nil {
            throw SQSError.unknownAttribute(name)
        }
        let names = QueueAttributeName.allCases.filter { asked.contains("All") || asked.contains($0.rawValue) }
        guard !names.isEmpty else { return [:] }
        let counts: Set<QueueAttributeName> = [.visible, .inFlight, .delayed]
        let statistics = counts.isDisjoint(with: names) ? nil : try await service.statistics(of: queue)
        let pairs = names.compactMap { name in
            text(of: name, queue, statistics).map { (name.rawValue, JSONValue.string($0)) }
        }
        return pairs.isEmpty ? [:] : ["Attributes": .object(JSONObject(pairs))]
    }

    private func text(of name: QueueAttributeName, _ queue: Queue, _ statistics: QueueStatistics?) -> String? {
        switch name {
        case .visible: statistics.map { String($0.visible) }
        case .inFlight: statistics.map { String($0.inFlight) }
        case .delayed: statistics.map { String($0.delayed) }
        case .created: String(queue.created.seconds)
        case .lastModified: String(queue.lastModified.seconds)
        case .arn: queue.arn
        default: queue.settings.text(of: name)
        }
    }

    func tagQueue(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let tags = try parameters.map("Tags")
        guard !tags.isEmpty else { throw SQSError.missingParameter("Tags") }
        try checkTags(tags)
        let limit = limits.tags
        try await service.changeTags(of: queue) { known in
            for tag in tags { known[tag.name] = tag.value }
            guard known.count <= limit else {
                throw SQSError.invalidParameterValue("Too many tags added for queue \(queue.address.name).")
            }
        }
        return [:]
    }

    func untagQueue(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let keys = try parameters.strings("TagKeys")
        guard !keys.isEmpty else {
            throw SQSError.invalidParameterValue("Tag keys must be between 1 and 128 characters in length.")
        }
        try await service.changeTags(of: queue) { known in keys.forEach { known[$0] = nil } }
        return [:]
    }

    func listQueueTags(_ parameters: SQSParameters) throws -> JSONObject {
        let tags = try queue(parameters).tags
        guard !tags.isEmpty else { return [:] }
        return ["Tags": .object(JSONObject(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))]
    }

    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html
    private func checkTags(_ tags: [(name: String, value: String)]) throws {
        for tag in tags {
            guard (1...128).contains(tag.name.count) else {
                throw SQSError.invalidParameterValue("Tag keys must be between 1 and 128 characters in length.")
            }
            guard tag.value.count <= 256 else {
                throw SQSError.invalidParameterValue("Tag values must be between 0 and 256 characters in length.")
            }
        }
    }
}
