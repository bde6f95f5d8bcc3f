/// The OpenAPI document (version 2, protobuf) as far as kubectl looks into it
/// before it sends anything: which kinds can be patched with `dryRun` and
/// `fieldValidation`. Without schemas kubectl checks nothing itself.
///
/// Field numbers are those of gnostic's `OpenAPIv2.proto`.
enum OpenAPI {
    static let contentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    static func document(_ types: [ResourceType]) -> [UInt8] {
        var document = WireWriter()
        document.text(1, "2.0")
        document.message(8) { paths in
            for type in types where type.verbs.contains("patch") {
                paths.message(2) { item in
                    item.text(1, path(type))
                    item.message(2) { item in item.message(8) { patch(type, &$0) } }
                }
            }
        }
        return document.bytes
    }

    private static func path(_ type: ResourceType) -> String {
        let root = type.key.group.isEmpty ? "/api/v1" : "/apis/\(type.apiVersion)"
        let place = type.isNamespaced ? "/namespaces/{namespace}" : ""
        return "\(root)\(place)/\(type.key.name)/{name}"
    }

    private static func patch(_ type: ResourceType, _ operation: inout WireWriter) {
        for name in ["dryRun", "fieldValidation"] {
            // parameter, non-body parameter, query parameter
            operation.message(8) { item in
                item.message(1) { parameter in
                    parameter.message(2) { other in
                        other.message(3) { query in
                            query.text(2, "query")
                            query.text(4, name)
                        }
                    }
                }
            }
        }
        operation.message(13) { mark in
            mark.text(1, "x-kubernetes-group-version-kind")
            mark.message(2) { value in
                value.text(
                    2,
                    """
                    group: "\(type.key.group)"
                    kind: \(type.kind)
                    version: \(type.version)

                    """)
            }
        }
    }
}
