/// The messages of `ProtobufBody`, with the field numbers of the `.proto` files
/// of the Kubernetes API.
enum ProtobufSchema {
    indirect enum Kind: Sendable {
        case text, bytes, number, flag, time
        case message(String)
        /// Keys are texts; values too, or bytes.
        case map(isText: Bool)
    }

    struct Field: Sendable {
        let name: String
        let kind: Kind
        var isRepeated = false

        var isMap: Bool { if case .map = kind { true } else { false } }

        init(_ name: String, _ kind: Kind = .text, repeated: Bool = false) {
            self.name = name
            self.kind = kind
            isRepeated = repeated
        }
    }

    static let messages: [String: [Int: Field]] = [
        "Unknown": [1: Field("typeMeta", .message("TypeMeta")), 2: Field("raw", .bytes)],
        "TypeMeta": [1: Field("apiVersion"), 2: Field("kind")],
        "TextEntry": [1: Field("key"), 2: Field("value")],
        "BytesEntry": [1: Field("key"), 2: Field("value", .bytes)],
        "Time": [1: Field("seconds", .number)],
        "ObjectMeta": [
            1: Field("name"), 2: Field("generateName"), 3: Field("namespace"), 5: Field("uid"),
            6: Field("resourceVersion"), 8: Field("creationTimestamp", .time),
            11: Field("labels", .map(isText: true)), 12: Field("annotations", .map(isText: true)),
            13: Field("ownerReferences", .message("OwnerReference"), repeated: true),
            14: Field("finalizers", repeated: true),
        ],
        "OwnerReference": [
            1: Field("kind"), 3: Field("name"), 4: Field("uid"), 5: Field("apiVersion"),
            6: Field("controller", .flag), 7: Field("blockOwnerDeletion", .flag),
        ],
        "Namespace": [
            1: metadata, 2: Field("spec", .message("NamespaceSpec")),
        ],
        "NamespaceSpec": [1: Field("finalizers", repeated: true)],
        "Secret": [
            1: metadata, 2: Field("data", .map(isText: false)), 3: Field("type"),
            4: Field("stringData", .map(isText: true)), 5: Field("immutable", .flag),
        ],
        "ConfigMap": [
            1: metadata, 2: Field("data", .map(isText: true)),
            3: Field("binaryData", .map(isText: false)), 4: Field("immutable", .flag),
        ],
        "ServiceAccount": [
            1: metadata, 4: Field("automountServiceAccountToken", .flag),
        ],
        "SelfSubjectReview": [1: metadata],
        "SelfSubjectAccessReview": [
            1: metadata, 2: Field("spec", .message("SelfSubjectAccessReviewSpec")),
        ],
        "SelfSubjectAccessReviewSpec": [
            1: Field("resourceAttributes", .message("ResourceAttributes")),
            2: Field("nonResourceAttributes", .message("NonResourceAttributes")),
        ],
        "ResourceAttributes": [
            1: Field("namespace"), 2: Field("verb"), 3: Field("group"), 4: Field("version"),
            5: Field("resource"), 6: Field("subresource"), 7: Field("name"),
        ],
        "NonResourceAttributes": [1: Field("path"), 2: Field("verb")],
        "DeleteOptions": [
            1: Field("gracePeriodSeconds", .number),
            2: Field("preconditions", .message("Preconditions")),
            3: Field("orphanDependents", .flag), 4: Field("propagationPolicy"),
            5: Field("dryRun", repeated: true),
        ],
        "Preconditions": [1: Field("uid"), 2: Field("resourceVersion")],
        "Eviction": [1: metadata, 2: Field("deleteOptions", .message("DeleteOptions"))],
    ]

    private static let metadata = Field("metadata", .message("ObjectMeta"))
}
