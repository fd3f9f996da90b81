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
    "description": "Takes documents in, works through their view (convert, recognize, analyze, embed, type, features) as a durable job, and serves features: the latest, and those that held at a time. Feast's feature-server routes answer Feast's own clients."
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
      "name": "feast"
    },
    {
      "name": "registry"
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
          },
          {
            "name": "priority",
            "in": "query",
            "description": "Whose turn comes first.",
            "schema": {
              "type": "string",
              "enum": [
                "interactive",
                "normal",
                "bulk"
              ],
              "default": "normal"
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
        "summary": "The newest version of a view",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/RegisteredView"
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
    "/v1/views/{view}/backfill": {
      "post": {
        "operationId": "backfillView",
        "summary": "Have documents go through steps again whose code has changed since",
        "description": "Opens the changed steps and what was made from their results, oldest documents first, behind new documents (priority `bulk`).",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "description": "Most documents.",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 1000,
              "default": 1000
            }
          }
        ],
        "responses": {
          "202": {
            "description": "Accepted",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/BackfillAnswer"
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
            "description": "No such view.",
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
          }
        }
      }
    },
    "/v1/dead-letters": {
      "get": {
        "operationId": "listDeadLetters",
        "summary": "Steps that were given up, newest first, with the reason of each",
        "tags": [
          "documents"
        ],
        "parameters": [
          {
            "name": "step",
            "in": "query",
            "description": "Only this step.",
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
          },
          {
            "name": "class",
            "in": "query",
            "description": "Only this class of failure.",
            "schema": {
              "type": "string",
              "enum": [
                "permanent",
                "busy",
                "unavailable",
                "timeout",
                "fault",
                "crash"
              ]
            }
          },
          {
            "name": "code",
            "in": "query",
            "description": "Only failures with this code.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "description": "`next_cursor` of the page before.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "description": "Most steps of a page.",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 200,
              "default": 50
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DeadLetterPage"
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
          "503": {
            "description": "Busy or not ready; see `Retry-After`.",
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
    "/v1/dead-letters/replay": {
      "post": {
        "operationId": "replayDeadLetters",
        "summary": "Have steps that were given up tried again, with all attempts",
        "description": "All conditions together; an empty object means every dead letter. Replayed documents come behind new ones (priority `bulk`).",
        "tags": [
          "documents"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ReplayRequest"
              }
            }
          }
        },
        "responses": {
          "202": {
            "description": "Accepted",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ReplayAnswer"
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
            "description": "No such document.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Several documents' ids begin like that.",
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
            "description": "Not JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
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
          }
        }
      }
    },
    "/v1/views/{view}/check": {
      "post": {
        "operationId": "checkView",
        "summary": "What a view's latest rows are like, beside what is expected",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "description": "`stats`, or `stats@v1`.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "description": "Rows that are looked at.",
            "schema": {
              "type": "integer",
              "default": 1000000,
              "maximum": 10000000
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The report.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ViewReport"
                }
              },
              "text/html": {
                "schema": {
                  "type": "string",
                  "description": "The same as a page, where `Accept` has `text/html`."
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
            "description": "No such view or row.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "A reference is being built, or failed.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "A reference is not there, or lacks the column.",
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
    "/v1/views/{view}/quarantine": {
      "get": {
        "operationId": "listQuarantine",
        "summary": "Rows that were not as expected",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "description": "`stats`, or `stats@v1`.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "default": 100,
              "maximum": 1000
            }
          },
          {
            "name": "after",
            "in": "query",
            "description": "`next` of the page before.",
            "schema": {
              "type": "integer"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "A page, oldest first.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/QuarantineList"
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
            "description": "No such view or row.",
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
    "/v1/views/{view}/quarantine/{id}": {
      "delete": {
        "operationId": "discardQuarantined",
        "summary": "Forget a row in quarantine",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "description": "`stats`, or `stats@v1`.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer"
            }
          }
        ],
        "responses": {
          "204": {
            "description": "It is gone."
          },
          "404": {
            "description": "No such view or row.",
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
    "/v1/views/{view}/quarantine/{id}/release": {
      "post": {
        "operationId": "releaseQuarantined",
        "summary": "Write a row in quarantine as it is",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "view",
            "in": "path",
            "required": true,
            "description": "`stats`, or `stats@v1`.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "id",
            "in": "path",
            "required": true,
            "schema": {
              "type": "integer"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "It is written.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/WriteAnswer"
                }
              }
            }
          },
          "404": {
            "description": "No such view or row.",
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
    "/v1/features/registry": {
      "get": {
        "operationId": "getRegistry",
        "summary": "All that is declared",
        "tags": [
          "registry"
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Registry"
                }
              }
            }
          }
        }
      }
    },
    "/v1/features/plan": {
      "post": {
        "operationId": "planDefinitions",
        "summary": "What a declaration would change; nothing is written",
        "tags": [
          "registry"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ApplyRequest"
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
                  "$ref": "#/components/schemas/ApplyAnswer"
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
            "description": "A field that does not fit, which `error.field` names.",
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
    "/v1/features/apply": {
      "post": {
        "operationId": "applyDefinitions",
        "summary": "Bring the registry to what is declared",
        "description": "Additive changes are made in place; a changed type or join key is a new version of the view. What takes something away is 409 unless `allow_destructive`.",
        "tags": [
          "registry"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/ApplyRequest"
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
                  "$ref": "#/components/schemas/ApplyAnswer"
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
          "409": {
            "description": "Not in this state; the message says why.",
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
            "description": "A field that does not fit, which `error.field` names.",
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
    "/v1/features/online": {
      "post": {
        "operationId": "readOnline",
        "summary": "Latest values of features",
        "tags": [
          "features"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/OnlineRequest"
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
                  "$ref": "#/components/schemas/OnlineAnswer"
                }
              },
              "application/vnd.quinion.columns": {
                "schema": {
                  "type": "string",
                  "format": "binary",
                  "description": "Where `Accept` names this type: arrays of bytes after a head in JSON; see the service's README, \"Columns of bytes\"."
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
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than the limit, or the answer than 256 MiB.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
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
          }
        },
        "description": "At most 100,000 entity rows and 5,000,000 cells (rows × features); an answer of more than 256 MiB is refused with 413 `answer_too_large`."
      }
    },
    "/v1/features/rows": {
      "post": {
        "operationId": "writeRows",
        "summary": "Write rows of a view, all or none",
        "tags": [
          "features"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/WriteRequest"
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
                  "$ref": "#/components/schemas/WriteAnswer"
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
            "description": "No such view, version or service.",
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
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
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
        },
        "description": "A row has at most 1 MiB of values, its entity's key at most 2,000 bytes (8 for a whole number, 4 and its UTF-8 for a text).",
        "parameters": [
          {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "1 to 255 visible ASCII characters. For 24 hours the same request under the same key writes nothing and has the same answer, with `Idempotency-Replayed: true`; another one is 422 `idempotency_key_reused`.",
            "schema": {
              "type": "string",
              "maxLength": 255
            }
          }
        ]
      }
    },
    "/v1/features/erase": {
      "post": {
        "operationId": "eraseEntity",
        "summary": "Forget an entity in all views of its join keys",
        "tags": [
          "features"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/EraseRequest"
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
                  "$ref": "#/components/schemas/EraseAnswer"
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
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "description": "In all versions of all views of these join keys, also those that were removed from the registry."
      }
    },
    "/v1/features/erasures": {
      "get": {
        "operationId": "listErasures",
        "summary": "Notes of what was erased, newest first",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 1000,
              "default": 100
            }
          }
        ],
        "responses": {
          "200": {
            "description": "OK",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ErasureList"
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
      }
    },
    "/v1/datasets": {
      "post": {
        "operationId": "joinDataset",
        "summary": "Join entity rows with what held at their times",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "features",
            "in": "query",
            "description": "`view:feature`, `view@v2:feature` or `view`, separated by commas.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "services",
            "in": "query",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "known_at",
            "in": "query",
            "description": "Rows that the store learnt later do not count.",
            "schema": {
              "type": "string",
              "format": "date-time"
            }
          },
          {
            "name": "time_column",
            "in": "query",
            "schema": {
              "type": "string",
              "default": "event_timestamp"
            }
          },
          {
            "name": "full_feature_names",
            "in": "query",
            "schema": {
              "type": "boolean",
              "default": false
            }
          },
          {
            "name": "include",
            "in": "query",
            "description": "Columns beside each feature: `status`, `event_time`, separated by commas.",
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "text/csv": {
              "schema": {
                "type": "string"
              }
            },
            "application/x-ndjson": {
              "schema": {
                "type": "string"
              }
            },
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/EntityRows"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The rows as they came, in their order, with a column for each feature.",
            "content": {
              "text/csv": {
                "schema": {
                  "type": "string"
                }
              },
              "application/x-ndjson": {
                "schema": {
                  "type": "string"
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
            "description": "No such view, version or service.",
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
            "description": "A field that does not fit, which `error.field` names.",
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
          }
        }
      },
      "get": {
        "operationId": "listDatasets",
        "summary": "Saved datasets, by name",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "default": 100,
              "maximum": 1000
            }
          },
          {
            "name": "after",
            "in": "query",
            "description": "`next` of the page before.",
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "A page.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/SavedDatasetList"
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
      }
    },
    "/v1/datasets/{name}": {
      "put": {
        "operationId": "saveDataset",
        "summary": "Join entity rows and keep the result under a name",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "features",
            "in": "query",
            "description": "`view:feature`, `view@v2:feature` or `view`, separated by commas.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "services",
            "in": "query",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "known_at",
            "in": "query",
            "description": "Rows that the store learnt later do not count.",
            "schema": {
              "type": "string",
              "format": "date-time"
            }
          },
          {
            "name": "time_column",
            "in": "query",
            "schema": {
              "type": "string",
              "default": "event_timestamp"
            }
          },
          {
            "name": "full_feature_names",
            "in": "query",
            "schema": {
              "type": "boolean",
              "default": false
            }
          },
          {
            "name": "include",
            "in": "query",
            "description": "Columns beside each feature: `status`, `event_time`, separated by commas.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "async",
            "in": "query",
            "description": "Answer 202 at once; the dataset tells how far it is.",
            "schema": {
              "type": "boolean",
              "default": false
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "text/csv": {
              "schema": {
                "type": "string"
              }
            },
            "application/x-ndjson": {
              "schema": {
                "type": "string"
              }
            },
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/EntityRows"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "It is there already, made of the same.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/SavedDataset"
                }
              }
            }
          },
          "201": {
            "description": "It is built.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/SavedDataset"
                }
              }
            }
          },
          "202": {
            "description": "It is being built; see `Location`.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/SavedDataset"
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
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "Another dataset has the name, or building it failed.",
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
            "description": "A field that does not fit, which `error.field` names.",
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
          }
        }
      },
      "get": {
        "operationId": "showDataset",
        "summary": "What a dataset is, and how far",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The dataset.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/SavedDataset"
                }
              }
            }
          },
          "404": {
            "description": "No such dataset.",
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
        "operationId": "deleteDataset",
        "summary": "Remove a dataset",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "204": {
            "description": "It is gone."
          },
          "404": {
            "description": "No such dataset.",
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
    "/v1/datasets/{name}/rows": {
      "get": {
        "operationId": "readDataset",
        "summary": "A dataset's rows",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "The bytes whose SHA-256 is the dataset's digest.",
            "content": {
              "text/csv": {
                "schema": {
                  "type": "string"
                }
              },
              "application/x-ndjson": {
                "schema": {
                  "type": "string"
                }
              }
            }
          },
          "404": {
            "description": "No such dataset.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "It is being built, or failed.",
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
    "/v1/datasets/{name}/lineage": {
      "get": {
        "operationId": "traceDataset",
        "summary": "The documents that a dataset was made of",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "schema": {
              "type": "integer",
              "default": 1000,
              "maximum": 10000
            }
          },
          {
            "name": "after",
            "in": "query",
            "description": "`next` of the page before.",
            "schema": {
              "type": "string"
            }
          }
        ],
        "responses": {
          "200": {
            "description": "A page.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DatasetLineage"
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
            "description": "No such dataset.",
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
    "/v1/datasets/{name}/diff": {
      "get": {
        "operationId": "diffDatasets",
        "summary": "What another dataset has otherwise",
        "tags": [
          "features"
        ],
        "parameters": [
          {
            "name": "name",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "with",
            "in": "query",
            "required": true,
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "limit",
            "in": "query",
            "description": "Differing rows that are shown.",
            "schema": {
              "type": "integer",
              "default": 20,
              "maximum": 1000
            }
          }
        ],
        "responses": {
          "200": {
            "description": "Columns and rows that differ.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/DatasetDifference"
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
            "description": "No such dataset.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "409": {
            "description": "One of them is being built, or failed.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "The other one's rows have other keys.",
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
    "/get-online-features": {
      "post": {
        "operationId": "feastGetOnlineFeatures",
        "summary": "Feast: latest values of features",
        "tags": [
          "feast"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "entities": {
                    "type": "object",
                    "additionalProperties": {
                      "type": "array",
                      "items": {}
                    }
                  },
                  "features": {
                    "type": "array",
                    "items": {
                      "type": "string"
                    }
                  },
                  "feature_service": {
                    "type": [
                      "string",
                      "null"
                    ]
                  },
                  "full_feature_names": {
                    "type": "boolean"
                  }
                },
                "required": [
                  "entities"
                ]
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
                  "type": "object",
                  "properties": {
                    "results": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "properties": {
                          "values": {
                            "type": "array",
                            "items": {}
                          },
                          "statuses": {
                            "type": "array",
                            "items": {
                              "type": "string",
                              "enum": [
                                "PRESENT",
                                "NULL_VALUE",
                                "OUTSIDE_MAX_AGE",
                                "NOT_FOUND"
                              ]
                            }
                          },
                          "event_timestamps": {
                            "type": "array",
                            "items": {
                              "type": "string"
                            }
                          }
                        }
                      }
                    },
                    "metadata": {
                      "type": "object",
                      "properties": {
                        "feature_names": {
                          "type": "array",
                          "items": {
                            "type": "string"
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "404": {
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than the limit, or the answer than 256 MiB.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        },
        "description": "At most 100,000 entity rows, 5,000,000 cells and 256 MiB of answer."
      }
    },
    "/push": {
      "post": {
        "operationId": "feastPush",
        "summary": "Feast: write rows to the views of a push source",
        "tags": [
          "feast"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "push_source_name": {
                    "type": "string"
                  },
                  "df": {
                    "type": "object",
                    "description": "Columns: a list, one value for every row, or an object by index.",
                    "additionalProperties": true
                  },
                  "to": {
                    "type": "string",
                    "enum": [
                      "online",
                      "offline",
                      "online_and_offline"
                    ],
                    "default": "online"
                  }
                },
                "required": [
                  "push_source_name",
                  "df"
                ]
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "Written"
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        },
        "parameters": [
          {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "1 to 255 visible ASCII characters. For 24 hours the same request under the same key writes nothing and has the same answer, with `Idempotency-Replayed: true`; another one is 422 `idempotency_key_reused`.",
            "schema": {
              "type": "string",
              "maxLength": 255
            }
          }
        ]
      }
    },
    "/write-to-online-store": {
      "post": {
        "operationId": "feastWrite",
        "summary": "Feast: write rows to a view",
        "tags": [
          "feast"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "feature_view_name": {
                    "type": "string"
                  },
                  "df": {
                    "type": "object",
                    "description": "Columns: a list, one value for every row, or an object by index.",
                    "additionalProperties": true
                  }
                },
                "required": [
                  "feature_view_name",
                  "df"
                ]
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
                  "type": "null"
                }
              }
            }
          },
          "404": {
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        },
        "parameters": [
          {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "1 to 255 visible ASCII characters. For 24 hours the same request under the same key writes nothing and has the same answer, with `Idempotency-Replayed: true`; another one is 422 `idempotency_key_reused`.",
            "schema": {
              "type": "string",
              "maxLength": 255
            }
          }
        ]
      }
    },
    "/search": {
      "post": {
        "operationId": "feastSearch",
        "summary": "Feast: entities whose vectors are nearest",
        "tags": [
          "feast"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "features": {
                    "type": "array",
                    "items": {
                      "type": "string"
                    }
                  },
                  "query": {
                    "type": "array",
                    "items": {
                      "type": "number"
                    }
                  },
                  "top_k": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 1000,
                    "default": 10
                  },
                  "distance_metric": {
                    "type": [
                      "string",
                      "null"
                    ],
                    "enum": [
                      "L2",
                      "cosine",
                      "inner_product",
                      null
                    ],
                    "default": "L2"
                  },
                  "filters": {
                    "type": "object"
                  },
                  "api_version": {
                    "type": "integer"
                  }
                },
                "required": [
                  "features",
                  "query"
                ]
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
                  "type": "object",
                  "properties": {
                    "results": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "properties": {
                          "values": {
                            "type": "array",
                            "items": {}
                          },
                          "statuses": {
                            "type": "array",
                            "items": {
                              "type": "string",
                              "enum": [
                                "PRESENT",
                                "NULL_VALUE",
                                "OUTSIDE_MAX_AGE",
                                "NOT_FOUND"
                              ]
                            }
                          },
                          "event_timestamps": {
                            "type": "array",
                            "items": {
                              "type": "string"
                            }
                          }
                        }
                      }
                    },
                    "metadata": {
                      "type": "object",
                      "properties": {
                        "feature_names": {
                          "type": "array",
                          "items": {
                            "type": "string"
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "404": {
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        }
      }
    },
    "/retrieve-online-documents": {
      "post": {
        "operationId": "feastRetrieveOnlineDocuments",
        "summary": "Feast: entities whose vectors are nearest",
        "tags": [
          "feast"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "features": {
                    "type": "array",
                    "items": {
                      "type": "string"
                    }
                  },
                  "query": {
                    "type": "array",
                    "items": {
                      "type": "number"
                    }
                  },
                  "top_k": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 1000,
                    "default": 10
                  },
                  "distance_metric": {
                    "type": [
                      "string",
                      "null"
                    ],
                    "enum": [
                      "L2",
                      "cosine",
                      "inner_product",
                      null
                    ],
                    "default": "L2"
                  },
                  "filters": {
                    "type": "object"
                  },
                  "api_version": {
                    "type": "integer"
                  }
                },
                "required": [
                  "features",
                  "query"
                ]
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
                  "type": "object",
                  "properties": {
                    "results": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "properties": {
                          "values": {
                            "type": "array",
                            "items": {}
                          },
                          "statuses": {
                            "type": "array",
                            "items": {
                              "type": "string",
                              "enum": [
                                "PRESENT",
                                "NULL_VALUE",
                                "OUTSIDE_MAX_AGE",
                                "NOT_FOUND"
                              ]
                            }
                          },
                          "event_timestamps": {
                            "type": "array",
                            "items": {
                              "type": "string"
                            }
                          }
                        }
                      }
                    },
                    "metadata": {
                      "type": "object",
                      "properties": {
                        "feature_names": {
                          "type": "array",
                          "items": {
                            "type": "string"
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          },
          "404": {
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        }
      }
    },
    "/materialize": {
      "post": {
        "operationId": "feastMaterialize",
        "summary": "Feast: read views' sources in a window of event time",
        "tags": [
          "feast"
        ],
        "parameters": [
          {
            "name": "async",
            "in": "query",
            "schema": {
              "type": "boolean"
            },
            "description": "Answer 202 at once and read later. Flags are spelled as Pydantic takes them, `True` too."
          },
          {
            "name": "force",
            "in": "query",
            "schema": {
              "type": "boolean"
            },
            "description": "Also where the view is being read already; rows that both runs find are written once."
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "start_ts": {
                    "type": [
                      "string",
                      "null"
                    ]
                  },
                  "end_ts": {
                    "type": [
                      "string",
                      "null"
                    ]
                  },
                  "feature_views": {
                    "type": [
                      "array",
                      "null"
                    ],
                    "items": {
                      "type": "string"
                    }
                  }
                }
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
                  "type": "null"
                }
              }
            }
          },
          "202": {
            "description": "Accepted",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "properties": {
                    "status": {
                      "const": "accepted"
                    },
                    "feature_views": {
                      "type": "array",
                      "items": {
                        "type": "string"
                      }
                    }
                  }
                }
              }
            }
          },
          "404": {
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "409": {
            "description": "Not in this state; the message says why.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        },
        "description": "The caller waits up to an hour (`X-Request-Timeout` up to six)."
      }
    },
    "/materialize-incremental": {
      "post": {
        "operationId": "feastMaterializeIncremental",
        "summary": "Feast: read what is new in views' sources",
        "tags": [
          "feast"
        ],
        "parameters": [
          {
            "name": "async",
            "in": "query",
            "schema": {
              "type": "boolean"
            },
            "description": "Answer 202 at once and read later. Flags are spelled as Pydantic takes them, `True` too."
          },
          {
            "name": "force",
            "in": "query",
            "schema": {
              "type": "boolean"
            },
            "description": "Also where the view is being read already; rows that both runs find are written once."
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "start_ts": {
                    "type": [
                      "string",
                      "null"
                    ]
                  },
                  "end_ts": {
                    "type": [
                      "string",
                      "null"
                    ]
                  },
                  "feature_views": {
                    "type": [
                      "array",
                      "null"
                    ],
                    "items": {
                      "type": "string"
                    }
                  }
                }
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
                  "type": "null"
                }
              }
            }
          },
          "202": {
            "description": "Accepted",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "properties": {
                    "status": {
                      "const": "accepted"
                    },
                    "feature_views": {
                      "type": "array",
                      "items": {
                        "type": "string"
                      }
                    }
                  }
                }
              }
            }
          },
          "404": {
            "description": "No such view, version or service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "409": {
            "description": "Not in this state; the message says why.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          },
          "422": {
            "description": "A field that does not fit, which `error.field` names.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/FeastError"
                }
              }
            }
          }
        },
        "description": "The caller waits up to an hour (`X-Request-Timeout` up to six)."
      }
    },
    "/health": {
      "get": {
        "operationId": "feastHealth",
        "summary": "Feast: whether the server answers",
        "tags": [
          "feast"
        ],
        "responses": {
          "200": {
            "description": "It does"
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
      },
      "FeatureType": {
        "type": "string",
        "description": "One of int32, int64, float32, float64, string, bool, bytes, timestamp, date, json, or `list<…>` of one of them.",
        "examples": [
          "int64",
          "list<float32>"
        ]
      },
      "JoinKey": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "type": {
            "type": "string",
            "enum": [
              "int32",
              "int64",
              "string"
            ]
          }
        },
        "required": [
          "name",
          "type"
        ]
      },
      "EntityDefinition": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "join_keys": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/JoinKey"
            },
            "minItems": 1,
            "maxItems": 8
          },
          "description": {
            "type": "string"
          },
          "tags": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "owner": {
            "type": "string"
          }
        },
        "required": [
          "name",
          "join_keys"
        ],
        "additionalProperties": false
      },
      "FeatureViewDefinition": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "entities": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "minItems": 1
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
                  "$ref": "#/components/schemas/FeatureType"
                },
                "description": {
                  "type": "string"
                },
                "tags": {
                  "type": "object",
                  "additionalProperties": {
                    "type": "string"
                  }
                },
                "expect": {
                  "$ref": "#/components/schemas/Expectation"
                }
              },
              "required": [
                "name",
                "type"
              ],
              "additionalProperties": false
            },
            "minItems": 1,
            "maxItems": 2000
          },
          "ttl": {
            "description": "How long a value holds; for ever when absent. A number is seconds.",
            "oneOf": [
              {
                "type": "string",
                "pattern": "^[0-9]+(us|ms|s|m|h|d)$"
              },
              {
                "type": "integer",
                "minimum": 0
              }
            ]
          },
          "source": {
            "type": "object",
            "description": "A file has a path; PostgreSQL a table or a query.",
            "properties": {
              "format": {
                "type": "string",
                "enum": [
                  "csv",
                  "jsonl",
                  "postgres"
                ]
              },
              "path": {
                "type": "string",
                "description": "Of a file, below `features.sources`."
              },
              "table": {
                "type": "string",
                "examples": [
                  "public.trips"
                ]
              },
              "query": {
                "type": "string",
                "description": "One `SELECT`, read as the role of `features.source_database`."
              },
              "order_field": {
                "type": "string",
                "description": "A whole number of PostgreSQL's that grows with each row: what was read before is not read again."
              },
              "overlap": {
                "type": "integer",
                "minimum": 0,
                "default": 1000,
                "description": "How far below the greatest number seen rows may still appear."
              },
              "timestamp_field": {
                "type": "string",
                "default": "event_timestamp"
              },
              "created_timestamp_field": {
                "type": "string"
              }
            },
            "required": [
              "format"
            ],
            "additionalProperties": false
          },
          "expired": {
            "type": "string",
            "enum": [
              "null",
              "value"
            ],
            "default": "null",
            "description": "What a reader gets of a value older than `ttl`."
          },
          "allow_nan": {
            "type": "boolean",
            "default": false
          },
          "description": {
            "type": "string"
          },
          "tags": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "owner": {
            "type": "string"
          },
          "on_violation": {
            "type": "string",
            "enum": [
              "warn",
              "quarantine",
              "reject"
            ],
            "default": "warn",
            "description": "What becomes of a write that is not as expected."
          }
        },
        "required": [
          "name",
          "entities",
          "features"
        ],
        "additionalProperties": false
      },
      "FeatureServiceDefinition": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "features": {
            "type": "array",
            "items": {
              "type": "string",
              "examples": [
                "stats:trips",
                "stats@v1:trips",
                "stats"
              ]
            },
            "minItems": 1
          },
          "description": {
            "type": "string"
          },
          "tags": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "owner": {
            "type": "string"
          }
        },
        "required": [
          "name",
          "features"
        ],
        "additionalProperties": false
      },
      "PushSourceDefinition": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "feature_views": {
            "type": "array",
            "items": {
              "type": "string"
            },
            "minItems": 1
          },
          "description": {
            "type": "string"
          },
          "tags": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          }
        },
        "required": [
          "name",
          "feature_views"
        ],
        "additionalProperties": false
      },
      "OnDemandViewDefinition": {
        "type": "object",
        "description": "Features computed when they are asked for, from the request's fields and features of views.",
        "properties": {
          "name": {
            "type": "string"
          },
          "request": {
            "type": "array",
            "maxItems": 48,
            "description": "What the caller sends with each row, beside the join keys.",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "type": {
                  "$ref": "#/components/schemas/FeatureType"
                }
              },
              "required": [
                "name",
                "type"
              ],
              "additionalProperties": false
            }
          },
          "features": {
            "type": "array",
            "minItems": 1,
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "type": {
                  "type": "string",
                  "enum": [
                    "bool",
                    "int64",
                    "float64",
                    "string",
                    "timestamp",
                    "date"
                  ]
                },
                "expression": {
                  "type": "string",
                  "maxLength": 4096,
                  "examples": [
                    "stats:trips / nullif(km, 0)"
                  ]
                },
                "description": {
                  "type": "string"
                },
                "tags": {
                  "type": "object",
                  "additionalProperties": {
                    "type": "string"
                  }
                }
              },
              "required": [
                "name",
                "type",
                "expression"
              ],
              "additionalProperties": false
            }
          },
          "description": {
            "type": "string"
          },
          "tags": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "owner": {
            "type": "string"
          }
        },
        "required": [
          "name",
          "features"
        ],
        "additionalProperties": false
      },
      "RegisteredOnDemandView": {
        "type": "object",
        "properties": {
          "version": {
            "type": "integer"
          },
          "definition": {
            "$ref": "#/components/schemas/OnDemandViewDefinition"
          }
        },
        "required": [
          "version",
          "definition"
        ]
      },
      "FeatureDefinitions": {
        "type": "object",
        "properties": {
          "entities": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/EntityDefinition"
            }
          },
          "feature_views": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/FeatureViewDefinition"
            }
          },
          "feature_services": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/FeatureServiceDefinition"
            }
          },
          "push_sources": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/PushSourceDefinition"
            }
          },
          "on_demand_views": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/OnDemandViewDefinition"
            }
          }
        },
        "additionalProperties": false
      },
      "ApplyRequest": {
        "type": "object",
        "properties": {
          "definitions": {
            "$ref": "#/components/schemas/FeatureDefinitions"
          },
          "prune": {
            "type": "boolean",
            "default": false,
            "description": "Whether what is not declared is removed."
          },
          "allow_destructive": {
            "type": "boolean",
            "default": false
          },
          "expected_generation": {
            "type": "integer",
            "description": "409 unless the registry is still at this generation."
          }
        },
        "required": [
          "definitions"
        ],
        "additionalProperties": false
      },
      "ApplyAnswer": {
        "type": "object",
        "properties": {
          "generation": {
            "type": "integer"
          },
          "changes": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "kind": {
                  "type": "string",
                  "enum": [
                    "entity",
                    "feature_view",
                    "feature_service",
                    "push_source",
                    "on_demand_view"
                  ]
                },
                "name": {
                  "type": "string"
                },
                "action": {
                  "type": "string",
                  "enum": [
                    "create",
                    "update",
                    "new_version",
                    "remove"
                  ]
                },
                "version": {
                  "type": "integer"
                },
                "destructive": {
                  "type": "boolean"
                },
                "details": {
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                }
              },
              "required": [
                "kind",
                "name",
                "action",
                "destructive",
                "details"
              ]
            }
          }
        },
        "required": [
          "generation",
          "changes"
        ]
      },
      "RegisteredView": {
        "type": "object",
        "properties": {
          "version": {
            "type": "integer"
          },
          "join_keys": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/JoinKey"
            }
          },
          "definition": {
            "$ref": "#/components/schemas/FeatureViewDefinition"
          }
        },
        "required": [
          "version",
          "join_keys",
          "definition"
        ]
      },
      "Registry": {
        "type": "object",
        "properties": {
          "generation": {
            "type": "integer"
          },
          "entities": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/EntityDefinition"
            }
          },
          "feature_views": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/RegisteredView"
            }
          },
          "feature_services": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/FeatureServiceDefinition"
            }
          },
          "push_sources": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/PushSourceDefinition"
            }
          },
          "on_demand_views": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/RegisteredOnDemandView"
            }
          }
        },
        "required": [
          "generation",
          "entities",
          "feature_views",
          "feature_services",
          "push_sources",
          "on_demand_views"
        ]
      },
      "OnlineRequest": {
        "type": "object",
        "properties": {
          "features": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "services": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "entities": {
            "description": "Join keys, and fields that on-demand views compute with: columns of equal length, or rows with equal keys.",
            "oneOf": [
              {
                "type": "object",
                "additionalProperties": {
                  "type": "array",
                  "items": {}
                }
              },
              {
                "type": "array",
                "items": {
                  "type": "object"
                }
              }
            ]
          },
          "full_feature_names": {
            "type": "boolean",
            "default": false
          },
          "include_expired": {
            "type": "boolean",
            "description": "Whether values past their time to live are in the answer; by default what each view says."
          }
        },
        "required": [
          "entities"
        ],
        "additionalProperties": false
      },
      "OnlineAnswer": {
        "type": "object",
        "properties": {
          "as_of": {
            "type": "string"
          },
          "rows": {
            "type": "integer"
          },
          "entities": {
            "type": "object",
            "additionalProperties": {
              "type": "array",
              "items": {}
            }
          },
          "columns": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "feature": {
                  "type": "string",
                  "examples": [
                    "stats@v1:trips"
                  ]
                },
                "type": {
                  "$ref": "#/components/schemas/FeatureType"
                },
                "values": {
                  "type": "array",
                  "items": {}
                },
                "statuses": {
                  "type": "array",
                  "items": {
                    "type": "string",
                    "enum": [
                      "PRESENT",
                      "NULL_VALUE",
                      "OUTSIDE_MAX_AGE",
                      "NOT_FOUND"
                    ]
                  }
                },
                "event_times": {
                  "type": "array",
                  "items": {
                    "type": [
                      "string",
                      "null"
                    ]
                  }
                },
                "created_times": {
                  "type": "array",
                  "items": {
                    "type": [
                      "string",
                      "null"
                    ]
                  }
                }
              },
              "required": [
                "name",
                "feature",
                "type",
                "values",
                "statuses",
                "event_times",
                "created_times"
              ]
            }
          }
        },
        "required": [
          "as_of",
          "rows",
          "entities",
          "columns"
        ]
      },
      "WriteRequest": {
        "type": "object",
        "properties": {
          "view": {
            "type": "string",
            "examples": [
              "stats",
              "stats@v1"
            ]
          },
          "rows": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "entity": {
                  "type": "object"
                },
                "event_time": {
                  "type": "string"
                },
                "created_time": {
                  "type": "string",
                  "description": "When it was learnt; the time of writing when absent."
                },
                "values": {
                  "type": "object",
                  "description": "Features that are not named stay as they are; null is a value."
                },
                "deleted": {
                  "type": "boolean",
                  "description": "A tombstone: nothing written before holds from here on."
                }
              },
              "required": [
                "entity",
                "event_time"
              ],
              "additionalProperties": false
            }
          },
          "mode": {
            "type": "string",
            "enum": [
              "merge",
              "strict"
            ],
            "default": "merge",
            "description": "strict refuses rows that lack a feature."
          },
          "source": {
            "type": "string",
            "description": "What writes, for lineage."
          }
        },
        "required": [
          "view",
          "rows"
        ],
        "additionalProperties": false
      },
      "WriteAnswer": {
        "type": "object",
        "properties": {
          "written": {
            "type": "integer"
          },
          "replayed": {
            "type": "integer",
            "description": "Rows that were there already."
          }
        },
        "required": [
          "written",
          "replayed"
        ]
      },
      "EraseRequest": {
        "type": "object",
        "properties": {
          "entity": {
            "type": "object"
          },
          "reason": {
            "type": "string"
          },
          "actor": {
            "type": "string"
          }
        },
        "required": [
          "entity"
        ],
        "additionalProperties": false
      },
      "EntityRows": {
        "type": "object",
        "description": "Where entity rows come from: one of the three. A dataset's are those it was saved with, and come back in its format; those of a table or query of features.source_database come back as JSON lines.",
        "properties": {
          "dataset": {
            "type": "string"
          },
          "table": {
            "type": "string"
          },
          "query": {
            "type": "string"
          }
        }
      },
      "EraseAnswer": {
        "type": "object",
        "properties": {
          "rows": {
            "type": "integer"
          },
          "views": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "datasets": {
            "type": "array",
            "description": "Saved datasets that held rows of the entity and are without them now.",
            "items": {
              "type": "string"
            }
          }
        },
        "required": [
          "rows",
          "views",
          "datasets"
        ]
      },
      "ErasureList": {
        "type": "object",
        "properties": {
          "erasures": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "erased_at": {
                  "type": "string"
                },
                "key_digest": {
                  "type": "string",
                  "description": "SHA-256 of the entity's key."
                },
                "views": {
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                },
                "rows": {
                  "type": "integer"
                },
                "reason": {
                  "type": "string"
                },
                "actor": {
                  "type": "string"
                }
              },
              "required": [
                "erased_at",
                "key_digest",
                "views",
                "rows",
                "reason",
                "actor"
              ]
            }
          }
        },
        "required": [
          "erasures"
        ]
      },
      "FeastError": {
        "description": "A JSON string that contains JSON with `module`, `class` and `message`; or FastAPI's `detail`.",
        "oneOf": [
          {
            "type": "string"
          },
          {
            "type": "object"
          }
        ]
      },
      "SavedDataset": {
        "type": "object",
        "properties": {
          "name": {
            "type": "string"
          },
          "status": {
            "type": "string",
            "enum": [
              "building",
              "ready",
              "failed"
            ]
          },
          "format": {
            "type": "string",
            "enum": [
              "csv",
              "jsonl"
            ]
          },
          "rows": {
            "type": "integer"
          },
          "rows_done": {
            "type": "integer"
          },
          "columns": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "feature": {
                  "type": "string"
                },
                "type": {
                  "$ref": "#/components/schemas/FeatureType"
                }
              },
              "required": [
                "name"
              ]
            }
          },
          "key_columns": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "known_at": {
            "type": "string",
            "format": "date-time"
          },
          "sequence": {
            "type": "integer"
          },
          "entity_rows_digest": {
            "type": "string"
          },
          "digest": {
            "type": "string",
            "description": "SHA-256 of the rows."
          },
          "size": {
            "type": "integer"
          },
          "documents": {
            "type": "integer"
          },
          "created_at": {
            "type": "string",
            "format": "date-time"
          },
          "finished_at": {
            "type": "string",
            "format": "date-time"
          },
          "error": {
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
          "erasures": {
            "type": "array",
            "description": "What was taken out of it since it was saved, because an entity was erased.",
            "items": {
              "type": "object",
              "properties": {
                "erased_at": {
                  "type": "string",
                  "format": "date-time"
                },
                "key_digest": {
                  "type": "string"
                },
                "rows": {
                  "type": "integer"
                },
                "previous_digest": {
                  "type": "string",
                  "description": "SHA-256 of the bytes that are gone."
                },
                "reason": {
                  "type": "string"
                },
                "actor": {
                  "type": "string"
                }
              },
              "required": [
                "erased_at",
                "key_digest",
                "rows",
                "previous_digest",
                "reason",
                "actor"
              ]
            }
          }
        },
        "required": [
          "name",
          "status",
          "format",
          "rows",
          "rows_done",
          "columns",
          "key_columns",
          "sequence",
          "entity_rows_digest",
          "documents",
          "created_at"
        ]
      },
      "SavedDatasetList": {
        "type": "object",
        "properties": {
          "datasets": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/SavedDataset"
            }
          },
          "next": {
            "type": "string"
          }
        },
        "required": [
          "datasets"
        ]
      },
      "DatasetLineage": {
        "type": "object",
        "properties": {
          "dataset": {
            "$ref": "#/components/schemas/SavedDataset"
          },
          "documents": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "id": {
                  "type": "string",
                  "description": "SHA-256 of the document's bytes."
                },
                "name": {
                  "type": "string"
                },
                "media_type": {
                  "type": "string"
                },
                "size": {
                  "type": "integer"
                }
              },
              "required": [
                "id"
              ]
            }
          },
          "next": {
            "type": "string"
          }
        },
        "required": [
          "dataset",
          "documents"
        ]
      },
      "DatasetDifference": {
        "type": "object",
        "properties": {
          "from": {
            "type": "string"
          },
          "to": {
            "type": "string"
          },
          "identical": {
            "type": "boolean"
          },
          "columns": {
            "type": "object",
            "properties": {
              "added": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "removed": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              },
              "changed": {
                "type": "array",
                "items": {
                  "type": "string"
                }
              }
            },
            "required": [
              "added",
              "removed",
              "changed"
            ]
          },
          "rows": {
            "type": "object",
            "properties": {
              "added": {
                "type": "integer"
              },
              "removed": {
                "type": "integer"
              },
              "changed": {
                "type": "integer"
              },
              "unchanged": {
                "type": "integer"
              }
            },
            "required": [
              "added",
              "removed",
              "changed",
              "unchanged"
            ]
          },
          "samples": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "kind": {
                  "type": "string",
                  "enum": [
                    "added",
                    "removed",
                    "changed"
                  ]
                },
                "key": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "string",
                      "null"
                    ]
                  }
                },
                "before": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "string",
                      "null"
                    ]
                  }
                },
                "after": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "string",
                      "null"
                    ]
                  }
                }
              },
              "required": [
                "kind",
                "key",
                "before",
                "after"
              ]
            }
          }
        },
        "required": [
          "from",
          "to",
          "identical",
          "columns",
          "rows",
          "samples"
        ]
      },
      "Expectation": {
        "type": "object",
        "description": "What a feature's values are expected to be.",
        "properties": {
          "max_null_share": {
            "type": "number",
            "minimum": 0,
            "maximum": 1
          },
          "min": {
            "type": "number"
          },
          "max": {
            "type": "number"
          },
          "one_of": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1000,
            "items": {
              "type": [
                "string",
                "number",
                "boolean"
              ]
            }
          },
          "drift": {
            "type": "object",
            "description": "Compared on demand with a saved dataset.",
            "properties": {
              "reference": {
                "type": "string",
                "description": "A saved dataset."
              },
              "column": {
                "type": "string",
                "description": "The dataset's column; by default the feature's name."
              },
              "max_psi": {
                "type": "number",
                "exclusiveMinimum": 0
              },
              "min_ks_p": {
                "type": "number",
                "exclusiveMinimum": 0,
                "exclusiveMaximum": 1
              }
            },
            "required": [
              "reference"
            ],
            "additionalProperties": false
          }
        },
        "additionalProperties": false
      },
      "ViewReport": {
        "type": "object",
        "properties": {
          "view": {
            "type": "string"
          },
          "version": {
            "type": "integer"
          },
          "checked_at": {
            "type": "string",
            "format": "date-time"
          },
          "rows": {
            "type": "integer"
          },
          "complete": {
            "type": "boolean"
          },
          "passed": {
            "type": "boolean"
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
                  "$ref": "#/components/schemas/FeatureType"
                },
                "cells": {
                  "type": "integer"
                },
                "nulls": {
                  "type": "integer"
                },
                "min": {
                  "type": "number"
                },
                "max": {
                  "type": "number"
                },
                "mean": {
                  "type": "number"
                },
                "checks": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "expectation": {
                        "type": "string",
                        "enum": [
                          "max_null_share",
                          "min",
                          "max",
                          "one_of",
                          "max_psi",
                          "min_ks_p"
                        ]
                      },
                      "limit": {
                        "type": "number"
                      },
                      "value": {
                        "type": "number"
                      },
                      "passed": {
                        "type": "boolean"
                      }
                    },
                    "required": [
                      "expectation",
                      "passed"
                    ]
                  }
                },
                "histogram": {
                  "type": "object",
                  "description": "Of numbers that are compared with a reference.",
                  "properties": {
                    "edges": {
                      "type": "array",
                      "items": {
                        "type": "number"
                      },
                      "description": "One more than there are bins."
                    },
                    "current": {
                      "type": "array",
                      "items": {
                        "type": "integer"
                      }
                    },
                    "reference": {
                      "type": "array",
                      "items": {
                        "type": "integer"
                      }
                    }
                  },
                  "required": [
                    "edges",
                    "current",
                    "reference"
                  ]
                }
              },
              "required": [
                "name",
                "type",
                "cells",
                "nulls",
                "checks"
              ]
            }
          }
        },
        "required": [
          "view",
          "version",
          "checked_at",
          "rows",
          "complete",
          "passed",
          "features"
        ]
      },
      "QuarantineList": {
        "type": "object",
        "properties": {
          "rows": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "id": {
                  "type": "integer"
                },
                "version": {
                  "type": "integer"
                },
                "received_at": {
                  "type": "string",
                  "format": "date-time"
                },
                "source": {
                  "type": "string"
                },
                "feature": {
                  "type": "string"
                },
                "expectation": {
                  "type": "string"
                },
                "message": {
                  "type": "string"
                },
                "entity": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "string",
                      "number",
                      "boolean",
                      "null"
                    ]
                  }
                },
                "event_time": {
                  "type": "string",
                  "format": "date-time"
                },
                "values": {
                  "type": "object",
                  "additionalProperties": {
                    "type": [
                      "string",
                      "number",
                      "boolean",
                      "null"
                    ]
                  }
                }
              },
              "required": [
                "id",
                "version",
                "received_at",
                "source",
                "feature",
                "expectation",
                "message",
                "entity",
                "event_time",
                "values"
              ]
            }
          },
          "next": {
            "type": "integer"
          }
        },
        "required": [
          "rows"
        ]
      },
      "DeadLetter": {
        "type": "object",
        "properties": {
          "document_id": {
            "type": "string"
          },
          "document_name": {
            "type": "string"
          },
          "step": {
            "type": "string",
            "enum": [
              "convert",
              "recognize",
              "analyze",
              "embed",
              "type",
              "features"
            ]
          },
          "class": {
            "type": "string",
            "enum": [
              "permanent",
              "busy",
              "unavailable",
              "timeout",
              "fault",
              "crash"
            ],
            "description": "Decided how often the step was tried."
          },
          "code": {
            "type": "string"
          },
          "message": {
            "type": "string"
          },
          "attempts": {
            "type": "integer"
          },
          "failed_at": {
            "type": "string",
            "format": "date-time"
          }
        },
        "required": [
          "document_id",
          "document_name",
          "step",
          "class",
          "code",
          "message",
          "attempts",
          "failed_at"
        ]
      },
      "DeadLetterPage": {
        "type": "object",
        "properties": {
          "dead_letters": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/DeadLetter"
            }
          },
          "next_cursor": {
            "type": "string"
          }
        },
        "required": [
          "dead_letters"
        ]
      },
      "ReplayRequest": {
        "type": "object",
        "properties": {
          "documents": {
            "type": "array",
            "maxItems": 1000,
            "items": {
              "type": "string"
            },
            "description": "Ids, or prefixes that only one has."
          },
          "step": {
            "type": "string",
            "enum": [
              "convert",
              "recognize",
              "analyze",
              "embed",
              "type",
              "features"
            ]
          },
          "class": {
            "type": "string",
            "enum": [
              "permanent",
              "busy",
              "unavailable",
              "timeout",
              "fault",
              "crash"
            ]
          },
          "code": {
            "type": "string"
          },
          "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": 1000,
            "default": 1000
          }
        },
        "additionalProperties": false
      },
      "ReplayAnswer": {
        "type": "object",
        "properties": {
          "replayed": {
            "type": "integer",
            "description": "Documents whose failed steps are open again; those still worked on are not."
          }
        },
        "required": [
          "replayed"
        ]
      },
      "BackfillAnswer": {
        "type": "object",
        "properties": {
          "reopened": {
            "type": "integer"
          },
          "complete": {
            "type": "boolean",
            "description": "Whether no more documents are left."
          }
        },
        "required": [
          "reopened",
          "complete"
        ]
      }
    }
  }
}
"""#
}
