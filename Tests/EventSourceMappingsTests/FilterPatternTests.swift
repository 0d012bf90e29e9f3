import AWSProtocol
import Testing

@testable import EventSourceMappings

@Suite struct `Filter patterns` {
    /// The comparison operators of the documents' table, one that matches and one that does not.
    /// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
    @Test(arguments: [
        (#"{"body": {"user": [null]}}"#, #"{"user": null}"#, #"{"user": "a"}"#),
        (#"{"body": {"name": [""]}}"#, #"{"name": ""}"#, #"{"name": "a"}"#),
        (#"{"body": {"name": ["Alice"]}}"#, #"{"name": "Alice"}"#, #"{"name": "alice"}"#),
        (#"{"body": {"name": [{"equals-ignore-case": "alice"}]}}"#, #"{"name": "ALICE"}"#, #"{"name": "Bob"}"#),
        (
            #"{"body": {"city": ["New York"], "day": ["Monday"]}}"#, #"{"city": "New York", "day": "Monday"}"#,
            #"{"city": "New York", "day": "Friday"}"#
        ),
        (#"{"body": {"pay": ["Credit", "Debit"]}}"#, #"{"pay": "Debit"}"#, #"{"pay": "Cash"}"#),
        (
            #"{"body": {"$or": [{"city": ["New York"]}, {"day": ["Monday"]}]}}"#, #"{"city": "Oslo", "day": "Monday"}"#,
            #"{"city": "Oslo", "day": "Friday"}"#
        ),
        (
            #"{"body": {"weather": [{"anything-but": ["Raining"]}]}}"#, #"{"weather": "Dry"}"#,
            #"{"weather": "Raining"}"#
        ),
        (#"{"body": {"price": [{"numeric": ["=", 100]}]}}"#, #"{"price": 1e2}"#, #"{"price": 101}"#),
        (#"{"body": {"price": [{"numeric": [">", 10, "<=", 20]}]}}"#, #"{"price": 20}"#, #"{"price": 10}"#),
        (#"{"body": {"name": [{"exists": true}]}}"#, #"{"name": 0}"#, #"{"other": 0}"#),
        (#"{"body": {"name": [{"exists": false}]}}"#, #"{"other": 0}"#, #"{"name": 0}"#),
        (#"{"body": {"region": [{"prefix": "us-"}]}}"#, #"{"region": "us-east-1"}"#, #"{"region": "eu-west-1"}"#),
        (#"{"body": {"file": [{"suffix": ".png"}]}}"#, #"{"file": "a.png"}"#, #"{"file": "a.jpg"}"#),
        (#"{"body": {"a": {"b": [1]}}}"#, #"{"a": {"b": 1}}"#, #"{"a": {"b": "1"}}"#),
        (#"{"body": {"a.b": [1]}}"#, #"{"a": {"b": 1}}"#, #"{"a": {"b": {"b": 1}}}"#),
        (#"{"body": {"a": {"b": [1]}}}"#, #"{"a.b": 1}"#, #"{"a.b": {"b": 1}}"#),
        (#"{"body": {"a": {"id": [{"exists": true}]}}}"#, #"{"a": [{"k": 1}, {"id": 1}]}"#, #"{"a": []}"#),
        (#"{"body": {"n": [{"anything-but": {"prefix": ["a"]}}]}}"#, #"{"n": null}"#, #"{"m": null}"#),
        (#"{"body": {"n": [{"anything-but": {"suffix": "1"}}]}}"#, #"{"n": 1}"#, #"{"n": "1"}"#),
        (#"{"body": {"tags": ["x"]}}"#, #"{"tags": ["y", "x"]}"#, #"{"tags": ["y"]}"#),
        (#"{"body": {"n": [{"anything-but": {"prefix": "a"}}]}}"#, #"{"n": "b"}"#, #"{"n": "ab"}"#),
        (#"{"body": {"n": [{"anything-but": {"prefix": ["a", "b"]}}]}}"#, #"{"n": "c"}"#, #"{"n": "bc"}"#),
        (#"{"body": {"n": [{"anything-but": {"suffix": ".png"}}]}}"#, #"{"n": "a.gif"}"#, #"{"n": "a.png"}"#),
        (#"{"body": {"n": [{"anything-but": {"equals-ignore-case": ["A"]}}]}}"#, #"{"n": "b"}"#, #"{"n": "a"}"#),
        (#"{"body": {"n": [{"anything-but": {"wildcard": "*/lib/*"}}]}}"#, #"{"n": "/bin/a"}"#, #"{"n": "/lib/a"}"#),
        (#"{"body": {"n": [{"anything-but": [1, 2]}]}}"#, #"{"n": 3}"#, #"{"n": 2.0}"#),
        (#"{"body": {"n": [{"anything-but": "a"}]}}"#, #"{"n": "b"}"#, #"{"other": 1}"#),
        (#"{"body": {"n": [{"prefix": {"equals-ignore-case": "us-"}}]}}"#, #"{"n": "US-east"}"#, #"{"n": "eu"}"#),
        (#"{"body": {"n": [{"suffix": {"equals-ignore-case": ".PNG"}}]}}"#, #"{"n": "a.png"}"#, #"{"n": "a.gif"}"#),
        (#"{"body": {"n": [{"wildcard": "a*b*c"}]}}"#, #"{"n": "axxbyyc"}"#, #"{"n": "axxc"}"#),
        (#"{"body": {"n": [{"wildcard": "*"}]}}"#, #"{"n": ""}"#, #"{"n": 1}"#),
        (#"{"body": {"n": [{"wildcard": "a*a"}]}}"#, #"{"n": "aa"}"#, #"{"n": "a"}"#),
        (#"{"body": {"n": [{"wildcard": "a\\*b"}]}}"#, #"{"n": "a*b"}"#, #"{"n": "axb"}"#),
        (#"{"body": {"ip": [{"cidr": "10.1.0.0/16"}]}}"#, #"{"ip": "10.1.255.1"}"#, #"{"ip": "10.2.0.1"}"#),
        (#"{"body": {"ip": [{"cidr": "2001:db8::/33"}]}}"#, #"{"ip": "2001:db8::1"}"#, #"{"ip": "2001:db8:8000::1"}"#),
    ])
    func `an operator tells a match from a miss`(pattern: String, hit: String, miss: String) throws {
        let filter = try MessageFilter([pattern])
        #expect(filter.admits(["body": .string(hit)]))
        #expect(!filter.admits(["body": .string(miss)]))
    }

    @Test func `a plain body meets plain patterns only`() throws {
        let plain = try MessageFilter([#"{"body": ["go"]}"#])
        #expect(plain.admits(["body": "go"]))
        #expect(!plain.admits(["body": #"{"go": "go"}"#]))
        #expect(!(try MessageFilter([#"{"body": {"a": [1]}}"#])).admits(["body": "plain"]))
    }

    @Test func `attributes can be matched, and one filter of several is enough`() throws {
        let record: JSONValue = ["body": "x", "messageAttributes": ["tier": ["stringValue": "gold"]]]
        let gold = #"{"messageAttributes": {"tier": {"stringValue": ["gold"]}}}"#
        #expect(try MessageFilter([gold]).admits(record))
        #expect(try MessageFilter([#"{"body": ["y"]}"#, gold]).admits(record))
        #expect(!(try MessageFilter([#"{"body": ["y"]}"#]).admits(record)))
    }

    @Test(arguments: [
        "null", "simple string", #"{"eventSource": "aws:sqs"}"#, #"{"eventSource": []}"#, "{}", "[]",
        #"{"a": [{"unknown": 1}]}"#, #"{"a": [{"numeric": [">"]}]}"#, #"{"a": [{"numeric": ["~", 1]}]}"#,
        #"{"a": [[1]]}"#,
        #"{"a": [{"wildcard": "a**b"}]}"#, #"{"a": [{"wildcard": "a\\b"}]}"#, #"{"a": [{"cidr": "10.0.0.0/33"}]}"#,
        #"{"a": [{"cidr": "10.0.0.0"}]}"#, #"{"a": [{"anything-but": []}]}"#, #"{"a": [{"anything-but": ["a", 1]}]}"#,
        #"{"a": [{"anything-but": {"numeric": ["=", 1]}}]}"#, #"{"a": [{"prefix": {"suffix": "a"}}]}"#,
        #"{"a": [{"prefix": 1}]}"#, #"{"a": [{"exists": "yes"}]}"#, #"{"a": [{"numeric": [">", 0, ">", 0]}]}"#,
        #"{"a": [{"numeric": ["<", 5, ">", 0]}]}"#, #"{"a": [{"numeric": [">", 5, "<", 5]}]}"#,
        #"{"a": [{"numeric": [">", 0, "<"]}]}"#, #"{"a": [{"anything-but": {"prefix": ""}}]}"#,
        #"{"a": [{"anything-but": {"suffix": [""]}}]}"#, #"{"a": [{"anything-but": null}]}"#,
    ])
    func `what is no pattern is refused`(text: String) {
        #expect(throws: MappingError.invalidFilterPattern) { try MessageFilter([text]) }
    }
}
