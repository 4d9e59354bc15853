import CDocuments

/// What the vendor publishes about its API beside the API itself, as bytes in the program.
package enum AccountManagerDocuments {
    /// `docs/openapi-public.json`: every operation, in OpenAPI 3.0.
    package static let openAPI = unsafe bytes(of: cdocument_open_api())

    /// The page that shows the document.
    package static let page = unsafe bytes(of: cdocument_page())

    /// How the page looks.
    package static let pageStyle = unsafe bytes(of: cdocument_page_style())

    /// What the page does.
    package static let pageScript = unsafe bytes(of: cdocument_page_script())

    private static func bytes(of document: CDocument) -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: document.bytes, count: document.count))
    }
}
