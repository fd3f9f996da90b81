// Generated from Services/DocumentRecognition/openapi.json by make generate. Do not edit.
// swift-format-ignore-file

/// The service's interface as OpenAPI 3.1, served at `/openapi.json`.
package enum OpenAPIDocument {
    package static let json = #"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "Quinion document-recognition",
    "version": "0.1.0",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    },
    "description": "Reads text and its places out of PDF files and pictures of pages: the file's own text where it is good, optical character recognition elsewhere."
  },
  "paths": {
    "/v1/recognize": {
      "post": {
        "operationId": "recognize",
        "summary": "Read a document",
        "description": "The body is the document itself, with its media type or application/octet-stream, or JSON that carries it in base64. The kind of document is found in its bytes.",
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
            "name": "password",
            "in": "query",
            "description": "Opens an encrypted PDF.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "pages",
            "in": "query",
            "description": "1-based pages and ranges; all pages when absent.",
            "schema": {
              "type": "string"
            },
            "example": "1-20,25"
          },
          {
            "name": "method",
            "in": "query",
            "description": "auto takes the file's own text where it is good, native only that, ocr never.",
            "schema": {
              "type": "string",
              "enum": [
                "auto",
                "native",
                "ocr"
              ],
              "default": "auto"
            }
          },
          {
            "name": "languages",
            "in": "query",
            "description": "Tesseract languages joined by +; the service's own when absent.",
            "schema": {
              "type": "string"
            },
            "example": "eng+deu"
          },
          {
            "name": "preview_width",
            "in": "query",
            "description": "Asks for a JPEG of the first selected page, this many pixels wide.",
            "schema": {
              "type": "integer",
              "minimum": 16,
              "maximum": 2000
            }
          },
          {
            "name": "Accept",
            "in": "header",
            "description": "application/x-ndjson streams the pages as they come.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "X-Request-ID",
            "in": "header",
            "description": "Names the request in logs and answers.",
            "schema": {
              "type": "string"
            }
          },
          {
            "name": "X-Request-Timeout",
            "in": "header",
            "description": "Seconds after which the caller stops waiting.",
            "schema": {
              "type": "string"
            }
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/pdf": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "image/png": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "image/jpeg": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "image/tiff": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "image/webp": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "application/octet-stream": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            },
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/RecognitionRequest"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The document; with partial_success some pages carry an error. As application/x-ndjson: a line {\"document\":…}, a line {\"page\":…} for each page in the order of completion, a line {\"end\":…}.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/RecognizedDocument"
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
            "description": "A parameter or the JSON is not valid: invalid_request.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "A limit is exceeded, which the message names: document_limit_exceeded, page_limit_exceeded, pixel_limit_exceeded.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "415": {
            "description": "The document's kind, or the Content-Type, is not supported: unsupported_media_type.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "The document cannot be read: empty_document, password_required, password_wrong, document_damaged, page_damaged, language_not_installed, memory_limit_exceeded, time_limit_exceeded, reader_died.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "Too many documents wait (Retry-After), or the reading process is not there: saturated, engine_unavailable, storage_unavailable.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "504": {
            "description": "The caller's time is over.",
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
        "summary": "Whether the process works",
        "responses": {
          "200": {
            "description": "Yes."
          }
        }
      }
    },
    "/health/ready": {
      "get": {
        "operationId": "ready",
        "summary": "Whether the service can take requests, by dependency",
        "responses": {
          "200": {
            "description": "Yes."
          },
          "503": {
            "description": "No."
          }
        }
      }
    },
    "/metrics": {
      "get": {
        "operationId": "metrics",
        "summary": "Metrics in Prometheus text form",
        "responses": {
          "200": {
            "description": "Metrics.",
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
        "responses": {
          "200": {
            "description": "OpenAPI 3.1.",
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
      "RecognitionRequest": {
        "type": "object",
        "description": "A document and how to read it.",
        "properties": {
          "content": {
            "type": "string",
            "contentEncoding": "base64",
            "description": "The document's bytes."
          },
          "name": {
            "type": "string"
          },
          "password": {
            "type": "string"
          },
          "pages": {
            "type": "string",
            "examples": [
              "1-20,25"
            ]
          },
          "method": {
            "type": "string",
            "enum": [
              "auto",
              "native",
              "ocr"
            ],
            "default": "auto",
            "description": "auto takes the file's own text where it is good, native only that, ocr never."
          },
          "languages": {
            "type": "string",
            "examples": [
              "eng+deu"
            ]
          },
          "preview_width": {
            "type": "integer",
            "minimum": 16,
            "maximum": 2000
          }
        },
        "required": [
          "content"
        ]
      },
      "RecognizedDocument": {
        "type": "object",
        "description": "What was read.",
        "properties": {
          "status": {
            "type": "string",
            "enum": [
              "success",
              "partial_success",
              "failure"
            ]
          },
          "media_type": {
            "type": "string",
            "description": "As found in the bytes."
          },
          "page_count": {
            "type": "integer",
            "description": "Pages in the document, also those not asked for."
          },
          "pages": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/RecognizedPage"
            },
            "description": "The selected pages, ascending."
          },
          "engines": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            },
            "description": "Engine name to version."
          },
          "milliseconds": {
            "type": "number"
          }
        },
        "required": [
          "status",
          "media_type",
          "page_count",
          "pages",
          "engines",
          "milliseconds"
        ]
      },
      "RecognizedPage": {
        "type": "object",
        "description": "One page, upright.",
        "properties": {
          "number": {
            "type": "integer",
            "minimum": 1
          },
          "width": {
            "type": "number"
          },
          "height": {
            "type": "number"
          },
          "unit": {
            "type": "string",
            "enum": [
              "point",
              "pixel"
            ],
            "description": "point (1/72 inch) for PDF, pixel for images."
          },
          "rotation": {
            "type": "integer",
            "enum": [
              0,
              90,
              180,
              270
            ],
            "description": "Clockwise degrees the stored page was turned by to stand upright."
          },
          "skew": {
            "type": "number",
            "description": "Clockwise degrees the upright page was straightened by before it was read; boxes are those of the page before."
          },
          "method": {
            "type": "string",
            "enum": [
              "native",
              "ocr",
              "none"
            ],
            "description": "native: the PDF's own text; ocr: read from pixels; none: nothing was read."
          },
          "dpi": {
            "type": "integer",
            "description": "Resolution the page was read at, for ocr."
          },
          "text": {
            "type": "string",
            "description": "The blocks' texts in reading order, blocks apart by an empty line."
          },
          "blocks": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TextBlock"
            },
            "description": "In reading order."
          },
          "confidence": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "Mean over the words; absent when there are none."
          },
          "milliseconds": {
            "type": "number"
          },
          "error": {
            "$ref": "#/components/schemas/PageError"
          },
          "preview": {
            "$ref": "#/components/schemas/PagePreview"
          }
        },
        "required": [
          "number",
          "width",
          "height",
          "unit",
          "rotation",
          "skew",
          "method",
          "text",
          "blocks",
          "milliseconds"
        ]
      },
      "TextBlock": {
        "type": "object",
        "description": "A paragraph or other block of lines.",
        "properties": {
          "box": {
            "type": "array",
            "description": "Left, top, right, bottom in the page's unit; the origin is the top left corner of the upright page.",
            "items": {
              "type": "number"
            },
            "minItems": 4,
            "maxItems": 4
          },
          "lines": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TextLine"
            }
          }
        },
        "required": [
          "box",
          "lines"
        ]
      },
      "TextLine": {
        "type": "object",
        "description": "A line of words.",
        "properties": {
          "box": {
            "type": "array",
            "description": "Left, top, right, bottom in the page's unit; the origin is the top left corner of the upright page.",
            "items": {
              "type": "number"
            },
            "minItems": 4,
            "maxItems": 4
          },
          "words": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TextWord"
            }
          }
        },
        "required": [
          "box",
          "words"
        ]
      },
      "TextWord": {
        "type": "object",
        "description": "A word, punctuation included.",
        "properties": {
          "text": {
            "type": "string"
          },
          "box": {
            "type": "array",
            "description": "Left, top, right, bottom in the page's unit; the origin is the top left corner of the upright page.",
            "items": {
              "type": "number"
            },
            "minItems": 4,
            "maxItems": 4
          },
          "confidence": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "1 for native text."
          }
        },
        "required": [
          "text",
          "box",
          "confidence"
        ]
      },
      "PagePreview": {
        "type": "object",
        "description": "A small picture of the page.",
        "properties": {
          "media_type": {
            "type": "string"
          },
          "width": {
            "type": "integer"
          },
          "height": {
            "type": "integer"
          },
          "content": {
            "type": "string",
            "contentEncoding": "base64"
          }
        },
        "required": [
          "media_type",
          "width",
          "height",
          "content"
        ]
      },
      "PageError": {
        "type": "object",
        "description": "Why a page could not be read.",
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
      "Error": {
        "type": "object",
        "description": "Why a request failed.",
        "properties": {
          "error": {
            "type": "object",
            "description": "",
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
      }
    }
  }
}
"""#
}
