import Foundation
import Testing

@testable import RivuletDeploy

@Suite struct `Terraform's commands` {
    @Test func `each call is a value`() {
        #expect(
            TerraformCommand.initialize(backend: ["bucket=b", "key=k"], plugins: nil).arguments == [
                "init", "-input=false", "-no-color", "-reconfigure", "-backend-config=bucket=b",
                "-backend-config=key=k",
            ])
        #expect(TerraformCommand.initialize(backend: [], plugins: "/p").arguments.last == "-plugin-dir=/p")
        #expect(
            TerraformCommand.plan(variables: nil).arguments == [
                "plan", "-input=false", "-no-color", "-detailed-exitcode",
            ])
        #expect(
            TerraformCommand.plan(variables: "v", destroys: true, output: "p").arguments.suffix(3) == [
                "-destroy", "-out=p", "-var-file=v",
            ])
        #expect(TerraformCommand.apply(variables: "v").arguments.suffix(2) == ["-auto-approve", "-var-file=v"])
        #expect(TerraformCommand.destroy(variables: nil).arguments.last == "-auto-approve")
        #expect(TerraformCommand.unlock("id").arguments == ["force-unlock", "-force", "id"])
    }

    @Test func `a refusal is told by what to do`() {
        func failure(_ text: String, status: Int = 1) -> TerraformFailure {
            TerraformFailure(.apply(variables: nil), status, text)
        }
        let locked = """
            Error: Error acquiring the state lock

            Lock Info:
              ID:        5f0c-11
              Path:      bucket/key
              Who:       ana@host
            """
        #expect(failure(locked) == .locked(id: "5f0c-11", by: "ana@host"))
        #expect(failure("Error: x api error InvalidClientTokenId: y") == .credentials("InvalidClientTokenId"))
        #expect(failure("Error: Failed to query available provider packages") == .providerMissing)
        #expect(failure("Error: Backend initialization required, please run") == .notInitialized)
        #expect(failure("half a line", status: 137) == .interrupted)
        #expect(
            failure("noise\nError: creating queue: denied\n\n  with aws_sqs_queue.a,\n")
                == .other(verb: "apply", status: 1, reason: "creating queue: denied"))
        let existing = """
            Error: creating IAM Role (a): EntityAlreadyExists: Role with name a exists.

              with module.extract.aws_iam_role.this,
              on modules/function/main.tf line 18

            Error: creating queue: denied

              with aws_sqs_queue.a,
            Error: creating table: ResourceInUseException

              with aws_dynamodb_table.t["x"],
            """
        #expect(
            failure(existing) == .alreadyExists(["module.extract.aws_iam_role.this", #"aws_dynamodb_table.t["x"]"#]))
        for text in [locked, existing, "x"] {
            #expect("\(failure(text))".hasSuffix(".") || "\(failure(text))".contains("--"))
        }
    }

    @Test func `outputs are read, and half of them are none`() throws {
        let whole = """
            {"bucket":{"value":"b","type":"string"},"mapping":{"value":"m"},"functions":{"value":{"extract":
             {"name":"rivulet-extract","alias_arn":"a","version":"3","code_sha256":"c"}}}}
            """
        let outputs = try #require(try StackOutputs(json: whole))
        #expect(outputs.functions["extract"]?.version == "3")
        #expect(outputs.bucket == "b")
        #expect(try StackOutputs(json: "{}") == nil)
        #expect(try StackOutputs(json: #"{"bucket":{"value":"b"}}"#) == nil)
    }

    @Test func `what a killed apply made is taken over by its name`() throws {
        let json = """
            {"resource_changes":[{"address":"aws_lambda_alias.live","type":"aws_lambda_alias",
              "change":{"after":{"name":"live","function_name":"f","routing_config":[]}}}]}
            """
        let alias = try #require(try Terraform.planned(json: json)["aws_lambda_alias.live"])
        #expect(Adoption.identifier(type: alias.type, planned: alias.texts, account: "1") == "f/live")
        let table = ["database_name": "d", "name": "t"]
        #expect(Adoption.identifier(type: "aws_glue_catalog_table", planned: table, account: "1") == "1:d:t")
        #expect(Adoption.identifier(type: "aws_iam_role", planned: [:], account: "1") == nil)
        #expect(Adoption.identifier(type: "aws_sns_topic", planned: ["name": "t"], account: "1") == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `a program's lines and its end are told`() async throws {
        let program = Program("sh", environment: ["PATH": "/usr/bin:/bin"], folder: "/")
        let outcome = try await program.collect(["-c", "echo out; echo err >&2; exit 3"])
        #expect((outcome.status, outcome.output, outcome.errors) == (3, "out\n", "err\n"))
        let followed = try await program.follow(["-c", "echo a; echo b >&2; kill -9 $$"]) { _ in }
        #expect((followed.status, followed.output) == (137, "a\nb"))
        await #expect(throws: ProgramError.notFound("no-such-program")) {
            try await Program("no-such-program", environment: [:], folder: "/").collect([])
        }
    }

    @Test(arguments: [("1.11.4", true), ("1.10.9", false), ("2.0.0", false), ("1.14.0-beta1", true), ("what", false)])
    func `only versions that know write-only arguments pass`(_ version: String, _ passes: Bool) {
        #expect((Doctor.terraform(version: version).state == .passed) == passes)
    }
}

@Suite struct `A deploy's target` {
    @Test func `an emulator has its own place and credentials, whatever the environment says`() {
        let own = [
            "AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "s", "AWS_ENDPOINT_URL_SQS": "https://x", "PATH": "/bin",
            "TF_VAR_twitch_client_id": "mine",
        ]
        let environment = DeployTarget.local(endpoint: "http://127.0.0.1:1").environment(own, dataFolder: "/d")
        #expect(environment["AWS_PROFILE"] == nil && environment["AWS_SESSION_TOKEN"] == nil)
        #expect(environment["AWS_ENDPOINT_URL_SQS"] == nil)
        #expect(environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1")
        #expect(environment["TF_VAR_twitch_client_id"] == "mine")
        #expect(environment["TF_DATA_DIR"] == "/d" && environment["PATH"] == "/bin")
        #expect(DeployTarget.aws.environment(own, dataFolder: "/d")["AWS_PROFILE"] == "work")
    }
}
