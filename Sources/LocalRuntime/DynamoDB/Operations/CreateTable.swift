import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    func createTable(_ call: Call) async throws -> JSONObject {
        let table = try await create(try NewTable(call, limits), call)
        return ["TableDescription": table.description(.creating, TableContents())]
    }

    func create(_ new: NewTable, _ call: Call) async throws -> TableDefinition {
        let now = clock.now
        let table = try await database.write { db in
            let store = DynamoDBStore(db)
            guard try store.table(account: call.account, region: call.region, name: new.name) == nil else {
                throw DynamoDBError.tableAlreadyExists(new.name)
            }
            var table = try store.insertTable(
                account: call.account, region: call.region, name: new.name, new.settings(at: now))
            if let view = new.streamView { table.settings.stream = try store.beginStream(of: table, view, at: now) }
            for index in new.indexes {
                let index = index.with(id: try store.newIndexID(tableID: table.id))
                if index.isGlobal {
                    table.settings.globalIndexes.append(index)
                } else {
                    table.settings.localIndexes.append(index)
                }
            }
            return new.indexes.isEmpty && new.streamView == nil ? table : try store.update(table)
        }
        catalogue.update(table)
        return table
    }
}

extension SecondaryIndex {
    fileprivate func with(id: Int64) -> SecondaryIndex {
        var copy = self
        copy.id = id
        return copy
    }
}

/// The parameters of CreateTable.
struct NewTable: Sendable {
    let name: String
    let keySchema: KeySchema
    let attributes: [KeyAttribute]
    let billing: Billing
    let indexes: [SecondaryIndex]
    var streamView: TableStream.View?
    var onDemandThroughput: OnDemandThroughput?
    var warmThroughput: WarmThroughput?
    var encryption: ServerSideEncryption?
    var tableClass: String?
    var isDeletionProtected = false
    var tags: [Tag] = []

    /// An on-demand table without indexes.
    init(name: String, keySchema: KeySchema) {
        self.name = name
        self.keySchema = keySchema
        attributes = keySchema.attributes
        billing = .onDemand
        indexes = []
    }

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        guard let name = call["TableName"]?.string else { throw ValidationFailure.table(.tableNameMissing) }
        self.name = name
        try Self.refuseUnsupported(call)
        billing = try Billing(call)
        let definitions = try AttributeDefinitions(call["AttributeDefinitions"])
        attributes = definitions.attributes
        keySchema = try definitions.keySchema(call["KeySchema"])
        indexes = try IndexDefinitions(call, definitions, keySchema, limits).indexes
        streamView = try call.streamView()
        try definitions.checkAllUsed(keySchema, indexes, hasIndexes: call.hasIndexes)
        onDemandThroughput = OnDemandThroughput(call["OnDemandThroughput"])
        let least = WarmThroughput.least(billing.throughput, isOnDemand: billing.mode == .payPerRequest)
        warmThroughput = try WarmThroughput(call["WarmThroughput"], from: least)
        encryption = ServerSideEncryption(call)
        tableClass = try call.tableClass()
        isDeletionProtected = call["DeletionProtectionEnabled"]?.bool == true
        tags = try Tag.all(call["Tags"], limits)
    }

    private static func refuseUnsupported(_ call: Call) throws {
        for name in [
            "ResourcePolicy", "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode",
            "VectorIndexes",
        ]
        where call[name] != nil {
            throw NotImplemented("the parameter \(name) of CreateTable")
        }
    }

    func settings(at now: Timestamp) -> TableSettings {
        var billing = billing
        if billing.mode == .payPerRequest { billing.lastOnDemand_ms = now.milliseconds }
        var settings = TableSettings(
            uuid: RequestID.random(), createdAt_ms: now.milliseconds, keySchema: keySchema, attributes: attributes,
            billing: billing)
        settings.onDemandThroughput = onDemandThroughput
        settings.warmThroughput = warmThroughput
        settings.encryption = encryption
        settings.tableClass = tableClass
        settings.isDeletionProtected = isDeletionProtected
        settings.tags = tags
        return settings
    }
}

extension Call {
    var hasIndexes: Bool { self["LocalSecondaryIndexes"] != nil || self["GlobalSecondaryIndexes"] != nil }

    /// - Throws: `TableFailure.unknownTableClass`.
    func tableClass() throws(ValidationFailure) -> String? {
        guard let name = self["TableClass"]?.string else { return nil }
        guard ["STANDARD", "STANDARD_INFREQUENT_ACCESS"].contains(name) else { throw .table(.unknownTableClass) }
        return name
    }

    /// What the records of the stream that is to be switched on show; nil where it is to be off.
    func streamView() throws(ValidationFailure) -> TableStream.View? {
        guard let stream = self["StreamSpecification"] else { return nil }
        let view = stream["StreamViewType"]?.string.flatMap(TableStream.View.init)
        guard stream["StreamEnabled"]?.bool == true else {
            if view != nil { throw .table(.streamViewWithoutStream) }
            return nil
        }
        guard let view else { throw .table(.streamViewMissing) }
        return view
    }
}

extension Billing {
    init(_ call: Call) throws(ValidationFailure) {
        let throughput = call["ProvisionedThroughput"]
        if call["BillingMode"]?.string == Mode.payPerRequest.rawValue {
            if throughput != nil { throw .table(.unitsWithPayPerRequest) }
            self = .onDemand
        } else {
            guard let throughput else { throw .table(.unitsMissing) }
            self.init(mode: .provisioned, throughput: try ProvisionedThroughput(throughput), lastOnDemand_ms: nil)
        }
    }
}

extension ProvisionedThroughput {
    private static let most = 1_000_000_000_000

    init(_ wire: JSONValue) throws(ValidationFailure) {
        let read = wire["ReadCapacityUnits"]?.flooredInteger ?? 0
        let write = wire["WriteCapacityUnits"]?.flooredInteger ?? 0
        if read > Self.most { throw .table(.unitsOutOfBounds("ReadCapacityUnits", read)) }
        if write > Self.most { throw .table(.unitsOutOfBounds("WriteCapacityUnits", write)) }
        self.init(readCapacityUnits: read, writeCapacityUnits: write)
    }
}

extension OnDemandThroughput {
    init?(_ wire: JSONValue?) {
        guard let wire else { return nil }
        self.init(
            maxReadRequestUnits: wire["MaxReadRequestUnits"]?.flooredInteger,
            maxWriteRequestUnits: wire["MaxWriteRequestUnits"]?.flooredInteger)
    }
}

extension ServerSideEncryption {
    /// With a key of KMS; encryption with AWS's own key is what every table has, and is not shown.
    init?(_ call: Call) {
        guard let wire = call["SSESpecification"], wire["Enabled"]?.bool == true else { return nil }
        let key = wire["KMSMasterKeyId"]?.string ?? "alias/aws/dynamodb"
        kmsKeyARN = key.hasPrefix("arn:") ? key : "arn:aws:kms:\(call.region):\(call.account):key/\(key)"
    }
}
