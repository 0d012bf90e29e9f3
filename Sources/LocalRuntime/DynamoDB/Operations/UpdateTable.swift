import AWSProtocol
import EmulatorClock

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
    func updateTable(_ call: Call) async throws -> JSONObject {
        let update = try TableUpdate(call)
        let table = try await describedTable(call)
        let (now, limits) = (clock.now, limits)
        let changed = try await change(table) { table, store in
            try update.apply(to: &table, store, at: now, limits)
        }
        if update.deletesIndex { purge.start() }
        let (before, after) = (table.settings.encryption, changed.settings.encryption)
        let changing = before == after ? nil : after ?? before
        return ["TableDescription": changed.description(.updating, try await contents(of: changed), changing)]
    }
}

/// The parameters of UpdateTable.
struct TableUpdate: Sendable {
    private let call: Call
    private let indexUpdates: [IndexUpdate]
    private let streamView: TableStream.View?
    private let tableClass: String?

    private enum IndexUpdate: Sendable {
        case create(JSONValue)
        case update(name: String, JSONValue)
        case delete(name: String)

        var name: String {
            switch self {
            case .create(let wire): wire["IndexName"]?.string ?? ""
            case .update(let name, _), .delete(let name): name
            }
        }

        /// AWS makes or deletes one index at a time.
        var makesOrDeletes: Bool {
            switch self {
            case .create, .delete: true
            case .update: false
            }
        }
    }

    init(_ call: Call) throws {
        self.call = call
        streamView = try call.streamView()
        tableClass = try call.tableClass()
        for name in [
            "ReplicaUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates",
            "GlobalTableSettingsReplicationMode", "DisassociationProtectionEnabled", "VectorIndexUpdates",
        ]
        where call[name] != nil {
            throw NotImplemented("the parameter \(name) of UpdateTable")
        }
        let changes = [
            "ProvisionedThroughput", "BillingMode", "GlobalSecondaryIndexUpdates", "SSESpecification",
            "DeletionProtectionEnabled", "TableClass", "OnDemandThroughput", "StreamSpecification", "WarmThroughput",
        ]
        guard changes.contains(where: { call[$0].map { $0.array?.isEmpty != true } ?? false }) else {
            throw ValidationFailure.tableChange(.nothingToUpdate)
        }
        let indexUpdates = try (call["GlobalSecondaryIndexUpdates"]?.array ?? []).map(Self.indexUpdate)
        self.indexUpdates = indexUpdates
        var names: Set<String> = []
        for update in indexUpdates where !names.insert(update.name).inserted {
            throw ValidationFailure.tableChange(.indexActionTwice(update.name))
        }
        guard indexUpdates.count(where: \.makesOrDeletes) <= 1 else { throw DynamoDBError.tooManyIndexUpdates }
    }

    var deletesIndex: Bool {
        indexUpdates.contains { if case .delete = $0 { true } else { false } }
    }

    private static func indexUpdate(_ wire: JSONValue) throws(ValidationFailure) -> IndexUpdate {
        let actions = ["Create", "Update", "Delete"].filter { wire[$0] != nil }
        guard let action = actions.first, let content = wire[action] else { throw .tableChange(.indexActionMissing) }
        guard actions.count == 1 else { throw .tableChange(.indexActionAmbiguous) }
        let name = content["IndexName"]?.string ?? ""
        return switch action {
        case "Create": .create(content)
        case "Update": .update(name: name, content)
        default: .delete(name: name)
        }
    }

    func apply(
        to table: inout TableDefinition, _ store: DynamoDBStore, at now: Timestamp, _ limits: DynamoDBLimits
    ) throws {
        try changeBilling(&table.settings, at: now)
        for update in indexUpdates { try apply(update, to: &table, store, at: now, limits) }
        try changeStream(&table, store, at: now)
        if let isProtected = call["DeletionProtectionEnabled"]?.bool {
            table.settings.isDeletionProtected = isProtected
        }
        if let tableClass {
            table.settings.tableClass = tableClass
            table.settings.tableClassChangedAt_ms = now.milliseconds
        }
        if call["SSESpecification"] != nil { table.settings.encryption = ServerSideEncryption(call) }
        if let throughput = OnDemandThroughput(call["OnDemandThroughput"]) {
            table.settings.onDemandThroughput = throughput
        }
        let warm = try WarmThroughput(call["WarmThroughput"], from: table.settings.shownWarmThroughput)
        table.settings.warmThroughput = warm ?? table.settings.warmThroughput
    }

    private func changeStream(_ table: inout TableDefinition, _ store: DynamoDBStore, at now: Timestamp) throws {
        guard call["StreamSpecification"] != nil else { return }
        let current = table.settings.stream.flatMap { $0.isEnabled ? $0 : nil }
        switch (streamView, current) {
        case (_?, _?): throw ValidationFailure.tableChange(.streamAlreadyEnabled(table.name))
        case (nil, nil): throw ValidationFailure.tableChange(.noStreamToDisable(table.name))
        case (let view?, nil): table.settings.stream = try store.beginStream(of: table, view, at: now)
        case (nil, let stream?):
            try store.endStream(stream.id, at: now)
            table.settings.stream?.isEnabled = false
        }
    }

    private func changeBilling(_ settings: inout TableSettings, at now: Timestamp) throws(ValidationFailure) {
        let mode = call["BillingMode"]?.string.flatMap(Billing.Mode.init) ?? settings.billing.mode
        let units = call["ProvisionedThroughput"]
        switch (mode, units) {
        case (.payPerRequest, _?): throw .table(.unitsWithPayPerRequest)
        case (.payPerRequest, nil):
            guard settings.billing.mode != mode else { return }
            settings.billing = Billing(mode: mode, throughput: .none, lastOnDemand_ms: now.milliseconds)
            for index in settings.globalIndexes.indices { settings.globalIndexes[index].throughput = .none }
        case (.provisioned, nil):
            if settings.billing.mode != mode { throw .table(.unitsMissing) }
        case (.provisioned, let units?):
            let wanted = try ProvisionedThroughput(units)
            let current = settings.billing.throughput
            if settings.billing.mode == mode, current.readCapacityUnits == wanted.readCapacityUnits,
                current.writeCapacityUnits == wanted.writeCapacityUnits
            {
                throw .tableChange(
                    .sameThroughput(read: wanted.readCapacityUnits, write: wanted.writeCapacityUnits))
            }
            settings.billing.mode = mode
            settings.billing.throughput = current.changed(
                read: wanted.readCapacityUnits, write: wanted.writeCapacityUnits, at: now)
        }
    }

    private func apply(
        _ update: IndexUpdate, to table: inout TableDefinition, _ store: DynamoDBStore, at now: Timestamp,
        _ limits: DynamoDBLimits
    ) throws {
        switch update {
        case .create(let wire): try create(wire, in: &table, store, limits)
        case .update(let name, let wire): try change(name, wire, in: &table.settings, at: now)
        case .delete(let name):
            guard let index = table.settings.globalIndexes.first(where: { $0.name == name }) else {
                throw DynamoDBError.resourceNotFound
            }
            try store.deleteIndex(index.id)
            table.settings.globalIndexes.removeAll { $0.id == index.id }
            forgetUnusedAttributes(&table.settings)
        }
    }

    /// A new index holds the items that are there already; AWS fills it in the background, we at once.
    private func create(
        _ wire: JSONValue, in table: inout TableDefinition, _ store: DynamoDBStore, _ limits: DynamoDBLimits
    ) throws {
        let definitions = try AttributeDefinitions(call["AttributeDefinitions"])
        try definitions.checkAllDefined(wire["KeySchema"])
        var index = try SecondaryIndex(
            global: wire, definitions, isOnDemand: table.settings.billing.mode == .payPerRequest)
        if table.index(named: index.name) != nil {
            throw ValidationFailure.tableChange(.indexExists(index.name))
        }
        if table.settings.globalIndexes.count >= limits.globalIndexes {
            throw ValidationFailure.table(.tooManyGlobalIndexes(limits.globalIndexes))
        }
        try table.refuseRedefinition(by: index)
        index.id = try store.newIndexID(tableID: table.id)
        table.settings.attributes += index.keySchema.attributes.filter { !table.settings.attributes.contains($0) }
        table.settings.globalIndexes.append(index)
        forgetUnusedAttributes(&table.settings)
        let keySchema = table.keySchema
        try store.walk(KeyRange(space: .table(table.id))) { row in
            let item = try row.item()
            if let entry = index.key(of: item), let key = EncodedKey(of: item, keySchema) {
                try store.insertEntry(index: index.id, entry, item: key)
            }
            return true
        }
    }

    private func change(
        _ name: String, _ wire: JSONValue, in settings: inout TableSettings, at now: Timestamp
    ) throws {
        guard let position = settings.globalIndexes.firstIndex(where: { $0.name == name }) else {
            throw DynamoDBError.resourceNotFound
        }
        if let units = wire["ProvisionedThroughput"] {
            let wanted = try ProvisionedThroughput(units)
            let current = settings.globalIndexes[position].throughput
            if current.readCapacityUnits == wanted.readCapacityUnits,
                current.writeCapacityUnits == wanted.writeCapacityUnits
            {
                throw ValidationFailure.tableChange(
                    .sameIndexThroughput(
                        index: name, read: wanted.readCapacityUnits, write: wanted.writeCapacityUnits))
            }
            settings.globalIndexes[position].throughput = current.changed(
                read: wanted.readCapacityUnits, write: wanted.writeCapacityUnits, at: now)
        }
        if let throughput = OnDemandThroughput(wire["OnDemandThroughput"]) {
            settings.globalIndexes[position].onDemandThroughput = throughput
        }
        let index = settings.globalIndexes[position]
        let warm = try WarmThroughput(wire["WarmThroughput"], from: settings.shownWarmThroughput(of: index))
        settings.globalIndexes[position].warmThroughput = warm ?? index.warmThroughput
    }

    private func forgetUnusedAttributes(_ settings: inout TableSettings) {
        let schemas =
            [settings.keySchema] + (settings.globalIndexes + settings.localIndexes).map(\.keySchema)
        settings.attributes.removeAll { attribute in !schemas.contains { $0.contains(attribute.name) } }
    }
}

extension TableDefinition {
    /// A key attribute has one type in the table and in all indexes.
    fileprivate func refuseRedefinition(by index: SecondaryIndex) throws(ValidationFailure) {
        for schema in [keySchema] + indexes.map(\.keySchema) {
            let isRedefined = schema.attributes.contains { old in
                index.keySchema.attributes.contains { $0.name == old.name && $0.type != old.type }
            }
            if isRedefined {
                throw .tableChange(
                    .attributeRedefined(existing: schema.description, new: index.keySchema.description))
            }
        }
    }
}

extension KeySchema: CustomStringConvertible {
    /// As AWS prints one: `Schema:[SchemaElement: key{pk:S:HASH}]`.
    package var description: String {
        let elements = attributes.enumerated().map { index, attribute in
            "SchemaElement: key{\(attribute.name.string):\(attribute.type.rawValue):\(keyType(at: index))}"
        }
        return "Schema:[\(elements.joined(separator: ", "))]"
    }
}
