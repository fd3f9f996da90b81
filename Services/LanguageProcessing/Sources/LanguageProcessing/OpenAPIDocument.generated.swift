// Generated from Services/LanguageProcessing/openapi.json by make generate. Do not edit.
// swift-format-ignore-file

/// The service's interface as OpenAPI 3.1, served at `/openapi.json`.
package enum OpenAPIDocument {
    package static let json = #"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "Quinion nlp",
    "version": "0.1.0",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    },
    "description": "Embeds texts in the form of Hugging Face's text-embeddings-inference and analyses them: language, sentences, entities, document type."
  },
  "paths": {
    "/embed": {
      "post": {
        "operationId": "embed",
        "summary": "One vector for each input.",
        "tags": [
          "text-embeddings-inference"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/EmbedRequest"
              },
              "example": {
                "inputs": [
                  "What is deep learning?"
                ]
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "One vector for each input, always an array of arrays.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "type": "array",
                    "items": {
                      "type": "number"
                    }
                  }
                }
              }
            },
            "headers": {
              "x-compute-tokens": {
                "description": "Tokens without padding.",
                "schema": {
                  "type": "integer"
                }
              },
              "x-compute-characters": {
                "schema": {
                  "type": "integer"
                }
              },
              "x-total-time": {
                "description": "Milliseconds.",
                "schema": {
                  "type": "integer"
                }
              },
              "x-tokenization-time": {
                "schema": {
                  "type": "integer"
                }
              },
              "x-inference-time": {
                "schema": {
                  "type": "integer"
                }
              }
            }
          },
          "400": {
            "description": "Empty inputs, or a body that is not JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "413": {
            "description": "The body is too large.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "415": {
            "description": "Another content type than JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "422": {
            "description": "An input does not fit; the message names it.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "424": {
            "description": "Inference answered something else than vectors.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "429": {
            "description": "Too many requests; see Retry-After.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "503": {
            "description": "The model or inference is not there.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "504": {
            "description": "The deadline passed.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          }
        }
      }
    },
    "/tokenize": {
      "post": {
        "operationId": "tokenize",
        "summary": "The model's tokens of each text.",
        "tags": [
          "text-embeddings-inference"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TokenizeRequest"
              },
              "example": {
                "inputs": "Hello"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "Tokens of each text.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "type": "array",
                    "items": {
                      "$ref": "#/components/schemas/TokenizedPiece"
                    }
                  }
                }
              }
            }
          },
          "400": {
            "description": "Empty inputs, or a body that is not JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "413": {
            "description": "The body is too large.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "415": {
            "description": "Another content type than JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "422": {
            "description": "An input does not fit; the message names it.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "429": {
            "description": "Too many requests; see Retry-After.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          },
          "503": {
            "description": "The model or inference is not there.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          }
        }
      }
    },
    "/info": {
      "get": {
        "operationId": "info",
        "summary": "The model and its limits.",
        "tags": [
          "text-embeddings-inference"
        ],
        "responses": {
          "200": {
            "description": "The model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Info"
                }
              }
            }
          },
          "503": {
            "description": "No model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          }
        }
      }
    },
    "/health": {
      "get": {
        "operationId": "health",
        "summary": "Whether embedding works.",
        "tags": [
          "text-embeddings-inference"
        ],
        "responses": {
          "200": {
            "description": "It does."
          },
          "503": {
            "description": "The model or inference is not there.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/EmbeddingError"
                }
              }
            }
          }
        }
      }
    },
    "/v1/analyze": {
      "post": {
        "operationId": "analyze",
        "summary": "Language, sentences, tokens, entities and document type of a text.",
        "tags": [
          "analysis"
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/AnalyzeRequest"
              },
              "example": {
                "text": "Invoice No: 2041-7, due 12 March 2021. Total: €1.234,56"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "What was found.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Analysis"
                }
              }
            }
          },
          "400": {
            "description": "The body is not JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "The text or the body is too large.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "415": {
            "description": "Another content type than JSON.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "A field does not fit; the error names it.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "429": {
            "description": "Too many analyses; see Retry-After.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "504": {
            "description": "The deadline passed.",
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
        "summary": "Whether the process answers.",
        "tags": [
          "operations"
        ],
        "responses": {
          "200": {
            "description": "It does.",
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
        "summary": "Whether each dependency works.",
        "tags": [
          "operations"
        ],
        "responses": {
          "200": {
            "description": "All do.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object"
                }
              }
            }
          },
          "503": {
            "description": "One does not, or the service is stopping.",
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
        "summary": "Metrics in Prometheus' text format.",
        "tags": [
          "operations"
        ],
        "responses": {
          "200": {
            "description": "The metrics.",
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
        "summary": "This document.",
        "tags": [
          "operations"
        ],
        "responses": {
          "200": {
            "description": "The document.",
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
        "required": [
          "error"
        ],
        "properties": {
          "error": {
            "type": "object",
            "required": [
              "code",
              "message",
              "request_id"
            ],
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
            }
          }
        }
      },
      "EmbeddingError": {
        "type": "object",
        "required": [
          "error",
          "error_type"
        ],
        "properties": {
          "error": {
            "type": "string"
          },
          "error_type": {
            "enum": [
              "Unhealthy",
              "Backend",
              "Overloaded",
              "Validation",
              "Tokenizer",
              "Empty"
            ]
          }
        }
      },
      "TokenIds": {
        "type": "array",
        "items": {
          "type": "integer",
          "minimum": 0
        }
      },
      "EmbedRequest": {
        "type": "object",
        "required": [
          "inputs"
        ],
        "properties": {
          "inputs": {
            "description": "A text, several texts, token ids without special tokens, or several of those.",
            "oneOf": [
              {
                "type": "string",
                "minLength": 1
              },
              {
                "type": "array",
                "minItems": 1,
                "items": {
                  "type": "string",
                  "minLength": 1
                }
              },
              {
                "$ref": "#/components/schemas/TokenIds"
              },
              {
                "type": "array",
                "minItems": 1,
                "items": {
                  "oneOf": [
                    {
                      "type": "string"
                    },
                    {
                      "$ref": "#/components/schemas/TokenIds"
                    }
                  ]
                }
              }
            ]
          },
          "truncate": {
            "type": [
              "boolean",
              "null"
            ],
            "description": "Cut texts longer than max_input_length; embed.auto_truncate by default."
          },
          "truncation_direction": {
            "enum": [
              "Left",
              "Right",
              null
            ],
            "default": "Right"
          },
          "prompt_name": {
            "type": [
              "string",
              "null"
            ],
            "description": "Puts this prompt of the model before each text."
          },
          "normalize": {
            "type": [
              "boolean",
              "null"
            ],
            "default": true
          },
          "dimensions": {
            "type": [
              "integer",
              "null"
            ],
            "minimum": 1,
            "description": "Keep only so many components."
          }
        }
      },
      "TokenizeRequest": {
        "type": "object",
        "required": [
          "inputs"
        ],
        "properties": {
          "inputs": {
            "oneOf": [
              {
                "type": "string"
              },
              {
                "type": "array",
                "minItems": 1,
                "items": {
                  "type": "string"
                }
              }
            ]
          },
          "add_special_tokens": {
            "type": [
              "boolean",
              "null"
            ],
            "default": true
          }
        }
      },
      "TokenizedPiece": {
        "type": "object",
        "required": [
          "id",
          "text",
          "special",
          "start",
          "stop"
        ],
        "properties": {
          "id": {
            "type": "integer"
          },
          "text": {
            "type": "string"
          },
          "special": {
            "type": "boolean"
          },
          "start": {
            "type": [
              "integer",
              "null"
            ],
            "description": "In UTF-8 bytes."
          },
          "stop": {
            "type": [
              "integer",
              "null"
            ]
          }
        }
      },
      "Info": {
        "type": "object",
        "required": [
          "model_id",
          "served_model_name",
          "model_dtype",
          "model_type",
          "max_concurrent_requests",
          "max_input_length",
          "max_batch_tokens",
          "max_client_batch_size",
          "auto_truncate",
          "tokenization_workers",
          "version"
        ],
        "properties": {
          "model_id": {
            "type": "string"
          },
          "model_sha": {
            "type": "string"
          },
          "served_model_name": {
            "type": "string"
          },
          "model_dtype": {
            "type": "string"
          },
          "model_type": {
            "type": "object",
            "properties": {
              "embedding": {
                "type": "object",
                "properties": {
                  "pooling": {
                    "type": "string"
                  }
                }
              }
            }
          },
          "max_concurrent_requests": {
            "type": "integer"
          },
          "max_input_length": {
            "type": "integer"
          },
          "max_batch_tokens": {
            "type": "integer"
          },
          "max_batch_requests": {
            "type": "integer"
          },
          "max_client_batch_size": {
            "type": "integer"
          },
          "auto_truncate": {
            "type": "boolean"
          },
          "tokenization_workers": {
            "type": "integer"
          },
          "version": {
            "type": "string"
          }
        }
      },
      "AnalyzeRequest": {
        "type": "object",
        "required": [
          "text"
        ],
        "properties": {
          "text": {
            "type": "string",
            "minLength": 1,
            "description": "At most analyze.max_characters code points."
          },
          "tokens": {
            "type": [
              "boolean",
              "null"
            ],
            "default": false,
            "description": "List the tokens."
          },
          "type": {
            "type": [
              "boolean",
              "null"
            ],
            "default": true,
            "description": "Guess the document type, which needs inference."
          },
          "date_order": {
            "enum": [
              "day_first",
              "month_first",
              null
            ],
            "description": "How 03/04/2021 is read; analyze.date_order by default."
          }
        }
      },
      "Span": {
        "type": "object",
        "required": [
          "start",
          "end"
        ],
        "properties": {
          "start": {
            "type": "integer",
            "minimum": 0
          },
          "end": {
            "type": "integer",
            "minimum": 0,
            "description": "Exclusive."
          }
        }
      },
      "Entity": {
        "type": "object",
        "required": [
          "kind",
          "start",
          "end",
          "text"
        ],
        "properties": {
          "kind": {
            "enum": [
              "date",
              "amount",
              "email",
              "url",
              "phone",
              "iban",
              "identifier"
            ]
          },
          "start": {
            "type": "integer"
          },
          "end": {
            "type": "integer"
          },
          "text": {
            "type": "string",
            "description": "As it stands in the text."
          },
          "value": {
            "type": "string",
            "description": "ISO 8601 date, decimal number, IBAN without spaces, …"
          },
          "currency": {
            "type": "string",
            "description": "ISO 4217."
          },
          "label": {
            "type": "string",
            "description": "What an amount or identifier is: total, tax, invoice, order, vat, …"
          },
          "ambiguous": {
            "type": "boolean"
          }
        }
      },
      "DocumentType": {
        "type": "object",
        "required": [
          "label",
          "score",
          "scores"
        ],
        "properties": {
          "label": {
            "type": "string"
          },
          "score": {
            "type": "number",
            "minimum": 0,
            "maximum": 1
          },
          "scores": {
            "type": "array",
            "description": "Highest first; they sum to 1.",
            "items": {
              "type": "object",
              "required": [
                "label",
                "score"
              ],
              "properties": {
                "label": {
                  "type": "string"
                },
                "score": {
                  "type": "number"
                }
              }
            }
          }
        }
      },
      "Analysis": {
        "type": "object",
        "required": [
          "language",
          "sentences",
          "entities",
          "offset_unit"
        ],
        "properties": {
          "offset_unit": {
            "const": "code_point"
          },
          "language": {
            "type": "object",
            "required": [
              "code",
              "confidence",
              "reliable"
            ],
            "properties": {
              "code": {
                "type": "string",
                "description": "BCP 47; und when undetermined."
              },
              "confidence": {
                "type": "number",
                "description": "Share of the text in this language."
              },
              "reliable": {
                "type": "boolean"
              }
            }
          },
          "sentences": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Span"
            }
          },
          "tokens": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Span"
            }
          },
          "entities": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Entity"
            }
          },
          "type": {
            "$ref": "#/components/schemas/DocumentType"
          },
          "type_error": {
            "type": "string",
            "description": "Why type is missing although it was asked for."
          },
          "versions": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          }
        }
      }
    }
  }
}
"""#
}
