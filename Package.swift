// swift-tools-version: 6.0
import PackageDescription

// Targets stand in layer order: an import may only point upward in this list.
let swift: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func program(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: swift)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swift)
}

let package = Package(
    name: "recover",
    products: [
        .executable(name: "recover", targets: ["recover"]),
        .executable(name: "recover-reach", targets: ["recover-reach"]),
        .executable(name: "recover-lab", targets: ["recover-lab"]),
    ],
    targets: [
        // C, through module maps
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev", "libssl-dev"])]),
        .target(name: "CPosix"),
        // text, bytes and rows
        library("JSON"),
        library("Patterns"),
        library("Digest", ["CCrypto"]),
        library("SQLite", ["CSQLite"]),
        library("Processes", ["CPosix"]),
        library("YAML", ["CYAML", "JSON"]),
        // what should happen, what there is, what did happen
        library("Runbooks", ["YAML", "JSON", "Patterns"]),
        library("Estates", ["YAML", "JSON"]),
        library("Journal", ["SQLite", "JSON", "Digest", "CPosix"]),
        // what happens next
        library(
            "RecoveryEngine",
            ["Runbooks", "Estates", "Journal", "YAML", "JSON", "Digest", "Patterns"]),
        // the hands
        library(
            "Effects",
            [
                "RecoveryEngine", "Runbooks", "Estates", "Processes", "YAML", "JSON", "Digest",
                "CPosix",
            ]),
        // what Git says
        library(
            "DesiredState", ["RecoveryEngine", "Estates", "Processes", "YAML", "JSON", "Digest"]),
        // the lab, which nothing above knows
        .target(name: "CNamespace"),
        library(
            "LabCluster", ["YAML", "JSON", "SQLite", "Digest", "Processes", "CMicroHTTPD", "CCurl"]),
        library("LabHosts", ["YAML", "JSON", "Digest", "Processes", "CPosix", "CNamespace"]),
        library("LabDoors", ["LabCluster", "LabHosts", "YAML", "JSON", "Digest", "Processes"]),
        // programs
        program(
            "recover",
            [
                "Effects", "DesiredState", "RecoveryEngine", "Runbooks", "Estates", "Journal",
                "YAML",
                "JSON", "Digest", "CPosix",
            ]),
        program("recover-reach", ["CGit2", "CCurl", "Processes", "JSON"]),
        program(
            "recover-lab",
            ["LabCluster", "LabHosts", "LabDoors", "YAML", "JSON", "Digest", "Processes", "CPosix"]),
        // tests
        .target(name: "Canary", path: "Tests/Canary", swiftSettings: swift),
        .target(name: "Built", path: "Tests/Built", swiftSettings: swift),
        .target(name: "LabThreads", path: "Tests/LabThreads", swiftSettings: swift),
        .executableTarget(
            name: "flood", dependencies: ["Effects", "RecoveryEngine", "Processes"],
            path: "Tests/Flood",
            swiftSettings: swift),
        .executableTarget(
            name: "bare-cluster", dependencies: ["LabCluster", "JSON"], path: "Tests/BareCluster",
            swiftSettings: swift),
        .executableTarget(
            name: "mortal", dependencies: ["Journal", "JSON"], path: "Tests/Mortal",
            swiftSettings: swift),
        tests("YAMLTests", ["YAML", "JSON"]),
        tests("PatternsTests", ["Patterns"]),
        tests(
            "RunbooksTests", ["Runbooks", "Processes", "Patterns", "YAML", "JSON"],
            exclude: ["Corpus"]),
        tests("EstatesTests", ["Estates", "Processes", "YAML", "JSON"]),
        tests("JournalTests", ["Journal", "SQLite", "JSON", "Digest", "Processes", "Built"]),
        tests(
            "RecoveryEngineTests",
            ["RecoveryEngine", "Runbooks", "Estates", "Journal", "YAML", "JSON", "Digest"],
            exclude: ["Goldens"]),
        tests(
            "EffectsTests",
            [
                "Effects", "RecoveryEngine", "Runbooks", "Estates", "Processes", "YAML", "JSON",
                "Digest", "CPosix", "Canary", "flood",
            ]),
        tests(
            "DesiredStateTests",
            [
                "DesiredState", "recover-reach", "RecoveryEngine", "Estates", "Processes", "YAML",
                "JSON", "Built",
            ]),
        tests("ReachTests", ["recover-reach", "Processes", "JSON", "Built"], exclude: ["Servers"]),
        tests(
            "LabClusterTests",
            ["LabCluster", "YAML", "JSON", "SQLite", "Digest", "Processes", "bare-cluster"],
            exclude: ["Fixtures", "Vectors"]),
        tests(
            "LabHostsTests",
            ["LabHosts", "LabCluster", "YAML", "JSON", "Processes", "LabThreads", "recover-lab"]),
        tests(
            "LabDoorsTests", ["LabDoors", "LabCluster", "LabHosts", "JSON", "Digest", "Processes"]),
        tests("TidyTests", []),
        tests("AcceptanceTests", ["Processes", "JSON", "Canary", "LabThreads"]),
        tests("SweepTests", ["Processes", "JSON", "LabThreads"], exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6]
)
