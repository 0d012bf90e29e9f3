import Lambda
import Testing

@Suite struct `Naming a function` {
    @Test(arguments: [
        "streams", "function:streams", "000000000000:function:streams", "000000000000:streams",
        "us-east-1:000000000000:function:streams", "arn:aws:lambda:us-east-1:000000000000:function:streams",
    ])
    func `name, partial ARN and ARN mean the same`(text: String) {
        #expect(FunctionName(text)?.name == "streams")
        #expect(FunctionName(text)?.qualifier == nil)
        #expect(FunctionName(text + ":$LATEST")?.qualifier == "$LATEST")
        #expect(FunctionName(text + ":live-2")?.qualifier == "live-2")
    }

    @Test func `an ARN carries its account and region`() {
        let name = FunctionName("arn:aws:lambda:eu-west-1:123456789012:function:streams")
        #expect(name?.account == "123456789012")
        #expect(name?.region == "eu-west-1")
        #expect(FunctionName("streams")?.account == nil)
    }

    @Test(arguments: [
        "", ":", "a b", "a/b", "ä", "streams:", "streams:$OLDEST", "a:b:c", "arn:aws:sqs:us-east-1:000000000000:q",
        "arn:aws:lambda:us-east-1:000000000000:function:", "000000000000:function:",
    ])
    func `anything else is no name`(text: String) {
        #expect(FunctionName(text) == nil)
    }
}
