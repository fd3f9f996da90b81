import HTTPTypes
import Hummingbird
import NIOCore
import ServiceAPI
import ServiceHost

/// `/v1/reports` and what is below.
struct ReportRoutes {
    private static let listLimit = 200

    let maker: ReportMaker

    func add(to group: RouterGroup<ServiceContext>) {
        group.post("reports", use: create)
        group.get("reports", use: list)
        group.get("reports/{id}", use: show)
        group.delete("reports/{id}", use: delete)
        group.get("reports/{id}/pdf", use: pdf)
        group.get("reports/{id}/html", use: html)
    }

    private func create(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<AcceptedReport> {
        let body = try await request.decodeJSON(ReportRequest.self, context)
        try body.validate(documentLimit: maker.limits.documents)
        let accepted = try await maker.accept(body)
        return JSONResponse(accepted, status: .accepted, headers: [.location: accepted.statusURL])
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<ReportPage> {
        var limit = 50
        if let text = request.uri.queryParameters.get("limit") {
            guard let number = Int(text), (1...Self.listLimit).contains(number) else {
                throw ReportingError(
                    .invalidRequest, "limit must be a whole number of 1...\(Self.listLimit)", field: "limit")
            }
            limit = number
        }
        return JSONResponse(await maker.store.page(limit: limit, after: request.uri.queryParameters.get("cursor")))
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> JSONResponse<ReportRecord> {
        JSONResponse(try await maker.store.report(context.pathParameter("id")).record)
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await maker.store.delete(context.pathParameter("id"))
        return Response(status: .noContent)
    }

    private func pdf(_ request: Request, _ context: ServiceContext) async throws -> Response {
        // Browsers' own PDF viewers do not work under a policy; nosniff keeps it a PDF.
        try await file(.pdf, type: "application/pdf", context) { _ in nil }
    }

    private func html(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await file(.html, type: "text/html; charset=utf-8", context) { $0.contentSecurityPolicy }
    }

    private func file(
        _ file: ReportStore.File, type: String, _ context: ServiceContext, policy: (StoredReport) -> String?
    ) async throws -> Response {
        let report = try await maker.store.report(context.pathParameter("id"))
        let id = report.record.id
        switch report.record.status {
        case .succeeded: break
        case .running:
            throw ReportingError(.notReady, "report \(id) is still being made: \(report.record.progress ?? "running")")
        case .failed:
            throw ReportingError(.notReady, "report \(id) failed: \(report.record.error?.message ?? "unknown")")
        }
        let body: ResponseBody
        do {
            body = try await FileIO().loadFile(path: maker.store.path(id, file), context: context)
        } catch {
            throw ReportingError(.storage, "the report's file cannot be read", cause: error)
        }
        var headers: HTTPFields = [
            .contentType: type, .eTag: "\"\(id)\"", .cacheControl: "private, no-cache", .xContentTypeOptions: "nosniff",
            .contentDisposition: "inline; filename=\"quinion-\(id.prefix(8)).\(file == .pdf ? "pdf" : "html")\"",
        ]
        headers[.contentSecurityPolicy] = policy(report)
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        return Response(status: .ok, headers: headers, body: body)
    }
}
