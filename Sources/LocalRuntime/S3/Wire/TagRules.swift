import AWSProtocol

/// The rules for tags. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
enum TagRules {
    enum Owner {
        case ofBuckets
        case ofObjects
    }

    /// Objects give their tags back by key, whatever order they came in.
    static func checked(_ tags: [Tag], _ owner: Owner, limit: Int) throws(S3Error) -> [Tag] {
        guard tags.count <= limit else {
            throw owner == .ofObjects
                ? .badTagCount("Object tags cannot be greater than \(limit)")
                : .badTagCount("Bucket tag count cannot be greater than \(limit)")
        }
        for (index, tag) in tags.enumerated() {
            guard !tags[..<index].contains(where: { $0.key.utf8.elementsEqual(tag.key.utf8) }) else {
                throw .invalidTag("Cannot provide multiple Tags with the same key", key: tag.key)
            }
            try check(tag, owner)
        }
        return owner == .ofBuckets ? tags : tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private static func check(_ tag: Tag, _ owner: Owner) throws(S3Error) {
        guard !tag.key.hasPrefix("aws:") else {
            let message =
                owner == .ofObjects
                ? "Your TagKey cannot be prefixed with aws:" : "System tags cannot be added/updated by requester"
            throw .invalidTag(message, key: tag.key)
        }
        guard 1...128 ~= tag.key.unicodeScalars.count, tag.key.unicodeScalars.allSatisfy(isAllowed) else {
            throw .invalidTag("The TagKey you have provided is invalid", key: tag.key)
        }
        guard tag.value.unicodeScalars.count <= 256, tag.value.unicodeScalars.allSatisfy(isAllowed) else {
            throw .invalidTag("The TagValue you have provided is invalid", key: tag.key, value: tag.value)
        }
    }

    /// Reads a `Tagging` document.
    static func tags(_ document: XMLNode, _ owner: Owner, limit: Int) throws(S3Error) -> [Tag] {
        guard document.name == "Tagging", let set = document["TagSet"] else { throw .malformedXML }
        var tags: [Tag] = []
        for tag in set.children {
            guard tag.name == "Tag", let key = tag.text(of: "Key"), let value = tag.text(of: "Value") else {
                throw .malformedXML
            }
            tags.append(Tag(key: key, value: value))
        }
        return try checked(tags, owner, limit: limit)
    }

    static func element(_ tags: [Tag]) -> XMLElement {
        let set = tags.map { XMLElement("Tag", [XMLElement("Key", $0.key), XMLElement("Value", $0.value)]) }
        return .document("Tagging", [XMLElement("TagSet", set)])
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            true
        default: "_.:/=+-@".unicodeScalars.contains(scalar)
        }
    }
}
