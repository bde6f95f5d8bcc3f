import JSON

/// What is shown of volumes, their claims, classes and attachments.
enum StoragePrinters {
    static let all: [ResourceKey: Printer] = [
        .persistentVolumes: Printer(
            [.name]
                + TableColumn.named(
                    "Capacity", "Access Modes", "Reclaim Policy", "Status", "Claim",
                    "StorageClass", "VolumeAttributesClass", "Reason", "Age")
                + TableColumn.wide("VolumeMode")
        ) { object, now in
            let claim = object.at("spec", "claimRef")
            let claimed = claim.map {
                "\($0["namespace"]?.string ?? "")/\($0["name"]?.string ?? "")"
            }
            return [
                .string(object.name), text(object.at("spec", "capacity", "storage")),
                Cell.accessModes(object.at("spec", "accessModes")),
                text(object.at("spec", "persistentVolumeReclaimPolicy")), phase(object),
                .string(claimed ?? ""), text(object.at("spec", "storageClassName")),
                Cell.text(object.at("spec", "volumeAttributesClassName"), or: "<unset>"),
                text(object.at("status", "reason")), Age.of(object, now),
                Cell.text(object.at("spec", "volumeMode"), or: "<unset>"),
            ]
        },
        .persistentVolumeClaims: Printer(
            [.name]
                + TableColumn.named(
                    "Status", "Volume", "Capacity", "Access Modes", "StorageClass",
                    "VolumeAttributesClass", "Age") + TableColumn.wide("VolumeMode")
        ) { object, now in
            let volume = object.at("spec", "volumeName")?.string ?? ""
            return [
                .string(object.name), phase(object), .string(volume),
                volume.isEmpty ? "" : text(object.at("status", "capacity", "storage")),
                volume.isEmpty ? "" : Cell.accessModes(object.at("status", "accessModes")),
                text(object.at("spec", "storageClassName")),
                Cell.text(object.at("spec", "volumeAttributesClassName"), or: "<unset>"),
                Age.of(object, now), Cell.text(object.at("spec", "volumeMode"), or: "<unset>"),
            ]
        },
        .storageClasses: Printer(
            [.name]
                + TableColumn.named(
                    "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion",
                    "Age")
        ) { object, now in
            let mark = object.annotations["storageclass.kubernetes.io/is-default-class"]
            let isDefault = mark?.string == "true"
            return [
                .string(object.name + (isDefault ? " (default)" : "")), text(object["provisioner"]),
                Cell.text(object["reclaimPolicy"], or: "Delete"),
                Cell.text(object["volumeBindingMode"], or: "Immediate"),
                object["allowVolumeExpansion"] ?? false, Age.of(object, now),
            ]
        },
        .volumeAttachments: Printer(
            [.name, TableColumn(name: "Attacher", format: "name")]
                + TableColumn.named("PV", "Node")
                + [TableColumn(name: "Attached", type: "boolean"), .age]
        ) { object, now in
            [
                .string(object.name), text(object.at("spec", "attacher")),
                text(object.at("spec", "source", "persistentVolumeName")),
                text(object.at("spec", "nodeName")), object.at("status", "attached") ?? false,
                Age.of(object, now),
            ]
        },
    ]

    private static func text(_ value: JSONValue?) -> JSONValue { Cell.text(value, or: "") }

    private static func phase(_ object: JSONValue) -> JSONValue {
        object.isTerminating ? "Terminating" : .string(object.phase)
    }
}
