import FoundationEssentials
import Lake

/// The tables of the Glue Data Catalog as JSON by table name: what `for_each` over `jsondecode(file(…))` takes.
///
/// https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
struct GlueTables {
    private struct Column: Encodable {
        let name: String
        let type: String
        let comment: String

        init(_ column: ColumnSchema, type: String) {
            name = column.name
            self.type = type
            comment = column.meaning
        }
    }

    private struct Table: Encodable {
        let description: String
        /// From the lake's root, without slashes at its ends.
        let folder: String
        let columns: [Column]
        let partitionKeys: [Column]
        let parameters: [String: String]
        let inputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
        let outputFormat = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
        let serializationLibrary = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"

        enum CodingKeys: String, CodingKey {
            case description, folder, columns, parameters
            case partitionKeys = "partition_keys"
            case inputFormat = "input_format"
            case outputFormat = "output_format"
            case serializationLibrary = "serialization_library"
        }
    }

    private let tables: [String: Table]

    init(_ place: LakePlace) {
        tables = Dictionary(
            uniqueKeysWithValues: LakeTable.all.map { table in
                let made = Table(
                    description: table.description, folder: table.folder,
                    columns: table.schema.columns.map { Column($0, type: HiveType.of($0.type)) },
                    partitionKeys: table.partitioning.columns.map { Column($0, type: HiveType.partition) },
                    parameters: Dictionary(
                        uniqueKeysWithValues: AthenaSQL.parameters(table, place).map { ($0.key, $0.value) }
                            + [("EXTERNAL", "TRUE")]))
                return (table.sqlName, made)
            })
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(tables), as: UTF8.self) + "\n"
        } catch {
            // Encoding fails for numbers that JSON has not; here are only texts.
            preconditionFailure("\(error)")
        }
    }
}
