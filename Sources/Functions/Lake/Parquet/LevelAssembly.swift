extension LevelBuffer {
    /// Puts the values of a flat column at their rows and `placeholder` at the nulls.
    func spread<Value>(_ values: [Value], placeholder: Value) -> FixedColumn<Value> {
        guard let definitions else { return FixedColumn(values: values) }
        return FixedColumn(
            values: Self.placed(values, definitions, maximumDefinition, placeholder),
            validity: definitions.map { $0 == maximumDefinition })
    }

    /// A flat string column.
    func strings(_ decoder: StringDecoder) -> StringColumn {
        guard let definitions else { return StringColumn(pool: decoder.pool, codes: decoder.codes) }
        let codes = Self.placed(decoder.codes, definitions, maximumDefinition, StringColumn.null)
        return StringColumn(pool: decoder.pool, codes: codes)
    }

    /// Rebuilds lists: repetition 0 begins one, and the definition says whether it is null, empty, or goes on with a
    /// null element or a value.
    ///
    /// https://github.com/apache/parquet-format/blob/master/README.md#nested-encoding
    func lists(_ decoder: StringDecoder, _ shape: FileColumn.Shape) -> StringListColumn {
        guard case .list(let isOptional, _) = shape else { return StringListColumn() }
        let emptyList: UInt8 = isOptional ? 1 : 0
        var lists = StringListColumn(elements: StringColumn(pool: decoder.pool))
        lists.elements.codes.reserveCapacity(entryCount)
        lists.ends.reserveCapacity(entryCount)
        var validity: [Bool] = []
        validity.reserveCapacity(entryCount)
        var (nextValue, hasNullList) = (0, false)
        for entry in 0..<entryCount {
            let definition = definitions?[entry] ?? maximumDefinition
            // The first entry may go on with a row of which the rest was passed over.
            if repetitions[entry] == 0 || entry == 0 {
                if entry > 0 { lists.ends.append(UInt32(lists.elements.codes.count)) }
                validity.append(definition >= emptyList)
                hasNullList = hasNullList || definition < emptyList
            }
            guard definition > emptyList else { continue }
            if definition == maximumDefinition {
                lists.elements.codes.append(decoder.codes[nextValue])
                nextValue += 1
            } else {
                lists.elements.codes.append(StringColumn.null)
            }
        }
        if entryCount > 0 { lists.ends.append(UInt32(lists.elements.codes.count)) }
        lists.validity = hasNullList ? validity : nil
        return lists
    }

    private static func placed<Value>(
        _ values: [Value], _ definitions: [UInt8], _ maximum: UInt8, _ placeholder: Value
    ) -> [Value] {
        [Value](unsafeUninitializedCapacity: definitions.count) { buffer, count in
            var next = 0
            for (row, definition) in definitions.enumerated() {
                let isPresent = definition == maximum
                // As many values were decoded as definitions are at the maximum.
                buffer.initializeElement(at: row, to: isPresent ? values[next] : placeholder)
                next += isPresent ? 1 : 0
            }
            count = definitions.count
        }
    }
}
