import AWSProtocol
import Testing

@testable import ControlPlane

@Suite struct `The catalogue` {
    private let table: JSONValue = [
        "Name": "streams", "TableType": "EXTERNAL_TABLE", "Parameters": ["projection.enabled": "true"],
        "PartitionKeys": [["Name": "dt", "Type": "string"]],
        "StorageDescriptor": ["Columns": [["Name": "id_stream", "Type": "bigint"]], "Location": "s3://lake/silver"],
    ]

    private func call(_ account: Account, _ operation: String, _ parameters: JSONValue) async -> Answer {
        await account.json("glue", "AWSGlue.\(operation)", parameters)
    }

    @Test func `a table is read back as it was written`() async throws {
        let account = try Account()
        _ = await call(
            account, "CreateDatabase", ["DatabaseInput": ["Name": "Lake", "Description": "d"], "Tags": ["a": "1"]])
        #expect(await call(account, "CreateTable", ["DatabaseName": "lake", "TableInput": table]).status == 200)
        let read = await call(account, "GetTable", ["DatabaseName": "lake", "Name": "streams"]).json["Table"]
        for member in try #require(table.object?.members) { #expect(read?[member.name] == member.value) }
        #expect(read?["VersionId"] == "0" && read?["DatabaseName"] == "lake")
        #expect(
            await call(account, "CreateTable", ["DatabaseName": "lake", "TableInput": table]).error
                == "AlreadyExistsException")
        _ = await call(account, "UpdateTable", ["DatabaseName": "lake", "TableInput": table])
        #expect(
            await call(account, "GetTable", ["DatabaseName": "lake", "Name": "streams"]).json["Table"]?["VersionId"]
                == "1")
        let tags = await call(account, "GetTags", ["ResourceArn": "arn:aws:glue:us-east-1:000000000000:database/lake"])
        #expect(tags.json["Tags"] == ["a": "1"])
    }

    @Test func `a database takes its tables with it`() async throws {
        let account = try Account()
        _ = await call(account, "CreateDatabase", ["DatabaseInput": ["Name": "lake"]])
        _ = await call(account, "CreateTable", ["DatabaseName": "lake", "TableInput": table])
        #expect(await call(account, "DeleteDatabase", ["Name": "lake"]).status == 200)
        _ = await call(account, "CreateDatabase", ["DatabaseInput": ["Name": "lake"]])
        #expect(await call(account, "GetTables", ["DatabaseName": "lake"]).json["TableList"] == [])
        #expect(
            await call(account, "GetTable", ["DatabaseName": "none", "Name": "t"]).error == "EntityNotFoundException")
        #expect(await call(account, "StartCrawler", ["Name": "c"]).error == "NotImplemented")
    }

    @Test func `a workgroup is changed part by part`() async throws {
        let account = try Account()
        let athena = { (operation: String, parameters: JSONValue) in
            await account.json("athena", "AmazonAthena.\(operation)", parameters)
        }
        _ = await athena(
            "CreateWorkGroup",
            [
                "Name": "lake",
                "Configuration": [
                    "BytesScannedCutoffPerQuery": 10_485_760, "ResultConfiguration": ["OutputLocation": "s3://b/a/"],
                ],
            ])
        _ = await athena(
            "UpdateWorkGroup",
            [
                "WorkGroup": "lake",
                "ConfigurationUpdates": [
                    "RemoveBytesScannedCutoffPerQuery": true,
                    "ResultConfigurationUpdates": ["OutputLocation": "s3://b/c/"],
                ],
            ])
        let configuration = await athena("GetWorkGroup", ["WorkGroup": "lake"]).json["WorkGroup"]?["Configuration"]
        #expect(configuration?["BytesScannedCutoffPerQuery"] == nil)
        #expect(configuration?["ResultConfiguration"]?["OutputLocation"] == "s3://b/c/")
        #expect(configuration?["EnforceWorkGroupConfiguration"] == true)
    }

    @Test func `a workgroup with queries goes only with them`() async throws {
        let account = try Account()
        let athena = { (operation: String, parameters: JSONValue) in
            await account.json("athena", "AmazonAthena.\(operation)", parameters)
        }
        _ = await athena("CreateWorkGroup", ["Name": "lake"])
        let made = await athena(
            "CreateNamedQuery",
            [
                "Name": "q", "Database": "d", "QueryString": "SELECT 1", "WorkGroup": "lake",
            ])
        let id = try #require(made.json["NamedQueryId"])
        #expect(await athena("GetNamedQuery", ["NamedQueryId": id]).json["NamedQuery"]?["QueryString"] == "SELECT 1")
        #expect(await athena("DeleteWorkGroup", ["WorkGroup": "lake"]).error == "InvalidRequestException")
        #expect(await athena("DeleteWorkGroup", ["WorkGroup": "lake", "RecursiveDeleteOption": true]).status == 200)
        #expect(await athena("GetNamedQuery", ["NamedQueryId": id]).error == "InvalidRequestException")
        #expect(await athena("StartQueryExecution", ["QueryString": "SELECT 1"]).error == "NotImplemented")
    }
}
