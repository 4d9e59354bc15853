import AccountManagerDocuments
import FoundationEssentials
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("The documents beside the API")
struct VendorDocumentsTests {
    private static let folder = "/account/docs/swagger-ui"

    static let places = [
        ("/account/docs/openapi-public.json", "application/json", "docs/openapi-public.json"),
        ("\(folder)/index.html", "text/html; charset=utf-8", "Sources/CDocuments/page/index.html"),
        ("\(folder)/page.css", "text/css; charset=utf-8", "Sources/CDocuments/page/page.css"),
        ("\(folder)/page.js", "text/javascript; charset=utf-8", "Sources/CDocuments/page/page.js"),
    ]

    private static func file(_ path: String) throws -> [UInt8] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return Array(try Data(contentsOf: URL(filePath: "/\(root)/\(path)")))
    }

    @Test("everybody reads the files as they are in the sources, without a key", arguments: places)
    func reads(_ path: String, _ type: String, _ source: String) throws {
        let response = try Cast().send("GET", path)
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == type)
        #expect(response.fields.first("x-content-type-options") == "nosniff")
        #expect(response.body == (try Self.file(source)))
    }

    @Test("there are no more files than these")
    func complete() {
        #expect(AccountManagerAPI.documents.rows.map(\.pattern) == Self.places.map(\.0))
        let bytes = [
            AccountManagerDocuments.openAPI, AccountManagerDocuments.page,
            AccountManagerDocuments.pageStyle, AccountManagerDocuments.pageScript,
        ]
        #expect(AccountManagerAPI.documents.rows.map(\.handler.body) == bytes)
    }

    @Test("another method is 405, another name 404")
    func refuses() throws {
        let cast = try Cast()
        let posted = cast.send("POST", "/account/docs/openapi-public.json")
        #expect(posted.status == 405)
        #expect(posted.fields.first("allow") == "GET, HEAD")
        for path in ["/account/docs", "/account/docs/", "\(Self.folder)/other.js"] {
            #expect(cast.send("GET", path).status == 404)
        }
    }

    @Test("the page may load from here only, and asks for nothing that is not here")
    func needsNothingElse() throws {
        let response = try Cast().send("GET", "\(Self.folder)/index.html")
        let policy = response.fields.first("content-security-policy") ?? ""
        #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
        #expect(!policy.contains("unsafe"))
        let html = String(decoding: AccountManagerDocuments.page, as: UTF8.self)
        let paths = Set(Self.places.map(\.0))
        for attribute in ["src=\"", "href=\""] {
            for rest in html.split(separator: attribute).dropFirst() {
                let reference = rest.prefix { $0 != "\"" }
                guard reference != "data:," else { continue }
                let path =
                    reference.hasPrefix("../")
                    ? "/account/docs/\(reference.dropFirst(3))" : "\(Self.folder)/\(reference)"
                #expect(paths.contains(path), "\(reference)")
            }
        }
        // Under the policy neither would work: a script or a style inside the page.
        #expect(!html.contains("<style") && !html.contains(" style=") && !html.contains(" on"))
    }

    @Test("the page's script makes no markup out of texts, and keeps no key")
    func isCareful() {
        let script = String(decoding: AccountManagerDocuments.pageScript, as: UTF8.self)
        for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
            #expect(!script.contains(word), "\(word)")
        }
        for word in ["localStorage", "sessionStorage", "cookie", "http:", "https:"] {
            #expect(!script.contains(word), "\(word)")
        }
    }
}
