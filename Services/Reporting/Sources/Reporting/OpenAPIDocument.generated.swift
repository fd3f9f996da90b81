// Generated from Services/Reporting/openapi.json by make generate. Do not edit.
// swift-format-ignore-file

/// The service's interface as OpenAPI 3.1, served at `/openapi.json`.
package enum OpenAPIDocument {
    package static let json = #"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "Quinion reporting",
    "version": "0.1.0",
    "description": "Makes reports, as PDF and HTML, of the documents in the feature store.",
    "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
  },
  "servers": [{ "url": "http://127.0.0.1:8085" }],
  "paths": {
    "/v1/reports": {
      "post": {
        "operationId": "createReport",
        "summary": "Ask for a report",
        "description": "Gathers the documents that match and answers at once; the report is made in the background. The id is a digest of the documents' facts and of the templates: asking again for what has not changed gives the report that is there. A failed report is made anew.",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": { "$ref": "#/components/schemas/ReportRequest" },
              "example": { "kind": "collection", "title": "Receipts of November", "query": { "type": "receipt", "limit": 100 } }
            }
          }
        },
        "responses": {
          "202": {
            "description": "The report is being made, or is there already",
            "headers": { "Location": { "description": "Path of the report", "schema": { "type": "string" } } },
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/AcceptedReport" } } }
          },
          "400": { "$ref": "#/components/responses/Error" },
          "413": { "$ref": "#/components/responses/Error" },
          "415": { "$ref": "#/components/responses/Error" },
          "422": { "$ref": "#/components/responses/Error" },
          "502": { "$ref": "#/components/responses/Error" },
          "503": { "$ref": "#/components/responses/Error" },
          "504": { "$ref": "#/components/responses/Error" }
        }
      },
      "get": {
        "operationId": "listReports",
        "summary": "List reports, newest first",
        "parameters": [
          { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 200, "default": 50 } },
          { "name": "cursor", "in": "query", "description": "`next_cursor` of the page before", "schema": { "type": "string" } }
        ],
        "responses": {
          "200": { "description": "A page of reports", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ReportPage" } } } },
          "422": { "$ref": "#/components/responses/Error" }
        }
      }
    },
    "/v1/reports/{id}": {
      "parameters": [{ "$ref": "#/components/parameters/ID" }],
      "get": {
        "operationId": "getReport",
        "summary": "A report's state",
        "responses": {
          "200": { "description": "The report", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ReportRecord" } } } },
          "404": { "$ref": "#/components/responses/Error" }
        }
      },
      "delete": {
        "operationId": "deleteReport",
        "summary": "Remove a report",
        "description": "One that is being made is dropped when done.",
        "responses": {
          "204": { "description": "Removed" },
          "404": { "$ref": "#/components/responses/Error" }
        }
      }
    },
    "/v1/reports/{id}/pdf": {
      "parameters": [{ "$ref": "#/components/parameters/ID" }],
      "get": {
        "operationId": "getReportPDF",
        "summary": "The report as PDF",
        "responses": {
          "200": { "description": "The PDF", "content": { "application/pdf": { "schema": { "type": "string", "contentEncoding": "binary" } } } },
          "404": { "$ref": "#/components/responses/Error" },
          "409": { "$ref": "#/components/responses/Error" }
        }
      }
    },
    "/v1/reports/{id}/html": {
      "parameters": [{ "$ref": "#/components/parameters/ID" }],
      "get": {
        "operationId": "getReportHTML",
        "summary": "The report as one HTML page",
        "description": "Carries its pictures and style; runs no script and loads nothing.",
        "responses": {
          "200": { "description": "The page", "content": { "text/html": { "schema": { "type": "string" } } } },
          "404": { "$ref": "#/components/responses/Error" },
          "409": { "$ref": "#/components/responses/Error" }
        }
      }
    },
    "/health/live": { "get": { "operationId": "live", "summary": "Whether the process answers", "responses": { "200": { "description": "It does" } } } },
    "/health/ready": {
      "get": {
        "operationId": "ready",
        "summary": "Whether the service can work, by dependency: data-folder, pdflatex",
        "responses": { "200": { "description": "Ready" }, "503": { "description": "Not ready; the body names the dependency" } }
      }
    },
    "/metrics": { "get": { "operationId": "metrics", "summary": "Prometheus metrics", "responses": { "200": { "description": "Text format 0.0.4", "content": { "text/plain": {} } } } } },
    "/openapi.json": { "get": { "operationId": "openapi", "summary": "This document", "responses": { "200": { "description": "OpenAPI 3.1", "content": { "application/json": {} } } } } }
  },
  "components": {
    "parameters": {
      "ID": { "name": "id", "in": "path", "required": true, "description": "The report's id", "schema": { "type": "string", "pattern": "^[0-9a-f]{32}$" } }
    },
    "responses": {
      "Error": { "description": "What is wrong", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } } }
    },
    "schemas": {
      "ReportRequest": {
        "type": "object",
        "required": ["kind"],
        "properties": {
          "kind": { "const": "collection" },
          "title": { "type": "string", "minLength": 1, "maxLength": 200, "default": "Documents" },
          "query": {
            "type": "object",
            "description": "Which documents, all conditions together",
            "properties": {
              "status": { "enum": ["queued", "running", "succeeded", "partial", "failed"] },
              "type": { "type": "string", "description": "The document type, `invoice`" },
              "metadata": { "type": "object", "maxProperties": 16, "additionalProperties": { "type": "string", "maxLength": 256 } },
              "limit": { "type": "integer", "minimum": 1, "maximum": 200, "default": 200, "description": "Documents considered, newest first" }
            }
          }
        }
      },
      "AcceptedReport": {
        "type": "object",
        "required": ["id", "status", "status_url", "created"],
        "properties": {
          "id": { "type": "string", "pattern": "^[0-9a-f]{32}$" },
          "status": { "$ref": "#/components/schemas/Status" },
          "status_url": { "type": "string", "description": "Path of the report on this service" },
          "created": { "type": "boolean", "description": "Whether the same report was not there yet" }
        }
      },
      "Status": { "enum": ["running", "succeeded", "failed"] },
      "ReportRecord": {
        "type": "object",
        "required": ["id", "kind", "title", "status", "created_at"],
        "properties": {
          "id": { "type": "string" },
          "kind": { "const": "collection" },
          "title": { "type": "string" },
          "status": { "$ref": "#/components/schemas/Status" },
          "created_at": { "type": "string", "format": "date-time" },
          "finished_at": { "type": "string", "format": "date-time" },
          "document_count": { "type": "integer" },
          "progress": { "type": "string", "description": "What is being done now, while running" },
          "pdf_url": { "type": "string", "description": "When succeeded" },
          "html_url": { "type": "string", "description": "When succeeded" },
          "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
              "code": { "type": "string" },
              "message": { "type": "string" },
              "tex_line": { "type": "integer", "description": "Line of the TeX source at which TeX stopped" },
              "template_line": { "type": "string", "description": "Template and line that wrote it, `collection.tex.mustache:12`" }
            }
          }
        }
      },
      "ReportPage": {
        "type": "object",
        "required": ["reports"],
        "properties": {
          "reports": { "type": "array", "items": { "$ref": "#/components/schemas/ReportRecord" } },
          "next_cursor": { "type": "string", "description": "Absent at the end" }
        }
      },
      "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {
          "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "properties": {
              "code": { "type": "string" },
              "message": { "type": "string" },
              "field": { "type": "string" },
              "request_id": { "type": "string" }
            }
          }
        }
      }
    }
  }
}
"""#
}
