import AWSProtocol
import EmulatorDatabase

extension DynamoDBService {
    /// A query that reads no more than these is over before another thread would have woken for it.
    private static let fewItems = 25

    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
    func query(_ call: Call) async throws -> Answer {
        let limits = limits
        let query = try CurrentWording.bare { try Query(call, limits) }
        let table = try await table(of: call)
        let plan = try query.plan(table, limits)
        let page =
            plan.limit.map { $0 <= Self.fewItems } ?? false
            ? try database.look { try ReadPage.read(plan, DynamoDBStore($0), limits) }
            : try await database.read { try ReadPage.read(plan, DynamoDBStore($0), limits) }
        return page.answer(plan, call)
    }
}

/// The parameters of Query, which are checked before the table is looked at.
struct Query: Sendable {
    private let call: Call
    private let conditions: [KeyCondition]
    private let filter: ConditionExpression?
    private let filterParameter: String
    private let projection: ProjectionExpression?
    private let start: Item?
    private let select: ReadPlan.Select

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        self.call = call
        // KeyConditions may stand beside the other expressions, only not beside KeyConditionExpression.
        let keyParameter = call["KeyConditionExpression"] == nil ? [] : ["KeyConditions"]
        try ExpressionParameters.checkMixture(
            call, expressions: ["ProjectionExpression", "FilterExpression", "KeyConditionExpression"],
            legacy: ["AttributesToGet", "QueryFilter", "ConditionalOperator"] + keyParameter)
        let legacyFilter = try LegacyConditions.filter(call, "QueryFilter")
        let legacyProjection = try LegacyConditions.attributesToGet(call, limits)
        start = try startKey(call)
        guard call["KeyConditions"] != nil || call["KeyConditionExpression"] != nil else {
            throw ValidationFailure.read(.keyConditionMissing)
        }
        var parameters = try ExpressionParameters(call, limits)
        let keyCondition = try parameters.condition("KeyConditionExpression")
        let filterExpression = try parameters.condition("FilterExpression")
        projection = try parameters.projection() ?? legacyProjection
        try parameters.finish()
        filter = filterExpression ?? legacyFilter
        filterParameter = filterExpression == nil ? "QueryFilter" : "Filter Expression"
        conditions = try Self.conditions(keyCondition, call)
        // How many an expression may have depends on the key that it is about.
        guard !conditions.isEmpty, keyCondition != nil || conditions.count <= 2 || call["IndexName"] != nil else {
            throw ValidationFailure.read(.conditionCount)
        }
        select = try ReadPlan.Select(call)
    }

    private static func conditions(
        _ expression: ConditionExpression?, _ call: Call
    ) throws(ValidationFailure) -> [KeyCondition] {
        guard let expression else { return try LegacyConditions.keyConditions(call) ?? [] }
        do {
            return try KeyCondition.conditions(of: expression)
        } catch {
            throw .read(.keyCondition(error.message))
        }
    }

    func plan(_ table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> ReadPlan {
        let index = try ReadPlan.index(call, table)
        let schema = index?.keySchema ?? table.keySchema
        let position = try start.map { (key) throws(ValidationFailure) in
            try ReadPlan.position(key, table, index, limits)
        }
        let range = try range(schema, ReadPlan.space(table, index), position)
        try table.checkScalarKeys(projection?.paths ?? [])
        for path in filter?.paths ?? [] where schema.contains(path.head) {
            throw .read(.filterOnKey(parameter: filterParameter, path.head))
        }
        try table.checkScalarKeys(filter?.paths ?? [])
        let plan = ReadPlan(
            table: table, index: index, range: range, filter: filter, projection: projection, select: select,
            segment: nil, limit: call["Limit"]?.flooredInteger, isConsistent: call["ConsistentRead"]?.bool == true)
        try plan.checkIndex()
        return plan
    }

    private func range(
        _ schema: KeySchema, _ space: KeyRange.Space, _ start: KeyRange.Position?
    ) throws(ValidationFailure) -> KeyRange {
        let partition = try partition(schema)
        var range = KeyRange(space: space, partition: partition)
        range.isAscending = call["ScanIndexForward"]?.bool != false
        let sort = try sortConditions(schema)
        try range.narrow(sort, schema)
        if let start {
            try check(start, partition, sort)
            range.start = start
        }
        return range
    }

    private func partition(_ schema: KeySchema) throws(ValidationFailure) -> [UInt8] {
        if conditions.count > schema.attributes.count {
            throw .read(.tooManyConditions(conditions.count, attributes: schema.attributes.count))
        }
        var parts: [[UInt8]] = []
        for attribute in schema.partitionKeys {
            guard case .equal(let value) = try condition(on: attribute).comparison,
                let part = EncodedKey.encode(value, attribute.type)
            else { throw .read(.keyConditionNotSupported) }
            parts.append(part)
        }
        return EncodedKey.join(parts)
    }

    /// The conditions on the sort key, in the order of its attributes: none is left out before another, and all but the
    /// last are equalities.
    private func sortConditions(_ schema: KeySchema) throws(ValidationFailure) -> [KeyCondition] {
        let count = conditions.count - schema.partitionKeys.count
        if schema.sortKeys.count > 1 { try checkEqualities(schema.sortKeys) }
        var sort: [KeyCondition] = []
        for attribute in schema.sortKeys.prefix(count) { sort.append(try condition(on: attribute)) }
        return sort
    }

    private func checkEqualities(_ attributes: [KeyAttribute]) throws(ValidationFailure) {
        let equal = Set(conditions.filter(\.isEquality).map(\.name))
        let named = Set(conditions.map(\.name))
        guard let last = attributes.lastIndex(where: { named.contains($0.name) }) else { return }
        let missing = attributes[..<last].map(\.name).filter { !equal.contains($0) }
        if !missing.isEmpty { throw .read(.sortKeyWithoutEqualities(missing, before: attributes[last].name)) }
    }

    private func condition(on attribute: KeyAttribute) throws(ValidationFailure) -> KeyCondition {
        guard let condition = conditions.first(where: { $0.name == attribute.name }) else {
            throw .read(.missedKeySchemaElement(attribute.name))
        }
        try check(condition, attribute)
        return condition
    }

    private func check(_ condition: KeyCondition, _ attribute: KeyAttribute) throws(ValidationFailure) {
        for value in condition.values {
            guard value.type.rawValue == attribute.type.rawValue else { throw .read(.conditionTypeMismatch) }
            if value.isEmptyKey { throw .key(.empty(attribute.name, value.type)) }
        }
    }

    /// A page can begin only where one of this query could have ended.
    private func check(
        _ start: KeyRange.Position, _ partition: [UInt8], _ sort: [KeyCondition]
    ) throws(ValidationFailure) {
        let key = start.index ?? start.item
        if !sort.isEmpty, let item = self.start {
            guard sort.allSatisfy({ $0.condition.holds(for: item) }) else { throw .read(.startingKeyAgainstSortKey) }
            if key.partition != partition { throw .read(.startingKeyCannotRestart) }
        } else if key.partition != partition {
            throw .read(.startingKeyOutsideQuery)
        }
    }
}

extension KeyRange {
    /// Keeps to the sort keys that the conditions allow: on the first attributes of the key, all but the last equalities.
    mutating func narrow(_ conditions: [KeyCondition], _ schema: KeySchema) throws(ValidationFailure) {
        guard let condition = conditions.last else { return }
        var parts: [[[UInt8]]] = []
        for (condition, attribute) in zip(conditions, schema.sortKeys) {
            parts.append(condition.values.compactMap { EncodedKey.encode($0, attribute.type) })
            guard parts.last?.count == condition.values.count else { throw .read(.conditionTypeMismatch) }
        }
        let prefix = parts.dropLast().flatMap { EncodedKey.escaped($0[0]) + EncodedKey.separator }
        guard let values = parts.last, let value = values.first, let last = values.last else { return }
        // With nothing behind them, the bytes of a value are the whole rest of the key.
        if conditions.count == schema.sortKeys.count {
            narrow(condition, from: prefix + value, to: prefix + last)
        } else if case .beginsWith = condition.comparison {
            keep(toPrefix: prefix + EncodedKey.escaped(value))
        } else {
            let ends = [value, last].map { prefix + EncodedKey.escaped($0) + EncodedKey.separator }
            narrowBefore(condition, from: ends[0], to: ends[1])
        }
        guard !prefix.isEmpty else { return }
        if lower == nil { lower = Bound(key: prefix, isInclusive: true) }
        if upper == nil { upper = Self.successor(ofPrefix: prefix).map { Bound(key: $0, isInclusive: false) } }
    }

    private mutating func narrow(_ condition: KeyCondition, from key: [UInt8], to last: [UInt8]) {
        switch condition.comparison {
        case .equal, .between:
            lower = Bound(key: key, isInclusive: true)
            upper = Bound(key: last, isInclusive: true)
        case .less: upper = Bound(key: key, isInclusive: false)
        case .lessOrEqual: upper = Bound(key: key, isInclusive: true)
        case .greater: lower = Bound(key: key, isInclusive: false)
        case .greaterOrEqual: lower = Bound(key: key, isInclusive: true)
        case .beginsWith: keep(toPrefix: key)
        }
    }

    /// The same where more attributes follow: what begins with a value's bytes has that value.
    private mutating func narrowBefore(_ condition: KeyCondition, from key: [UInt8], to last: [UInt8]) {
        func behind(_ key: [UInt8]) -> [UInt8] { Self.successor(ofPrefix: key) ?? key }
        switch condition.comparison {
        case .equal, .between, .beginsWith:
            lower = Bound(key: key, isInclusive: true)
            upper = Bound(key: behind(last), isInclusive: false)
        case .less: upper = Bound(key: key, isInclusive: false)
        case .lessOrEqual: upper = Bound(key: behind(key), isInclusive: false)
        case .greater: lower = Bound(key: behind(key), isInclusive: true)
        case .greaterOrEqual: lower = Bound(key: key, isInclusive: true)
        }
    }

    private mutating func keep(toPrefix prefix: [UInt8]) {
        lower = Bound(key: prefix, isInclusive: true)
        upper = Self.successor(ofPrefix: prefix).map { Bound(key: $0, isInclusive: false) }
    }

    /// The first key behind all that begin with `prefix`; nil when every later key does.
    static func successor(ofPrefix prefix: [UInt8]) -> [UInt8]? {
        guard let last = prefix.lastIndex(where: { $0 < 0xFF }) else { return nil }
        return prefix[..<last] + [prefix[last] + 1]
    }
}
