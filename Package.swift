// swift-tools-version: 6.2
import PackageDescription

// Settings of every Swift target; each line says what it buys.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),  // data races are compile errors
    .strictMemorySafety(),  // each use of a C pointer carries the word `unsafe` (SE-0458)
    .treatAllWarnings(as: .error),  // no warning survives a build
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
]

// Arrows point down only: a target names what it stands on, and imports nothing else.
let package = Package(
    name: "mock-digicert-one",
    products: [
        .executable(name: "mock-digicert-one", targets: ["mock-digicert-one"]),
        .library(name: "MockDigiCertOne", targets: ["MockDigiCertOne"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // Layer 0: C libraries, and safe Swift over them. Each bridge alone imports its C module.
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLinux"),
        // fork and exec, with what no Swift may do between them.
        .target(name: "CProcess"),
        // Not a library but files: the API's document and the page that shows it.
        .target(name: "CDocuments", exclude: ["page"]),
        // The files of the pages for browsers.
        .target(name: "CPages", exclude: ["Resources"]),
        .target(name: "OpenSSLBridge", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Nghttp2Bridge", dependencies: ["CNghttp2"], swiftSettings: strict),
        .target(name: "SQLiteBridge", dependencies: ["CSQLite"], swiftSettings: strict),

        // Layer 1: values only, no I/O.
        .target(name: "AccountModel", swiftSettings: strict),
        .target(name: "HTTP", swiftSettings: strict),
        .target(
            name: "AccountManagerDocuments",
            dependencies: ["CDocuments"],
            swiftSettings: strict
        ),

        // Layer 2: one universe.
        .target(
            name: "AccountStore",
            dependencies: ["AccountModel", "SQLiteBridge"],
            resources: [
                .embedInCode("../../migrations/v0001_accounts.sql"),
                .embedInCode("../../migrations/v0002_account_manager.sql"),
                .embedInCode("../../migrations/v0003_clock.sql"),
                .embedInCode("../../migrations/v0004_worlds.sql"),
                .embedInCode("../../migrations/v0005_digital_id_center.sql"),
                .embedInCode("../../migrations/v0006_two_factor.sql"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "PrivateCA",
            dependencies: ["AccountModel", "OpenSSLBridge"],
            swiftSettings: strict
        ),
        .target(
            name: "World",
            dependencies: ["AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "PrivateCA"],
            resources: [.embedInCode("../../config/seed.json")],
            swiftSettings: strict
        ),

        // Layer 3: what is answered, what tests steer, how bytes move.
        .target(
            name: "AccountManagerAPI",
            dependencies: [
                "AccountManagerDocuments", "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge",
                "PrivateCA", "World",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Pages",
            dependencies: ["AccountModel", "AccountStore", "CPages", "HTTP", "World"],
            swiftSettings: strict
        ),
        .target(
            name: "Console",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "Pages", "PrivateCA",
                "World",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DigitalIDCenter",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "Pages", "PrivateCA",
                "World",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TwoFactor",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "Pages", "PrivateCA",
                "World",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ControlAPI",
            dependencies: [
                "AccountManagerDocuments", "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge",
                "Pages", "World",
            ],
            swiftSettings: strict
        ),
        .target(
            name: "HTTPServer",
            dependencies: ["CLinux", "HTTP", "Nghttp2Bridge", "OpenSSLBridge"],
            swiftSettings: strict
        ),

        // Layer 4: composition, and the library to embed.
        .target(
            name: "MockDigiCertOne",
            dependencies: [
                "AccountManagerAPI", "AccountModel", "AccountStore", "CLinux", "CProcess",
                "Console", "ControlAPI", "DigitalIDCenter", "HTTP", "HTTPServer", "OpenSSLBridge",
                "Pages", "PrivateCA", "TwoFactor", "World",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),

        // Layer 5: the command line.
        .executableTarget(
            name: "mock-digicert-one",
            dependencies: [
                "AccountManagerDocuments", "MockDigiCertOne", "World",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        // The tests' own client: it sends what no real client would, and sees every alert.
        .target(
            name: "TestClient",
            dependencies: ["COpenSSL"],
            path: "Tests/TestClient",
            swiftSettings: strict
        ),
        // What other programs make of our bytes: runs one and collects what it says.
        .target(name: "TestCommand", path: "Tests/TestCommand", swiftSettings: strict),
        // Worlds that tests make, by a clock of the test's own.
        .target(
            name: "TestWorlds",
            dependencies: ["AccountModel", "AccountStore", "OpenSSLBridge", "World"],
            path: "Tests/TestWorlds",
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpenSSLBridgeTests",
            dependencies: ["OpenSSLBridge", "TestClient", "TestCommand"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "Nghttp2BridgeTests",
            dependencies: ["CNghttp2", "Nghttp2Bridge"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SQLiteBridgeTests",
            dependencies: ["SQLiteBridge"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AccountModelTests",
            dependencies: ["AccountModel"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PagesTests",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "Pages", "TestWorlds",
                "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "AccountModel", "AccountStore", "Console", "HTTP", "OpenSSLBridge", "Pages",
                "TestWorlds", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DigitalIDCenterTests",
            dependencies: [
                "AccountModel", "AccountStore", "DigitalIDCenter", "HTTP", "OpenSSLBridge",
                "Pages", "TestWorlds", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TwoFactorTests",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "Pages", "TestWorlds",
                "TwoFactor", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP"], swiftSettings: strict),
        .testTarget(
            name: "AccountStoreTests",
            dependencies: ["AccountModel", "AccountStore", "SQLiteBridge", "TestCommand"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PrivateCATests",
            dependencies: ["AccountModel", "OpenSSLBridge", "PrivateCA", "TestCommand"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WorldTests",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "OpenSSLBridge", "PrivateCA",
                "SQLiteBridge", "TestCommand", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AccountManagerAPITests",
            dependencies: [
                "AccountManagerAPI", "AccountManagerDocuments", "AccountModel", "AccountStore",
                "HTTP", "OpenSSLBridge", "PrivateCA", "SQLiteBridge", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ControlAPITests",
            dependencies: [
                "AccountManagerDocuments", "AccountModel", "AccountStore", "ControlAPI", "HTTP",
                "OpenSSLBridge", "Pages", "TestWorlds", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPServerTests",
            dependencies: ["HTTP", "HTTPServer", "OpenSSLBridge", "TestClient"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MockDigiCertOneTests",
            dependencies: [
                "AccountModel", "AccountStore", "HTTP", "HTTPServer", "mock-digicert-one",
                "MockDigiCertOne", "OpenSSLBridge", "TestCommand", "TestWorlds", "World",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BehaviourTests",
            dependencies: [
                "AccountManagerAPI", "AccountStore", "MockDigiCertOne", "OpenSSLBridge",
                "PrivateCA", "SQLiteBridge", "TestClient", "TestCommand", "World",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestCommand", "mock-digicert-one"],
            exclude: ["Clients"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RepositoryRulesTests",
            dependencies: ["OpenSSLBridge"],
            exclude: ["released-migrations.txt"],
            swiftSettings: strict
        ),
    ]
)

// `scripts/fuzz` sets FUZZ: all Swift is instrumented, and the fuzz programs appear.
if Context.environment["FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .executableTarget(
            name: "FuzzHTTP1",
            dependencies: ["CFuzzer", "HTTP"],
            path: "Tests/Fuzz/FuzzHTTP1",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "FuzzHTTP2",
            dependencies: ["CFuzzer", "Nghttp2Bridge"],
            path: "Tests/Fuzz/FuzzHTTP2",
            swiftSettings: strict
        ),
    ]
    let instrumentation = ["-sanitize=fuzzer,address"]
    for target in package.targets where target.type != .system {
        target.swiftSettings?.append(.unsafeFlags(instrumentation))
        // gold, the default, crashes on the sanitizer's sections.
        target.linkerSettings = [.unsafeFlags(instrumentation + ["-use-ld=lld"])]
    }
}
