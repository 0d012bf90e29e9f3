import AWSProtocol

/// A request that AWS's JSON reader cannot make into the operation's input.
struct SerializationFailure: Error, Equatable {
    /// nil when the body is no JSON at all.
    let message: String?

    init(_ message: String?) {
        self.message = message
    }
}

extension RequestShape {
    /// Compares the JSON types of a request with its shape.
    ///
    /// - Parameter isField: whether the value is a member of a structure rather than of a list or map, which AWS words
    ///   differently.
    /// - Throws: the first difference; of more than one AWS reports the first, too.
    func checkTypes(of value: JSONValue, isField: Bool = true) throws(SerializationFailure) {
        if value.isNull { return }
        switch self {
        case .boolean, .string, .integer, .long: try checkScalar(value)
        case .blob: try checkBlob(value)
        case .attributeValue:
            if Self.isPlainAttributeValue(value) { return }
            try Self.attributeValueShape.checkTypes(of: value, isField: isField)
        case .list(let element):
            guard case .array(let values) = value else {
                throw Self.mismatch(value, isField ? "Unexpected field type" : Self.castMessage)
            }
            for value in values { try element.checkTypes(of: value, isField: false) }
        case .map(let element, let className):
            guard case .object(let object) = value else {
                throw Self.collectionMismatch(
                    value, "java.util.Map<java.lang.String, \(className)>",
                    isField ? "Unexpected field type" : Self.castMessage)
            }
            for member in object.members { try element.checkTypes(of: member.value, isField: false) }
        case .structure(let name, let members):
            guard case .object(let object) = value else {
                throw Self.collectionMismatch(
                    value, "class com.amazonaws.dynamodb.v20120810.\(name)",
                    isField ? "Unexpected field type" : "Unexpected value type in payload")
            }
            for member in members {
                if let value = object[member.name] { try member.shape.checkTypes(of: value) }
            }
        }
    }

    private static let castMessage =
        "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class "
        + "(sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module java.base "
        + "of loader 'bootstrap')"

    private static let attributeValueShape = RequestShape.structure(
        "AttributeValue",
        [
            Member("S", .string), Member("N", .string), Member("B", .blob), Member("BOOL", .boolean),
            Member("NULL", .boolean), Member("SS", .list(.string)), Member("NS", .list(.string)),
            Member("BS", .list(.blob)), Member("L", .list(.attributeValue)), Member("M", .attributes),
        ])

    /// Whether a value is right at first sight; if not, the walk over its shape says what is wrong.
    private static func isPlainAttributeValue(_ value: JSONValue) -> Bool {
        guard case .object(let object) = value, object.members.count == 1 else { return false }
        switch (AttributeType(wireName: object.members[0].name.utf8), object.members[0].value) {
        case (.string?, .string), (.number?, .string), (.bool?, .bool), (.null?, .bool): return true
        case (.list?, .array(let values)): return values.allSatisfy(isPlainAttributeValue)
        case (.map?, .object(let map)): return map.members.allSatisfy { isPlainAttributeValue($0.value) }
        default: return false
        }
    }

    private func checkScalar(_ value: JSONValue) throws(SerializationFailure) {
        let name = scalarName
        switch (self, value) {
        case (.boolean, .bool), (.string, .string), (.integer, .number), (.long, .number): return
        case (.boolean, .string): throw SerializationFailure("Unexpected token received from parser")
        case (_, .array): throw SerializationFailure("Unrecognized collection type class java.lang.\(name)")
        case (_, .object): throw SerializationFailure("Start of structure or map found where not expected")
        case (_, .bool(let flag)):
            throw SerializationFailure("\(flag ? "TRUE" : "FALSE")_VALUE cannot be converted to \(name)")
        case (_, .number(let text)):
            let kind = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (48...57).contains($0) } ? "NUMBER" : "DECIMAL"
            throw SerializationFailure("\(kind)_VALUE cannot be converted to \(name)")
        default: throw SerializationFailure("STRING_VALUE cannot be converted to \(name)")
        }
    }

    private var scalarName: String {
        switch self {
        case .boolean: "Boolean"
        case .integer: "Integer"
        case .long: "Long"
        default: "String"
        }
    }

    private func checkBlob(_ value: JSONValue) throws(SerializationFailure) {
        switch value {
        case .string(let text): _ = try Base64.decode(text)
        case .array: throw SerializationFailure("Unrecognized collection type class java.nio.ByteBuffer")
        case .object: throw SerializationFailure("Start of structure or map found where not expected")
        default: throw SerializationFailure("only base-64-encoded strings are convertible to bytes")
        }
    }

    /// A list is missing.
    private static func mismatch(_ value: JSONValue, _ scalarMessage: String) -> SerializationFailure {
        if case .object = value { return SerializationFailure("Start of structure or map found where not expected") }
        return SerializationFailure(scalarMessage)
    }

    /// A map or structure is missing.
    private static func collectionMismatch(
        _ value: JSONValue, _ type: String, _ scalarMessage: String
    ) -> SerializationFailure {
        if case .array = value { return SerializationFailure("Unrecognized collection type \(type)") }
        return SerializationFailure(scalarMessage)
    }
}
