import AWSProtocol

/// `AttributeUpdates`, which `UpdateExpression` has replaced.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html
struct LegacyUpdate: Sendable {
    private enum Action: Sendable {
        case put(AttributeValue)
        case add(AttributeValue)
        case delete(AttributeValue?)
    }

    private var actions: [(name: Text, action: Action)] = []

    init?(_ call: Call, _ limits: DynamoDBLimits) throws(ValidationFailure) {
        guard let members = call["AttributeUpdates"]?.object?.members else { return nil }
        for member in members {
            if member.name.utf8.count > limits.attributeName_bytes { throw .value(.attributeNameTooLong) }
            let action = member.value["Action"]?.string ?? "PUT"
            var value: AttributeValue?
            if let wire = member.value["Value"] { value = try AttributeValue(wire: wire) }
            actions.append((Text(member.name), try Self.action(action, value)))
        }
    }

    private static func action(_ name: String, _ value: AttributeValue?) throws(ValidationFailure) -> Action {
        guard let value else {
            guard name == "DELETE" else { throw .legacy(.onlyDeleteWithoutValue) }
            return .delete(nil)
        }
        switch name {
        case "DELETE":
            guard value.type.isSet else { throw .legacy(.actionNotForType(name, value.type)) }
            return .delete(value)
        case "ADD":
            guard value.type.isSet || value.type == .number || value.type == .list else {
                throw .legacy(.actionNotForType(name, value.type))
            }
            return .add(value)
        default: return .put(value)
        }
    }

    var names: [Text] { actions.map(\.name) }

    var onlyDeletes: Bool {
        !actions.isEmpty
            && actions.allSatisfy { if case .delete = $0.action { true } else { false } }
    }

    var literals: [(Text, AttributeValue)] {
        actions.compactMap { name, action in
            switch action {
            case .put(let value), .add(let value): (name, value)
            case .delete: nil
            }
        }
    }

    func apply(to item: Item, exists: Bool) throws(ValidationFailure) -> Item {
        var new = item
        for (name, action) in actions {
            switch action {
            case .put(let value): new[name] = value
            case .delete(nil): new[name] = nil
            case .delete(let value?): new = try apply(.delete(DocumentPath(name), value), to: new, exists)
            case .add(.list(let values)):
                switch new[name] {
                case nil: new[name] = .list(values)
                case .list(let old)?: new[name] = .list(old + values)
                default: throw .legacy(.typeMismatchInUpdate)
                }
            case .add(let value): new = try apply(.add(DocumentPath(name), value), to: new, exists)
            }
        }
        return new
    }

    private func apply(
        _ action: UpdateExpression.Action, to item: Item, _ exists: Bool
    ) throws(ValidationFailure) -> Item {
        do {
            return try UpdateExpression(actions: [action]).apply(to: item, exists: exists)
        } catch .wrongOperandType {
            throw .legacy(.typeMismatchInUpdate)
        } catch {
            throw .expression(.update(error))
        }
    }
}
