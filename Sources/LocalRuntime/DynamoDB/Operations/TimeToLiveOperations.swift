import AWSProtocol
import EmulatorClock

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    func updateTimeToLive(_ call: Call) async throws -> JSONObject {
        let specification = call["TimeToLiveSpecification"] ?? [:]
        let isEnabled = specification["Enabled"]?.bool == true
        let attribute = Text(specification["AttributeName"]?.string ?? "")
        let table = try await describedTable(call)
        let changed = try await change(table) { table, store in
            switch (table.settings.timeToLive?.attribute, isEnabled) {
            case (nil, true):
                table.settings.timeToLive = TimeToLive(attribute: attribute)
                try Self.noteExpiries(of: table, attribute, store)
            case (attribute?, false):
                table.settings.timeToLive = nil
                try store.deleteExpiries(table: table.id)
            case (attribute?, true): throw ValidationFailure.tableChange(.timeToLiveAlreadyEnabled)
            case (let other?, _):
                throw ValidationFailure.tableChange(.timeToLiveOnOtherAttribute(other.string))
            case (nil, false): throw ValidationFailure.tableChange(.timeToLiveAlreadyDisabled)
            }
        }
        if changed.settings.timeToLive != nil { try await expirySweep.noteNext(of: changed) }
        return ["TimeToLiveSpecification": specification]
    }

    private static func noteExpiries(
        of table: TableDefinition, _ attribute: Text, _ store: DynamoDBStore
    ) throws {
        try store.walk(KeyRange(space: .table(table.id))) { row in
            let item = try row.item()
            if let expiry = item.expiry_s(attribute), let key = EncodedKey(of: item, table.keySchema) {
                try store.insertExpiry(table: table.id, key, at: expiry)
            }
            return true
        }
    }

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html
    func describeTimeToLive(_ call: Call) async throws -> JSONObject {
        let table = try await describedTable(call)
        guard let attribute = table.settings.timeToLive?.attribute else {
            return ["TimeToLiveDescription": ["TimeToLiveStatus": "DISABLED"]]
        }
        return [
            "TimeToLiveDescription": [
                "TimeToLiveStatus": "ENABLED", "AttributeName": .string(attribute.string),
            ]
        ]
    }
}
