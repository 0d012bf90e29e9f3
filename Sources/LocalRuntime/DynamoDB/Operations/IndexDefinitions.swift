import AWSProtocol

/// `AttributeDefinitions`: the types of key attributes, in the order in which they are declared.
struct AttributeDefinitions {
    private(set) var attributes: [KeyAttribute]

    init(_ wire: JSONValue?) throws(ValidationFailure) {
        attributes = []
        for element in wire?.array ?? [] {
            let name = Text(element["AttributeName"]?.string ?? "")
            guard let type = element["AttributeType"]?.string.flatMap(KeyType.init) else { continue }
            if attributes.contains(where: { $0.name == name }) { throw .table(.definedTwice(name.string)) }
            attributes.append(KeyAttribute(name, type))
        }
    }

    /// Reads a `KeySchema` whose attributes must be defined.
    func keySchema(_ wire: JSONValue?) throws(ValidationFailure) -> KeySchema {
        let elements = wire?.array ?? []
        let names = elements.map { Text($0["AttributeName"]?.string ?? "") }
        if names.count > attributes.count { throw .table(.keyWithoutDefinition) }
        try checkAllDefined(wire)
        let defined = names.map { name in attributes.first { $0.name == name } }
        if names.count == 2, names[0] == names[1] { throw .table(.sameKeyTwice) }
        guard let partition = defined.first ?? nil, elements[0]["KeyType"]?.string == "HASH" else {
            throw .table(.firstKeyNotHash)
        }
        guard elements.count > 1 else { return KeySchema(partitionKey: partition) }
        guard elements[1]["KeyType"]?.string == "RANGE" else { throw .table(.secondKeyNotRange) }
        return KeySchema(partitionKey: partition, sortKey: defined[1])
    }

    /// Reads the `KeySchema` of a global index, in which several attributes may make up each key.
    func globalKeySchema(_ wire: JSONValue?) throws(ValidationFailure) -> KeySchema {
        let elements = wire?.array ?? []
        let kinds = elements.map { $0["KeyType"]?.string ?? "" }
        guard elements.count > 2 || kinds == ["HASH", "HASH"] else { return try keySchema(wire) }
        try checkAllDefined(wire)
        let keys = elements.compactMap { element in
            attributes.first { $0.name == Text(element["AttributeName"]?.string ?? "") }
        }
        for (index, key) in keys.enumerated() where keys[..<index].contains(key) {
            throw .table(.sameKeyAgain(key.name.string))
        }
        let partitionCount = kinds.firstIndex(of: "RANGE") ?? kinds.count
        guard partitionCount > 0 else { throw .table(.firstKeyNotHash) }
        if kinds[partitionCount...].contains("HASH") { throw .table(.partitionKeyBehindSortKey) }
        for (count, kind) in [(partitionCount, "HASH"), (kinds.count - partitionCount, "RANGE")] where count > 4 {
            throw .table(.tooManyKeys(kind, most: 4))
        }
        return KeySchema(
            keys[0], further: Array(keys[1..<partitionCount]), sortKeys: Array(keys[partitionCount...]))
    }

    /// Every attribute of a `KeySchema` must be among the definitions.
    func checkAllDefined(_ wire: JSONValue?) throws(ValidationFailure) {
        let names = (wire?.array ?? []).map { Text($0["AttributeName"]?.string ?? "") }
        if names.allSatisfy({ name in attributes.contains { $0.name == name } }) { return }
        throw .table(.keysNotDefined(keys: names.map(\.string), defined: attributes.map(\.name.string)))
    }

    /// Every definition must serve a key of the table or of an index.
    func checkAllUsed(
        _ table: KeySchema, _ indexes: [SecondaryIndex], hasIndexes: Bool
    ) throws(ValidationFailure) {
        let used = Set((table.attributes + indexes.flatMap(\.keySchema.attributes)).map(\.name))
        guard used.count != attributes.count else { return }
        guard hasIndexes else { throw .table(.definitionsNotUsed) }
        let unused = attributes.map(\.name).filter { !used.contains($0) }
        throw .table(
            .definitionsNotIndexed(used: used.sorted().map(\.string), unused: unused.map(\.string)))
    }
}

/// The indexes of a CreateTable.
struct IndexDefinitions {
    private(set) var indexes: [SecondaryIndex] = []
    private let definitions: AttributeDefinitions
    private let tableKeys: KeySchema

    init(
        _ call: Call, _ definitions: AttributeDefinitions, _ tableKeys: KeySchema, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) {
        self.definitions = definitions
        self.tableKeys = tableKeys
        if let wire = call["LocalSecondaryIndexes"]?.array {
            if wire.isEmpty { throw .table(.indexListEmpty(isGlobal: false)) }
            if tableKeys.sortKey == nil { throw .table(.localIndexWithoutTableSortKey) }
            for element in wire { try add(try localIndex(element)) }
            if wire.count > limits.localIndexes { throw .table(.tooManyLocalIndexes(limits.localIndexes)) }
        }
        if let wire = call["GlobalSecondaryIndexes"]?.array {
            if wire.isEmpty { throw .table(.indexListEmpty(isGlobal: true)) }
            let isOnDemand = call["BillingMode"]?.string == Billing.Mode.payPerRequest.rawValue
            for element in wire {
                try add(try SecondaryIndex(global: element, definitions, isOnDemand: isOnDemand))
            }
            if wire.count > limits.globalIndexes { throw .table(.tooManyGlobalIndexes(limits.globalIndexes)) }
        }
    }

    private mutating func add(_ index: SecondaryIndex) throws(ValidationFailure) {
        if indexes.contains(where: { $0.name == index.name }) { throw .table(.duplicateIndex(index.name)) }
        indexes.append(index)
    }

    private func localIndex(_ wire: JSONValue) throws(ValidationFailure) -> SecondaryIndex {
        let index = try SecondaryIndex(wire, definitions, isGlobal: false)
        guard index.keySchema.sortKey != nil else { throw .table(.localIndexWithoutSortKey(index.name)) }
        guard index.keySchema.partitionKey == tableKeys.partitionKey else {
            throw .table(
                .localIndexOtherPartitionKey(
                    index: index.name, indexKey: index.keySchema.partitionKey.name.string,
                    tableKey: tableKeys.partitionKey.name.string))
        }
        return index
    }
}

extension SecondaryIndex {
    fileprivate init(
        _ wire: JSONValue, _ definitions: AttributeDefinitions, isGlobal: Bool
    ) throws(ValidationFailure) {
        let keySchema =
            isGlobal
            ? try definitions.globalKeySchema(wire["KeySchema"]) : try definitions.keySchema(wire["KeySchema"])
        self.init(
            id: 0, name: wire["IndexName"]?.string ?? "", isGlobal: isGlobal, keySchema: keySchema,
            projection: try Projection(wire["Projection"]))
    }

    /// A global index, whose throughput must fit the table's billing.
    init(
        global wire: JSONValue, _ definitions: AttributeDefinitions, isOnDemand: Bool
    ) throws(ValidationFailure) {
        try self.init(wire, definitions, isGlobal: true)
        switch (wire["ProvisionedThroughput"], isOnDemand) {
        case (let units?, false): throughput = try ProvisionedThroughput(units)
        case (nil, true): break
        case (_?, true): throw .table(.indexUnitsWithPayPerRequest(name))
        case (nil, false): throw .table(.indexUnitsMissing(name))
        }
        onDemandThroughput = OnDemandThroughput(wire["OnDemandThroughput"])
        warmThroughput = try WarmThroughput(wire["WarmThroughput"], from: .least(throughput, isOnDemand: isOnDemand))
    }
}

extension SecondaryIndex.Projection {
    init(_ wire: JSONValue?) throws(ValidationFailure) {
        guard let type = wire?["ProjectionType"]?.string else { throw .table(.projectionTypeMissing) }
        let names = wire?["NonKeyAttributes"]?.array?.compactMap(\.string)
        for (index, name) in (names ?? []).enumerated() where names?[..<index].contains(name) == true {
            throw .legacy(.duplicateAttribute(name))
        }
        switch (type, names) {
        case ("INCLUDE", let names?): self = .include(names.map { Text($0) })
        case ("INCLUDE", nil): throw .table(.nonKeyAttributesMissing)
        case (_, _?): throw .table(.nonKeyAttributesNotAllowed(type))
        case ("KEYS_ONLY", nil): self = .keysOnly
        default: self = .all
        }
    }

    var wire: JSONValue {
        switch self {
        case .all: ["ProjectionType": "ALL"]
        case .keysOnly: ["ProjectionType": "KEYS_ONLY"]
        case .include(let names):
            ["ProjectionType": "INCLUDE", "NonKeyAttributes": .array(names.map { .string($0.string) })]
        }
    }
}
