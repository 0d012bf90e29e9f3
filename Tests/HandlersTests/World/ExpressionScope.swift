import AWSClient

/// Works out the conditions and updates that the functions write: `AND`, `OR`, brackets, `=`, `<`, `IN`,
/// `attribute_not_exists`; `SET` with `if_not_exists` and `list_append`, and `ADD`.
struct ExpressionScope {
    let item: DynamoDBItem
    let names: [String: String]
    let values: DynamoDBItem

    func holds(_ condition: String) -> Bool {
        var tokens = Self.tokens(condition)[...]
        let result = either(&tokens)
        precondition(tokens.isEmpty, "cannot read \(condition)")
        return result
    }

    func updated(_ update: String) -> DynamoDBItem {
        var tokens = Self.tokens(update)[...]
        var result = item
        while let verb = tokens.popFirst() {
            repeat {
                let name = attribute(tokens.removeFirst())
                if verb == "SET" {
                    precondition(tokens.removeFirst() == "=")
                    result[name] = operand(&tokens)
                } else {
                    precondition(verb == "ADD", "cannot read \(update)")
                    let old = item[name]?.int ?? 0
                    result[name] = .number(old + (operand(&tokens)?.int ?? 0))
                }
            } while tokens.take(",")
        }
        return result
    }

    private func either(_ tokens: inout ArraySlice<String>) -> Bool {
        var result = both(&tokens)
        while tokens.take("OR") { result = both(&tokens) || result }
        return result
    }

    private func both(_ tokens: inout ArraySlice<String>) -> Bool {
        var result = comparison(&tokens)
        while tokens.take("AND") { result = comparison(&tokens) && result }
        return result
    }

    private func comparison(_ tokens: inout ArraySlice<String>) -> Bool {
        if tokens.take("(") {
            let result = either(&tokens)
            precondition(tokens.take(")"))
            return result
        }
        if tokens.take("attribute_not_exists") {
            precondition(tokens.take("("))
            let result = item[attribute(tokens.removeFirst())] == nil
            precondition(tokens.take(")"))
            return result
        }
        let left = operand(&tokens)
        switch tokens.removeFirst() {
        case "=": return left == operand(&tokens)
        case "<": return Self.less(left, operand(&tokens))
        case "IN":
            var isAmong = false
            precondition(tokens.take("("))
            repeat { isAmong = left == operand(&tokens) || isAmong } while tokens.take(",")
            precondition(tokens.take(")"))
            return isAmong
        case let other: preconditionFailure("cannot read \(other)")
        }
    }

    private func operand(_ tokens: inout ArraySlice<String>) -> AttributeValue? {
        let token = tokens.removeFirst()
        guard tokens.take("(") else { return token.hasPrefix(":") ? values[token] : item[attribute(token)] }
        let first = operand(&tokens)
        precondition(tokens.take(","))
        let second = operand(&tokens)
        precondition(tokens.take(")"))
        switch token {
        case "if_not_exists": return first ?? second
        case "list_append": return .l((first?.list ?? []) + (second?.list ?? []))
        default: preconditionFailure("cannot read \(token)")
        }
    }

    private func attribute(_ token: String) -> String {
        token.hasPrefix("#") ? names[token] ?? token : token
    }

    private static func less(_ left: AttributeValue?, _ right: AttributeValue?) -> Bool {
        if let left = left?.double, let right = right?.double { return left < right }
        guard let left = left?.string, let right = right?.string else { return false }
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        for character in text + " " {
            if character.isLetter || character.isNumber || "#:_".contains(character) {
                word.append(character)
                continue
            }
            if !word.isEmpty { tokens.append(word) }
            word = ""
            if character != " " { tokens.append(String(character)) }
        }
        return tokens
    }
}

extension ArraySlice<String> {
    fileprivate mutating func take(_ token: String) -> Bool {
        guard first == token else { return false }
        removeFirst()
        return true
    }
}
