// Generated from Services/LanguageProcessing/openapi.json by make generate. Do not edit.

/// The service's interface as OpenAPI 3.1, served at `/openapi.json`.
package enum OpenAPIDocument {
    package static let json = #"""
        {"openapi":"3.1.0","info":{"title":"nlp","version":"0.1.0"},"paths":{}}
        """#
}
