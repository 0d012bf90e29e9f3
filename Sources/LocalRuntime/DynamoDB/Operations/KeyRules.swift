/// What a table demands of keys: presence, types and sizes.
extension TableDefinition {
    /// The key that a request names with `Key`.
    func encodedKey(_ key: Item, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        guard key.count == keySchema.attributes.count else { throw .key(.mismatch) }
        for attribute in keySchema.attributes {
            guard let value = key[attribute.name], value.type.rawValue == attribute.type.rawValue else {
                throw .key(.mismatch)
            }
        }
        return try checkedKey(of: key, limits)
    }

    /// The key within a whole item.
    func encodedKey(ofItem item: Item, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        for attribute in keySchema.attributes {
            guard let value = item[attribute.name] else { throw .key(.missing(attribute.name)) }
            guard value.type.rawValue == attribute.type.rawValue else {
                throw .key(
                    .typeMismatch(
                        attribute.name, expected: attribute.type.rawValue, actual: value.type.rawValue))
            }
        }
        return try checkedKey(of: item, limits)
    }

    /// The same in a batch, which looks at the key alone and words its refusals like those of a `Key`.
    func encodedKey(ofBatchItem item: Item, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        for attribute in keySchema.attributes where item[attribute.name]?.type.rawValue != attribute.type.rawValue {
            throw .key(.mismatch)
        }
        return try checkedKey(of: item, limits)
    }

    private func checkedKey(of item: Item, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        for attribute in keySchema.attributes {
            guard let value = item[attribute.name] else { throw .key(.mismatch) }
            if value.isEmptyKey { throw .key(.empty(attribute.name, value.type)) }
        }
        guard let key = EncodedKey(of: item, keySchema) else { throw .key(.mismatch) }
        if key.partition.count > limits.partitionKey_bytes { throw .key(.partitionKeyTooLong) }
        if key.sort.count > limits.sortKey_bytes { throw .key(.sortKeyTooLong) }
        return key
    }

    /// Attributes that key an index must be of the index's type where they are there at all.
    func checkIndexKeys(of item: Item, _ limits: DynamoDBLimits) throws(ValidationFailure) {
        guard hasIndexes else { return }
        for index in indexesByName {
            for attribute in index.keySchema.attributes {
                guard let value = item[attribute.name] else { continue }
                guard value.type.rawValue == attribute.type.rawValue else {
                    throw .key(
                        .indexTypeMismatch(
                            attribute.name, expected: attribute.type.rawValue, actual: value.type.rawValue,
                            index: index.name))
                }
                if value.isEmptyKey { throw .key(.emptyInIndex(attribute.name, value.type, index: index.name)) }
            }
            try Self.checkSize(of: item, index, limits)
        }
    }

    static func checkSize(
        of item: Item, _ index: SecondaryIndex, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) {
        guard let key = EncodedKey(of: item, index.keySchema) else { return }
        if key.partition.count > limits.partitionKey_bytes { throw .key(.partitionKeyTooLong) }
        if key.sort.count > limits.sortKey_bytes { throw .key(.sortKeyTooLong) }
    }

    /// AWS tells of the index whose name comes first.
    var indexesByName: [SecondaryIndex] {
        indexes.sorted { $0.name < $1.name }
    }

    /// The attributes that make up a key of this table, or of it and an index, out of an item.
    func key(of item: Item, with index: SecondaryIndex? = nil) -> Item {
        AttributeMap(
            sorted: item.entries.filter {
                keySchema.contains($0.name) || index?.keySchema.contains($0.name) == true
            })
    }

    /// A path that goes into a key attribute leads nowhere, for keys are scalars.
    func checkScalarKeys(_ paths: [DocumentPath]) throws(ValidationFailure) {
        if paths.isEmpty { return }
        let nested = paths.filter(\.isNested).map(\.head)
        guard !nested.isEmpty else { return }
        for attribute in keySchema.attributes where nested.contains(attribute.name) {
            throw .key(.notScalar(attribute.name))
        }
        for attribute in indexesByName.flatMap(\.keySchema.attributes) where nested.contains(attribute.name) {
            throw .key(.indexKeyNotScalar(attribute.name))
        }
    }
}

extension AttributeValue {
    /// Whether this is a string or binary of no length, which no key can be.
    var isEmptyKey: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .binary(let bytes): bytes.isEmpty
        default: false
        }
    }
}

extension Item {
    /// Checks what holds for every item that is stored: lengths of names and depth of nesting.
    func checkStructure(_ limits: DynamoDBLimits) throws(ValidationFailure) {
        for entry in entries {
            if entry.name.isEmpty { throw .value(.attributeNameEmpty) }
            if entry.name.byteCount > limits.attributeName_bytes { throw .value(.attributeNameTooLong) }
            try entry.value.checkDepth(limits)
        }
    }
}

extension AttributeValue {
    /// The value itself is the first level.
    func checkDepth(_ limits: DynamoDBLimits) throws(ValidationFailure) {
        if nestingDepth >= limits.nestingDepth { throw .value(.nestingTooDeep) }
    }
}
