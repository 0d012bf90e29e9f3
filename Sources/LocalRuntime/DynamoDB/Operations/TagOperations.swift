import AWSProtocol

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
    func tagResource(_ call: Call) async throws -> Answer {
        let limits = limits
        let tags = try Tag.all(call["Tags"], limits)
        if tags.isEmpty { throw ValidationFailure.tableChange(.tagListEmpty) }
        let table = try await taggedTable(call, .tagResource)
        _ = try await change(table) { table, _ in
            let keys = Set(tags.map(\.key))
            table.settings.tags.removeAll { keys.contains($0.key) }
            table.settings.tags += tags
            if table.settings.tags.count > limits.tags { throw ValidationFailure.tableChange(.tooManyTags) }
        }
        return .nothing
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html
    func untagResource(_ call: Call) async throws -> Answer {
        let keys = Set((call["TagKeys"]?.array ?? []).compactMap(\.string))
        if keys.isEmpty { throw ValidationFailure.tableChange(.tagKeyListEmpty) }
        let table = try await taggedTable(call, .untagResource)
        _ = try await change(table) { table, _ in
            table.settings.tags.removeAll { keys.contains($0.key) }
        }
        return .nothing
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
    func listTagsOfResource(_ call: Call) async throws -> JSONObject {
        let table = try await taggedTable(call, .listTagsOfResource)
        return ["Tags": .array(table.settings.tags.map { ["Key": .string($0.key), "Value": .string($0.value)] })]
    }

    private func taggedTable(_ call: Call, _ operation: DynamoDBOperation) async throws -> TableDefinition {
        let text = call["ResourceArn"]?.string ?? ""
        guard text.hasPrefix("arn:") else { throw ValidationFailure.tableChange(.noARN(text)) }
        guard let arn = TableARN(text) else { throw ValidationFailure.tableChange(.invalidARN(text)) }
        if arn.account != call.account {
            throw DynamoDBError.accessDenied(account: call.account, operation: operation.rawValue, resource: text)
        }
        if arn.isIndex { throw ValidationFailure.tableChange(.untaggableARN(text)) }
        guard arn.region == call.region,
            let table = try await catalogue.table(account: arn.account, region: arn.region, name: arn.table)
        else { throw DynamoDBError.resourceOfARNNotFound(text) }
        return table
    }
}

extension Tag {
    static func all(_ wire: JSONValue?, _ limits: DynamoDBLimits) throws(ValidationFailure) -> [Tag] {
        let tags = (wire?.array ?? []).map {
            Tag(key: $0["Key"]?.string ?? "", value: $0["Value"]?.string ?? "")
        }
        if Set(tags.map(\.key)).count < tags.count { throw .tableChange(.duplicateTag) }
        if tags.count > limits.tags { throw .tableChange(.tooManyTags) }
        for text in tags.flatMap({ [$0.key, $0.value] }) where !text.unicodeScalars.allSatisfy(isAllowed) {
            throw .tableChange(.invalidTag(text))
        }
        return tags
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isAlphabetic || properties.isWhitespace || properties.numericType != nil
            || "+-=._:/@".unicodeScalars.contains(scalar)
    }
}
