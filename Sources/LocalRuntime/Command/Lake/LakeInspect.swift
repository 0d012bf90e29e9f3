import ArgumentParser
import Foundation
import Lake
import LakeTools

/// `rivulet-local lake inspect`
struct LakeInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show a Parquet file's schema, row groups, encodings, sizes and statistics.",
        discussion: """
            Any Parquet file of any writer; what of it this lake's reader does not read is named at the end. Only the \
            footer and the pages' headers are read. Exit code 1 when the file is damaged or no Parquet file.
            """)

    @Argument(help: "The file.")
    var file: String

    @Flag(help: "Print everything as JSON.")
    var json = false

    func run() throws {
        let inspection: FileInspection
        do {
            inspection = try FileInspection(try LocalParquet.source(file))
        } catch let error as any Error & CustomStringConvertible {
            throw LakeFailure.exit(error)
        }
        print(try json ? LakeFailure.json(inspection) : InspectionText(inspection, Paint()).text)
    }
}

/// How the lake's desk tools end in trouble, and how they print data.
enum LakeFailure {
    /// Writes the error to standard error; the code that follows from it is 1.
    static func exit(_ error: some CustomStringConvertible) -> ExitCode {
        FileHandle.standardError.write(Data("error: \(error)\n".utf8))
        return .failure
    }

    /// Keys in snake case, in a fixed order.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
