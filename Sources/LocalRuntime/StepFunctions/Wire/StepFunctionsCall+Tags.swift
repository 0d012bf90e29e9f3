import AWSProtocol

extension StepFunctionsCall {
    func tagResource() async throws -> JSONObject {
        let added = try tags("tags")
        try await service.changeTags(of: try arn("resourceArn")) { tags in
            for tag in added {
                if let index = tags.firstIndex(where: { $0.key == tag.key }) {
                    tags[index] = tag
                } else {
                    tags.append(tag)
                }
            }
        }
        return [:]
    }

    func untagResource() async throws -> JSONObject {
        let keys = (parameters["tagKeys"]?.array ?? []).compactMap(\.string)
        try await service.changeTags(of: try arn("resourceArn")) { $0.removeAll { keys.contains($0.key) } }
        return [:]
    }

    func listTags() async throws -> JSONObject {
        let tags = try await service.tags(of: try arn("resourceArn"))
        return ["tags": .array(tags.map { ["key": .string($0.key), "value": .string($0.value)] })]
    }

    func tags(_ name: String) throws -> [Tag] {
        try (parameters[name]?.array ?? []).map { tag in
            guard let key = tag["key"]?.string, (1...128).contains(key.unicodeScalars.count) else {
                throw StepFunctionsError.constraint(
                    value: tag["key"]?.text ?? "null", member: "\(name).member.key",
                    rule: "Member must have length between 1 and 128")
            }
            return Tag(key: key, value: tag["value"]?.string ?? "")
        }
    }
}
