package import EmulatorClock

/// A table as its owner has set it up; its items and their number are not part of it.
package struct TableDefinition: Sendable, Equatable {
    /// The table's number in the database, never used again after the table is gone.
    package var id: Int64
    /// Goes up with each change, so that a copy held in memory can be told from the current one.
    package var version: Int64
    package var account: String
    package var region: String
    package var name: String
    package var settings: TableSettings

    package var arn: String {
        "arn:aws:dynamodb:\(region):\(account):table/\(name)"
    }

    package var keySchema: KeySchema { settings.keySchema }

    /// Global indexes, then local ones.
    var indexes: [SecondaryIndex] { settings.globalIndexes + settings.localIndexes }

    var hasIndexes: Bool { !settings.globalIndexes.isEmpty || !settings.localIndexes.isEmpty }

    func index(named name: String) -> SecondaryIndex? {
        indexes.first { $0.name == name }
    }
}

/// What is stored of a table beside its identity.
package struct TableSettings: Codable, Sendable, Equatable {
    var uuid: String
    var createdAt_ms: Int64
    package var keySchema: KeySchema
    /// Every key attribute of the table and its indexes, in the order in which they were declared.
    var attributes: [KeyAttribute]
    var billing: Billing
    var globalIndexes: [SecondaryIndex] = []
    var localIndexes: [SecondaryIndex] = []
    var onDemandThroughput: OnDemandThroughput?
    var warmThroughput: WarmThroughput?
    var encryption: ServerSideEncryption?
    var tableClass: String?
    /// Set once UpdateTable has changed the class.
    var tableClassChangedAt_ms: Int64?
    var isDeletionProtected = false
    var timeToLive: TimeToLive?
    /// The latest stream, on or off.
    var stream: TableStream?
    var pointInTimeRecovery: PointInTimeRecovery?
    var tags: [Tag] = []

    package var createdAt: Timestamp { Timestamp(milliseconds: createdAt_ms) }
}

/// How throughput is paid for; none of it is metered here.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html
package struct Billing: Codable, Sendable, Equatable {
    enum Mode: String, Codable, Sendable {
        case provisioned = "PROVISIONED"
        case payPerRequest = "PAY_PER_REQUEST"
    }

    var mode: Mode
    var throughput: ProvisionedThroughput
    /// When the table was last put on demand; AWS shows a summary of the mode only if it ever was.
    var lastOnDemand_ms: Int64?

    static let onDemand = Billing(mode: .payPerRequest, throughput: .none, lastOnDemand_ms: nil)
}

package struct ProvisionedThroughput: Codable, Sendable, Equatable {
    var readCapacityUnits: Int
    var writeCapacityUnits: Int
    var lastIncrease_ms: Int64?
    var lastDecrease_ms: Int64?
    var decreasesToday = 0

    static let none = ProvisionedThroughput(readCapacityUnits: 0, writeCapacityUnits: 0)

    /// The same with other units, and the times of the change.
    func changed(read: Int, write: Int, at now: Timestamp) -> ProvisionedThroughput {
        var changed = self
        if read > readCapacityUnits || write > writeCapacityUnits { changed.lastIncrease_ms = now.milliseconds }
        if read < readCapacityUnits || write < writeCapacityUnits {
            changed.lastDecrease_ms = now.milliseconds
            changed.decreasesToday += 1
        }
        changed.readCapacityUnits = read
        changed.writeCapacityUnits = write
        return changed
    }
}

/// Ceilings of an on-demand table; -1 lifts one.
package struct OnDemandThroughput: Codable, Sendable, Equatable {
    var maxReadRequestUnits: Int?
    var maxWriteRequestUnits: Int?
}

/// What a table or index can serve at once; stored and shown, for nothing here is ever cold.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
package struct WarmThroughput: Codable, Sendable, Equatable {
    var readUnitsPerSecond: Int
    var writeUnitsPerSecond: Int
}

/// Stored and shown; the items themselves lie in the state file as they are.
package struct ServerSideEncryption: Codable, Sendable, Equatable {
    var kmsKeyARN: String
}

package struct TimeToLive: Codable, Sendable, Equatable {
    var attribute: Text
}

package struct PointInTimeRecovery: Codable, Sendable, Equatable {
    var enabledAt_ms: Int64
    var recoveryPeriod_days: Int
}

package struct Tag: Codable, Sendable, Equatable {
    var key: String
    var value: String
}

/// A global or local secondary index.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/SecondaryIndexes.html
package struct SecondaryIndex: Codable, Sendable, Equatable {
    enum Projection: Codable, Sendable, Equatable {
        case all
        case keysOnly
        case include([Text])
    }

    /// The index's number in the database, never used again.
    var id: Int64
    var name: String
    var isGlobal: Bool
    var keySchema: KeySchema
    var projection: Projection
    var throughput: ProvisionedThroughput = .none
    var onDemandThroughput: OnDemandThroughput?
    var warmThroughput: WarmThroughput?

    /// Where an item stands in the index; nil when it has no place: a key attribute is missing, of another type, empty or
    /// too long. Only items that were there before the index can be like the last three.
    func key(of item: Item) -> EncodedKey? {
        guard let key = EncodedKey(of: item, keySchema), key.partition.count <= DynamoDBLimits.aws.partitionKey_bytes,
            key.sort.count <= DynamoDBLimits.aws.sortKey_bytes,
            keySchema.attributes.allSatisfy({ item[$0.name]?.isEmptyKey == false })
        else { return nil }
        return key
    }

    /// What of an item the index shows.
    func projected(_ item: Item, tableKeys: KeySchema) -> Item {
        let names: [Text]
        switch projection {
        case .all: return item
        case .keysOnly: names = []
        case .include(let others): names = others
        }
        return AttributeMap(
            sorted: item.entries.filter {
                tableKeys.contains($0.name) || keySchema.contains($0.name) || names.contains($0.name)
            })
    }
}
