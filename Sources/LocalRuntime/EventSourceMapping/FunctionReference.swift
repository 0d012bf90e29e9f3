/// A function as a request names it: `name`, `name:alias`, `123456789012:function:name` or a whole ARN.
/// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
struct FunctionReference: Equatable {
    let arn: String
    let name: String

    /// - Returns: nil for a text that names no function.
    init?(_ text: String, account: String, region: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var (account, region) = (account, region)
        if parts.count >= 7, parts[0] == "arn", parts[2] == "lambda", parts[5] == "function" {
            (region, account) = (parts[3], parts[4])
            parts.removeFirst(6)
        } else if parts.count >= 3, parts[1] == "function" {
            account = parts[0]
            parts.removeFirst(2)
        }
        guard (1...2).contains(parts.count), parts.allSatisfy(Self.isName) else { return nil }
        name = parts[0]
        arn = "arn:aws:lambda:\(region):\(account):function:" + parts.joined(separator: ":")
    }

    /// The function's name within its ARN.
    static func name(inARN arn: String) -> String {
        arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(6).first.map(String.init) ?? arn
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "$"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
