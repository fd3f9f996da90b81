// Generated from Services/FeatureStore/openapi.json by make generate. Do not edit.
// swift-format-ignore-file

/// The service's interface as OpenAPI 3.1, served at `/openapi.json`.
package enum OpenAPIDocument {
    package static let json = #"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "Quinion feature store",
    "version": "0.1.0",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    },
    "description": "Takes documents in, works through their view (convert, recognize, analyze, embed, type, features) as a durable job, and serves the features: the latest, and those that held at a time."
  },
  "servers": [
    {
      "url": "http://localhost:8081"
    }
  ],
  "tags": [
    {
      "name": "documents"
    },
    {
      "name": "features"
    },
    {
      "name": "search"
    },
    {
      "name": "operation"
    }
  ],
  "paths": {
    "/v1/documents": {
      "get": {
        "operationId": "listDocuments",
        "summary": "List documents, newest first",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "status",
            "in": "query",
            "description": "Only documents in this state.",
            "schema": {
              "type": "string",
              "enum": [
                "queued",
                "running",
                "succeeded",
                "partial",
                "failed"
              ]
            }
          },
          {
            "name": "type",
            "in": "query",
            "description": "Only documents of this type.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "metadata.KEY",
            "in": "query",
            "description": "Only documents with this value; one parameter for each key, which stands for KEY.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "description": "`next_cursor` of an earlier page.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "description": "Documents per page.",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 200,
              "default": 50
            }
          },
          {
            "name": "include",
            "in": "query",
            "description": "Parts that are left out otherwise, separated by commas.",
            "schema": {
              "type": "string",
              "examples": [
                "analysis,excerpt"
              ]
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DocumentPage"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      },
      "post": {
        "operationId": "createDocument",
        "summary": "Take a document in",
        "tags": [
          "documents"
        ],
        "description": "The format is told by content: PDF, PNG, JPEG, TIFF, WebP, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT, RTF, HTML, CSV, text. The same bytes again are the same document: its name stays, metadata is merged key by key.",
        "parameters": [
          {
            "name": "name",
            "in": "query",
            "description": "The document's name, for people.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "X-Document-Name",
            "in": "header",
            "description": "The document's name, percent-encoded where it is not ASCII.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "X-Document-Metadata",
            "in": "header",
            "description": "JSON object of strings, percent-encoded where it is not ASCII.",
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/octet-stream": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "name": {
                    "type": "string"
                  },
                  "content": {
                    "type": "string",
                    "contentEncoding": "base64"
                  },
                  "metadata": {
                    "type": "object",
                    "additionalProperties": {
                      "type": "string"
                    }
                  }
                },
                "required": [
                  "content"
                ]
              }
            }
          }
        },
        "responses": {
          "202": {
            "description": "Stored durably; work on it goes on.",
            "headers": {
              "Location": {
                "description": "The document.",
                "schema": {
                  "type": "string"
                }
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/AcceptedDocument"
                }
              }
            }
          },
          "200": {
            "description": "The same bytes are here already and done with.",
            "headers": {
              "Location": {
                "description": "The document.",
                "schema": {
                  "type": "string"
                }
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/AcceptedDocument"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "Larger than the limit.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "415": {
            "description": "Not a supported format.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "Empty, damaged, protected by a password, an archive bomb, or a field of the wrong type.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "Busy or not ready; see `Retry-After`.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "507": {
            "description": "The disk is full.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/documents/{id}": {
      "get": {
        "operationId": "getDocument",
        "summary": "Show a document",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          },
          {
            "name": "wait",
            "in": "query",
            "description": "Seconds to wait for the document to be done.",
            "schema": {
              "type": "number",
              "minimum": 0,
              "maximum": 50,
              "default": 0
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Document"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      },
      "delete": {
        "operationId": "deleteDocument",
        "summary": "Delete a document",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          }
        ],
        "responses": {
          "204": {
            "description": "Bytes, results and features with their history are gone; work on it is cancelled."
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/documents/{id}/retry": {
      "post": {
        "operationId": "retryDocument",
        "summary": "Try the failed steps again",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          }
        ],
        "responses": {
          "202": {
            "description": "Queued again.",
            "headers": {
              "Location": {
                "description": "The document.",
                "schema": {
                  "type": "string"
                }
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/AcceptedDocument"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/documents/{id}/steps/{step}": {
      "get": {
        "operationId": "getStep",
        "summary": "A step's full result",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          },
          {
            "name": "step",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "enum": [
                "convert",
                "recognize",
                "analyze",
                "embed",
                "type",
                "features"
              ]
            }
          }
        ],
        "responses": {
          "200": {
            "description": "`recognize` is document-recognition's answer, `analyze` nlp's.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/documents/{id}/content": {
      "get": {
        "operationId": "getContent",
        "summary": "The bytes as they came in",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The bytes.",
            "content": {
              "*/*": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            },
            "headers": {
              "ETag": {
                "schema": {
                  "type": "string"
                }
              },
              "Content-Disposition": {
                "schema": {
                  "type": "string"
                }
              },
              "X-Content-Type-Options": {
                "schema": {
                  "const": "nosniff"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/documents/{id}/preview": {
      "get": {
        "operationId": "getPreview",
        "summary": "A picture of the first page",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The bytes.",
            "content": {
              "*/*": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            },
            "headers": {
              "ETag": {
                "schema": {
                  "type": "string"
                }
              },
              "Content-Disposition": {
                "schema": {
                  "type": "string"
                }
              },
              "X-Content-Type-Options": {
                "schema": {
                  "const": "nosniff"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/documents/{id}/features": {
      "get": {
        "operationId": "getFeatures",
        "summary": "Features, the latest or at a time",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "id",
            "in": "path",
            "required": true,
            "description": "SHA-256 of the document's bytes in hex, or a prefix of at least 4 digits that only it has.",
            "schema": {
              "type": "string",
              "pattern": "^[0-9a-fA-F]{4,64}$"
            }
          },
          {
            "name": "as_of",
            "in": "query",
            "description": "The values that held at this time: of the rows with an event time not after it the last by event time, created time, sequence.",
            "schema": {
              "type": "string",
              "format": "date-time"
            }
          },
          {
            "name": "known_at",
            "in": "query",
            "description": "Only what the store knew at this time.",
            "schema": {
              "type": "string",
              "format": "date-time"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DocumentFeatures"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin with the prefix, or the document is not in the state that the call needs.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/views/{view}": {
      "get": {
        "operationId": "getView",
        "summary": "A view's features with types",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "schema": {
              "const": "document"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeatureView"
                }
              }
            }
          },
          "404": {
            "description": "No such document, step, preview or view.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/v1/search": {
      "post": {
        "operationId": "search",
        "summary": "Find documents by meaning",
        "tags": [
          "search"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/SearchRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/SearchAnswer"
                }
              }
            }
          },
          "400": {
            "description": "Malformed request; `error.field` names the parameter.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "Larger than the limit.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "415": {
            "description": "Not a supported format.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "Empty, damaged, protected by a password, an archive bomb, or a field of the wrong type.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "502": {
            "description": "Another service failed.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "Busy or not ready; see `Retry-After`.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "504": {
            "description": "Not done before the deadline.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        }
      }
    },
    "/health/live": {
      "get": {
        "operationId": "live",
        "summary": "The process runs",
        "tags": [
          "operation"
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          }
        }
      }
    },
    "/health/ready": {
      "get": {
        "operationId": "ready",
        "summary": "What it depends on, by name",
        "tags": [
          "operation"
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          },
          "503": {
            "description": "Something is missing.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          }
        }
      }
    },
    "/metrics": {
      "get": {
        "operationId": "metrics",
        "summary": "Prometheus metrics",
        "tags": [
          "operation"
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "text/plain": {
                "schema": {
                  "type": "string"
                }
              }
            }
          }
        }
      }
    },
    "/openapi.json": {
      "get": {
        "operationId": "openapi",
        "summary": "This document",
        "tags": [
          "operation"
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          }
        }
      }
    }
  },
  "components": {
    "schemas": {
      "Error": {
        "type": "object",
        "properties": {
          "error": {
            "type": "object",
            "properties": {
              "code": {
                "type": "string"
              },
              "message": {
                "type": "string"
              },
              "field": {
                "type": "string"
              },
              "request_id": {
                "type": "string"
              }
            },
            "required": [
              "code",
              "message",
              "request_id"
            ]
          }
        },
        "required": [
          "error"
        ]
      },
      "AcceptedDocument": {
        "type": "object",
        "properties": {
          "id": {
            "type": "string"
          },
          "status": {
            "type": "string",
            "enum": [
              "queued",
              "running",
              "succeeded",
              "partial",
              "failed"
            ]
          },
          "status_url": {
            "type": "string"
          },
          "created": {
            "type": "boolean",
            "description": "Whether the bytes were new."
          }
        },
        "required": [
          "id",
          "status",
          "status_url",
          "created"
        ]
      },
      "StepError": {
        "type": "object",
        "properties": {
          "code": {
            "type": "string"
          },
          "message": {
            "type": "string"
          }
        },
        "required": [
          "code",
          "message"
        ]
      },
      "Step": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "status": {
            "type": "string",
            "enum": [
              "pending",
              "running",
              "succeeded",
              "partial",
              "failed",
              "skipped"
            ]
          },
          "attempts": {
            "type": "integer"
          },
          "started_at": {
            "type": "string",
            "format": "date-time"
          },
          "finished_at": {
            "type": "string",
            "format": "date-time"
          },
          "milliseconds": {
            "type": "number"
          },
          "versions": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            },
            "description": "Lineage: service, engine, model and step code."
          },
          "error": {
            "$ref": "#/components/schemas/StepError"
          }
        },
        "required": [
          "name",
          "status",
          "attempts",
          "versions"
        ]
      },
      "FeatureValue": {
        "type": "object",
        "properties": {
          "value": {
            "type": [
              "integer",
              "number",
              "string",
              "boolean",
              "null"
            ]
          },
          "event_time": {
            "type": "string",
            "format": "date-time"
          },
          "created_time": {
            "type": "string",
            "format": "date-time"
          }
        },
        "required": [
          "event_time",
          "created_time"
        ]
      },
      "Document": {
        "type": "object",
        "properties": {
          "id": {
            "type": "string"
          },
          "name": {
            "type": "string"
          },
          "media_type": {
            "type": "string"
          },
          "size": {
            "type": "integer"
          },
          "metadata": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "status": {
            "type": "string",
            "enum": [
              "queued",
              "running",
              "succeeded",
              "partial",
              "failed"
            ]
          },
          "created_at": {
            "type": "string",
            "format": "date-time"
          },
          "finished_at": {
            "type": "string",
            "format": "date-time"
          },
          "view": {
            "type": "string"
          },
          "steps": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Step"
            }
          },
          "features": {
            "type": "object",
            "additionalProperties": {
              "$ref": "#/components/schemas/FeatureValue"
            }
          },
          "error": {
            "$ref": "#/components/schemas/StepError"
          },
          "analysis": {
            "type": "object",
            "description": "nlp's answer."
          },
          "excerpt": {
            "type": "string",
            "maxLength": 2000
          },
          "has_preview": {
            "type": "boolean"
          }
        },
        "required": [
          "id",
          "name",
          "media_type",
          "size",
          "metadata",
          "status",
          "created_at",
          "view",
          "steps",
          "features",
          "has_preview"
        ]
      },
      "DocumentPage": {
        "type": "object",
        "properties": {
          "documents": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Document"
            }
          },
          "next_cursor": {
            "type": "string"
          }
        },
        "required": [
          "documents"
        ]
      },
      "DocumentFeatures": {
        "type": "object",
        "properties": {
          "document_id": {
            "type": "string"
          },
          "view": {
            "type": "string"
          },
          "as_of": {
            "type": "string",
            "format": "date-time"
          },
          "features": {
            "type": "object",
            "additionalProperties": {
              "$ref": "#/components/schemas/FeatureValue"
            }
          }
        },
        "required": [
          "document_id",
          "view",
          "features"
        ]
      },
      "FeatureView": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "version": {
            "type": "integer"
          },
          "entity": {
            "type": "string"
          },
          "join_keys": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "features": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "type": {
                  "type": "string",
                  "enum": [
                    "int64",
                    "float64",
                    "string",
                    "bool",
                    "date"
                  ]
                },
                "description": {
                  "type": "string"
                }
              },
              "required": [
                "name",
                "type",
                "description"
              ]
            }
          }
        },
        "required": [
          "name",
          "version",
          "entity",
          "join_keys",
          "features"
        ]
      },
      "SearchRequest": {
        "type": "object",
        "properties": {
          "query": {
            "type": "string",
            "minLength": 1,
            "maxLength": 8192
          },
          "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 10
          },
          "filters": {
            "type": "object",
            "properties": {
              "status": {
                "type": "string",
                "enum": [
                  "queued",
                  "running",
                  "succeeded",
                  "partial",
                  "failed"
                ]
              },
              "type": {
                "type": "string"
              },
              "metadata": {
                "type": "object",
                "additionalProperties": {
                  "type": "string"
                }
              }
            }
          }
        },
        "required": [
          "query"
        ]
      },
      "SearchAnswer": {
        "type": "object",
        "properties": {
          "hits": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "document_id": {
                  "type": "string"
                },
                "name": {
                  "type": "string"
                },
                "score": {
                  "type": "number"
                },
                "passage": {
                  "type": "string"
                },
                "page": {
                  "type": "integer"
                },
                "type": {
                  "type": "string"
                }
              },
              "required": [
                "document_id",
                "name",
                "score",
                "passage"
              ]
            }
          }
        },
        "required": [
          "hits"
        ]
      }
    }
  }
}
"""#
}
