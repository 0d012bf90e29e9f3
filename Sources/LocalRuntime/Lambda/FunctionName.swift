package import CloudWatchLogs

/// The identity of a function: what its ARN says but for the qualifier.
package struct FunctionID: Sendable, Hashable {
    package var account: String
    package var region: String
    package var name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    package var arn: String {
        var arn = LineText()
        arn.add("arn:aws:lambda:")
        arn.add(region)
        arn.add(":")
        arn.add(account)
        arn.add(":function:")
        arn.add(name)
        return arn.text
    }

    /// Equal names in several accounts and regions are rare, and every invocation looks its function up.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }

    /// A log group of the function's own account and region.
    package func logGroup(_ name: String) -> LogGroupID { LogGroupID(account: account, region: region, name: name) }
}

/// How a caller names a function: by name, by partial ARN or by ARN, each with or without a qualifier.
/// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
package struct FunctionName: Sendable, Equatable {
    package var account: String?
    package var region: String?
    package var name: String
    /// A version, `$LATEST`, or an alias.
    package var qualifier: String?

    /// As AWS prints it in refusals.
    static let pattern =
        #"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"#
        + #"([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"#

    /// As AWS prints what can have tags.
    static let taggablePattern =
        #"arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:"#
        + #"(function:[a-zA-Z0-9-_]+(:(\$LATEST|[a-zA-Z0-9-_]+))?|code-signing-config:csc-[a-z0-9]{17}|"#
        + #"event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|"#
        + #"(capacity-provider|network-connector):[a-zA-Z0-9-_]{1,64})"#

    /// nil for what AWS's pattern does not match:
    /// `(arn:aws…:lambda:)?(region:)?(account:)?(function:)?name(:qualifier)?`
    package init?(_ text: String) {
        // As most are.
        if Self.isName(text) {
            name = text
            return
        }
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        if parts.first == "arn" {
            guard parts.count >= 7, parts[1].hasPrefix("aws"), parts[2] == "lambda" else { return nil }
            parts = parts.dropFirst(3)
        }
        if let first = parts.first, parts.count > 1, Self.isRegion(first) {
            region = String(first)
            parts = parts.dropFirst()
        }
        if let first = parts.first, parts.count > 1, first.utf8.count == 12, first.utf8.allSatisfy(Self.isDigit) {
            account = String(first)
            parts = parts.dropFirst()
        }
        if parts.first == "function", parts.count > 1 { parts = parts.dropFirst() }
        guard let name = parts.first, parts.count <= 2, Self.isName(name) else { return nil }
        self.name = String(name)
        if parts.count == 2, let qualifier = parts.last {
            guard qualifier == "$LATEST" || Self.isName(qualifier) else { return nil }
            self.qualifier = String(qualifier)
        }
    }

    package static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    /// `us-east-1`, `us-gov-west-1`, …
    private static func isRegion(_ text: Substring) -> Bool {
        let words = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (3...4).contains(words.count), words[0].utf8.count == 2, let number = words.last else { return false }
        return number.utf8.count == 1 && number.utf8.allSatisfy(isDigit)
            && words.dropLast().allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) } }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
