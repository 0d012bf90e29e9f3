import AWSProtocol

/// Reads the expressions of a request with their names and values, and in the end finds what no expression used.
struct ExpressionParameters {
    private let call: Call
    private let limits: DynamoDBLimits
    private var attributes: ExpressionAttributes

    /// The rules about which parameters may stand together.
    ///
    /// - Parameters:
    ///   - expressions: the operation's expression parameters, in AWS's order.
    ///   - legacy: the parameters that these have replaced.
    static func checkMixture(
        _ call: Call, expressions: [String], legacy: [String] = []
    ) throws(ValidationFailure) {
        let present = expressions.filter { call[$0] != nil }
        let old = legacy.filter { call[$0] != nil }
        if !present.isEmpty, !old.isEmpty { throw .expression(.mixed(legacy: old, expressions: present)) }
        if legacy.contains("ConditionalOperator") { try LegacyConditions.checkOperator(call) }
        if call["ExpressionAttributeNames"] != nil, present.isEmpty { throw .expression(.namesWithoutExpression) }
        let withValues = expressions.filter { $0 != "ProjectionExpression" }
        if call["ExpressionAttributeValues"] != nil, !withValues.isEmpty,
            withValues.allSatisfy({ call[$0] == nil })
        {
            throw .expression(.valuesWithoutExpression(withValues))
        }
    }

    init(_ call: Call, _ limits: DynamoDBLimits) throws(ValidationFailure) {
        self.call = call
        self.limits = limits
        attributes = ExpressionAttributes(
            names: try Self.names(call["ExpressionAttributeNames"], limits),
            values: try Self.values(call["ExpressionAttributeValues"], limits))
    }

    private static func names(
        _ wire: JSONValue?, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) -> [(String, Text)] {
        guard let members = wire?.object?.members else { return [] }
        if members.isEmpty { throw .expression(.namesEmpty) }
        var names: [(String, Text)] = []
        for member in members {
            if member.name.utf8.count > limits.placeholder_bytes {
                throw .expression(.nameTooLong(bytes: member.name.utf8.count))
            }
            guard ExpressionAttributes.isPlaceholder(member.name, mark: "#") else {
                throw .expression(.invalidName(member.name))
            }
            let name = Text(member.value.string ?? "")
            if name.isEmpty { throw .expression(.emptyName(member.name)) }
            if name.byteCount > limits.attributeName_bytes { throw .value(.attributeNameTooLong) }
            names.append((member.name, name))
        }
        return names
    }

    private static func values(
        _ wire: JSONValue?, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) -> [(String, AttributeValue)] {
        guard let members = wire?.object?.members else { return [] }
        if members.isEmpty { throw .expression(.valuesEmpty) }
        for member in members {
            if member.name.utf8.count > limits.placeholder_bytes { throw .expression(.valueNameTooLong) }
            guard ExpressionAttributes.isPlaceholder(member.name, mark: ":") else {
                throw .expression(.invalidValueName(member.name))
            }
        }
        var values: [(String, AttributeValue)] = []
        for member in members {
            do {
                values.append((member.name, try AttributeValue(wire: member.value)))
            } catch {
                guard case .value(let failure) = error else { throw error }
                throw .expression(.invalidValue(failure, key: member.name))
            }
        }
        for (_, value) in values { try value.checkDepth(limits) }
        return values
    }

    /// The condition under a parameter such as `ConditionExpression`; nil when it is not there.
    mutating func condition(_ parameter: String) throws(ValidationFailure) -> ConditionExpression? {
        guard let source = call[parameter]?.string else { return nil }
        do {
            let syntax = try ConditionParser.parse(source, limits: limits)
            return try ConditionCheck.check(syntax, &attributes)
        } catch {
            throw .expression(.invalid(parameter: parameter, message: error.message))
        }
    }

    mutating func update() throws(ValidationFailure) -> UpdateExpression? {
        guard let source = call["UpdateExpression"]?.string else { return nil }
        do {
            return try UpdateParser.parse(source, &attributes, limits: limits)
        } catch {
            // How long it is, AWS tells of the others alone.
            let message = if case .tooLong = error { ExpressionFailure.tooLongMessage } else { error.message }
            throw .expression(.invalid(parameter: "UpdateExpression", message: message))
        }
    }

    mutating func projection() throws(ValidationFailure) -> ProjectionExpression? {
        guard let source = call["ProjectionExpression"]?.string else { return nil }
        do {
            return try ProjectionExpression.parse(source, &attributes, limits: limits)
        } catch {
            throw .expression(.invalid(parameter: "ProjectionExpression", message: error.message))
        }
    }

    /// Every name and value that is given must be used.
    func finish() throws(ValidationFailure) {
        let (names, values) = (attributes.unusedNames, attributes.unusedValues)
        if !names.isEmpty { throw .expression(.unusedNames(names)) }
        if !values.isEmpty { throw .expression(.unusedValues(values)) }
    }
}

/// The condition of a write, and what its failure shows.
struct WriteCondition: Sendable {
    var condition: ConditionExpression?
    var showsItemOnFailure: Bool

    /// - Throws: `DynamoDBError.conditionalCheckFailed`.
    func check(_ old: Item?) throws {
        guard let condition, !condition.holds(for: old ?? Item()) else { return }
        throw DynamoDBError.conditionalCheckFailed(showsItemOnFailure ? old : nil)
    }
}
