// Generated from Services/Inference/openapi.json by make generate. Do not edit.
// swift-format-ignore-file

/// The service's interface as OpenAPI 3.1, served at `/openapi.json`.
package enum OpenAPIDocument {
    package static let json = #"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "Quinion inference",
    "version": "0.1.0",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    },
    "description": "Runs models of any engine behind the Open Inference Protocol v2 with Triton's binary tensor extension and repository index. Engines are plugins; see Services/Inference/README.md."
  },
  "paths": {
    "/v2": {
      "get": {
        "operationId": "serverMetadata",
        "summary": "Name, version and extensions of the server.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The server.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ServerMetadata"
                }
              }
            }
          }
        }
      }
    },
    "/v2/health/live": {
      "get": {
        "operationId": "serverLive",
        "summary": "Whether the process answers.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "It does.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "live"
                  ],
                  "properties": {
                    "live": {
                      "const": true
                    }
                  }
                }
              }
            }
          }
        }
      }
    },
    "/v2/health/ready": {
      "get": {
        "operationId": "serverReady",
        "summary": "Whether requests should be sent: every model was tried (readiness.strict: every model is ready).",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "Ready.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "ready"
                  ],
                  "properties": {
                    "ready": {
                      "const": true
                    }
                  }
                }
              }
            }
          },
          "400": {
            "description": "Not ready; the message says why.",
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
    "/v2/repository/index": {
      "post": {
        "operationId": "repositoryIndex",
        "summary": "All versions with their state.",
        "tags": [
          "protocol"
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "ready": {
                    "type": "boolean",
                    "description": "List only what is ready."
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The index.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "$ref": "#/components/schemas/RepositoryEntry"
                  }
                }
              }
            }
          },
          "400": {
            "description": "The body is not valid.",
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
    "/v2/models/{model}": {
      "get": {
        "operationId": "modelMetadata",
        "summary": "Inputs and outputs of a model.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelMetadata"
                }
              }
            }
          },
          "400": {
            "description": "The version is not a number.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model or version.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "The model is not available; the message says why.",
            "headers": {
              "Retry-After": {
                "schema": {
                  "type": "integer"
                },
                "description": "Seconds after which to try again."
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the model's folder in the repository, percent-encoded."
          }
        ]
      }
    },
    "/v2/models/{model}/ready": {
      "get": {
        "operationId": "modelReady",
        "summary": "Whether the model can execute.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "It can.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "ready"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "ready": {
                      "const": true
                    }
                  }
                }
              }
            }
          },
          "400": {
            "description": "It cannot; the message says why.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model or version.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the model's folder in the repository, percent-encoded."
          }
        ]
      }
    },
    "/v2/models/{model}/infer": {
      "post": {
        "operationId": "modelInfer",
        "summary": "Executes the model.",
        "tags": [
          "protocol"
        ],
        "description": "Tensors are given as JSON (`data`) or in binary form: `parameters.binary_data_size` announces bytes that follow the JSON in the order of the inputs, little-endian and row-major; an element of BYTES is its length as uint32, then its bytes. FP16 and BF16 exist only in binary form. The content type is not looked at.",
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the model's folder in the repository, percent-encoded."
          },
          {
            "name": "Inference-Header-Content-Length",
            "in": "header",
            "required": false,
            "schema": {
              "type": "integer",
              "minimum": 1
            },
            "description": "Bytes of JSON at the start of the body; without it all of the body is JSON."
          },
          {
            "name": "X-Request-Timeout",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "Deadline of the request."
          },
          {
            "name": "X-Request-ID",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "Names the request in logs; answered back."
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/InferenceRequest"
              },
              "example": {
                "inputs": [
                  {
                    "name": "x",
                    "shape": [
                      1,
                      3
                    ],
                    "datatype": "FP32",
                    "data": [
                      1,
                      2,
                      3
                    ]
                  }
                ]
              }
            },
            "application/octet-stream": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The outputs. With binary outputs the body is JSON of Inference-Header-Content-Length bytes, then the outputs' bytes.",
            "headers": {
              "Inference-Header-Content-Length": {
                "schema": {
                  "type": "integer"
                },
                "description": "Bytes of JSON at the start of the body; absent when all of it is JSON."
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/InferenceResponse"
                }
              },
              "application/octet-stream": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            }
          },
          "400": {
            "description": "The request contradicts the protocol or the model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model or version.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than limits.body.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "415": {
            "description": "The body has a content encoding.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "An output has values that JSON cannot carry.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "500": {
            "description": "The engine failed.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "The model is not available, or its queue is full.",
            "headers": {
              "Retry-After": {
                "schema": {
                  "type": "integer"
                },
                "description": "Seconds after which to try again."
              }
            },
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
    "/v2/models/{model}/versions/{version}": {
      "get": {
        "operationId": "modelMetadataVersion",
        "summary": "Inputs and outputs of a model.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelMetadata"
                }
              }
            }
          },
          "400": {
            "description": "The version is not a number.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model or version.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "The model is not available; the message says why.",
            "headers": {
              "Retry-After": {
                "schema": {
                  "type": "integer"
                },
                "description": "Seconds after which to try again."
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the model's folder in the repository, percent-encoded."
          },
          {
            "name": "version",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9]+$"
            },
            "description": "A version that is served."
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}/ready": {
      "get": {
        "operationId": "modelReadyVersion",
        "summary": "Whether the model can execute.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "It can.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "ready"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "ready": {
                      "const": true
                    }
                  }
                }
              }
            }
          },
          "400": {
            "description": "It cannot; the message says why.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model or version.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the model's folder in the repository, percent-encoded."
          },
          {
            "name": "version",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9]+$"
            },
            "description": "A version that is served."
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}/infer": {
      "post": {
        "operationId": "modelInferVersion",
        "summary": "Executes the model.",
        "tags": [
          "protocol"
        ],
        "description": "Tensors are given as JSON (`data`) or in binary form: `parameters.binary_data_size` announces bytes that follow the JSON in the order of the inputs, little-endian and row-major; an element of BYTES is its length as uint32, then its bytes. FP16 and BF16 exist only in binary form. The content type is not looked at.",
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the model's folder in the repository, percent-encoded."
          },
          {
            "name": "version",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[0-9]+$"
            },
            "description": "A version that is served."
          },
          {
            "name": "Inference-Header-Content-Length",
            "in": "header",
            "required": false,
            "schema": {
              "type": "integer",
              "minimum": 1
            },
            "description": "Bytes of JSON at the start of the body; without it all of the body is JSON."
          },
          {
            "name": "X-Request-Timeout",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "Deadline of the request."
          },
          {
            "name": "X-Request-ID",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "Names the request in logs; answered back."
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/InferenceRequest"
              },
              "example": {
                "inputs": [
                  {
                    "name": "x",
                    "shape": [
                      1,
                      3
                    ],
                    "datatype": "FP32",
                    "data": [
                      1,
                      2,
                      3
                    ]
                  }
                ]
              }
            },
            "application/octet-stream": {
              "schema": {
                "type": "string",
                "format": "binary"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The outputs. With binary outputs the body is JSON of Inference-Header-Content-Length bytes, then the outputs' bytes.",
            "headers": {
              "Inference-Header-Content-Length": {
                "schema": {
                  "type": "integer"
                },
                "description": "Bytes of JSON at the start of the body; absent when all of it is JSON."
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/InferenceResponse"
                }
              },
              "application/octet-stream": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            }
          },
          "400": {
            "description": "The request contradicts the protocol or the model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model or version.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "413": {
            "description": "The body is larger than limits.body.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "415": {
            "description": "The body has a content encoding.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "422": {
            "description": "An output has values that JSON cannot carry.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "500": {
            "description": "The engine failed.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "The model is not available, or its queue is full.",
            "headers": {
              "Retry-After": {
                "schema": {
                  "type": "integer"
                },
                "description": "Seconds after which to try again."
              }
            },
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
        "operationId": "healthLive",
        "summary": "Whether the process answers.",
        "tags": [
          "operation"
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
        "operationId": "healthReady",
        "summary": "Readiness with each dependency by name.",
        "tags": [
          "operation"
        ],
        "responses": {
          "200": {
            "description": "Ready.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Readiness"
                }
              }
            }
          },
          "503": {
            "description": "Not ready.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Readiness"
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
        "summary": "Metrics for Prometheus.",
        "tags": [
          "operation"
        ],
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
        "summary": "This document.",
        "tags": [
          "operation"
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
      "Datatype": {
        "type": "string",
        "enum": [
          "BOOL",
          "UINT8",
          "UINT16",
          "UINT32",
          "UINT64",
          "INT8",
          "INT16",
          "INT32",
          "INT64",
          "FP16",
          "BF16",
          "FP32",
          "FP64",
          "BYTES"
        ]
      },
      "Error": {
        "type": "object",
        "required": [
          "error"
        ],
        "properties": {
          "error": {
            "type": "string"
          }
        }
      },
      "ServerMetadata": {
        "type": "object",
        "required": [
          "name",
          "version",
          "extensions"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "version": {
            "type": "string"
          },
          "extensions": {
            "type": "array",
            "items": {
              "type": "string"
            }
          }
        }
      },
      "TensorMetadata": {
        "type": "object",
        "required": [
          "name",
          "datatype",
          "shape"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "datatype": {
            "$ref": "#/components/schemas/Datatype"
          },
          "shape": {
            "type": "array",
            "items": {
              "type": "integer",
              "minimum": -1
            },
            "description": "-1 is a free dimension."
          }
        }
      },
      "ModelMetadata": {
        "type": "object",
        "required": [
          "name",
          "versions",
          "platform",
          "inputs",
          "outputs"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "versions": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "platform": {
            "type": "string"
          },
          "inputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TensorMetadata"
            }
          },
          "outputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TensorMetadata"
            }
          }
        }
      },
      "Parameters": {
        "type": "object",
        "additionalProperties": {
          "type": [
            "string",
            "number",
            "boolean"
          ]
        }
      },
      "TensorData": {
        "type": "array",
        "description": "Row-major, flat or nested.",
        "items": {}
      },
      "RequestInput": {
        "type": "object",
        "required": [
          "name",
          "shape",
          "datatype"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "shape": {
            "type": "array",
            "maxItems": 64,
            "items": {
              "type": "integer",
              "minimum": 1
            }
          },
          "datatype": {
            "$ref": "#/components/schemas/Datatype"
          },
          "parameters": {
            "allOf": [
              {
                "$ref": "#/components/schemas/Parameters"
              }
            ],
            "properties": {
              "binary_data_size": {
                "type": "integer",
                "minimum": 0
              }
            }
          },
          "data": {
            "$ref": "#/components/schemas/TensorData"
          }
        }
      },
      "RequestOutput": {
        "type": "object",
        "required": [
          "name"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "parameters": {
            "allOf": [
              {
                "$ref": "#/components/schemas/Parameters"
              }
            ],
            "properties": {
              "binary_data": {
                "type": "boolean",
                "default": false
              }
            }
          }
        }
      },
      "InferenceRequest": {
        "type": "object",
        "required": [
          "inputs"
        ],
        "properties": {
          "id": {
            "type": "string"
          },
          "parameters": {
            "allOf": [
              {
                "$ref": "#/components/schemas/Parameters"
              }
            ],
            "properties": {
              "binary_data_output": {
                "type": "boolean",
                "default": false,
                "description": "Answer outputs that are not listed in binary form."
              }
            }
          },
          "inputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/RequestInput"
            }
          },
          "outputs": {
            "type": "array",
            "description": "Absent or empty asks for all.",
            "items": {
              "$ref": "#/components/schemas/RequestOutput"
            }
          }
        }
      },
      "ResponseOutput": {
        "type": "object",
        "required": [
          "name",
          "datatype",
          "shape"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "datatype": {
            "$ref": "#/components/schemas/Datatype"
          },
          "shape": {
            "type": "array",
            "items": {
              "type": "integer"
            }
          },
          "parameters": {
            "type": "object",
            "properties": {
              "binary_data_size": {
                "type": "integer"
              }
            }
          },
          "data": {
            "$ref": "#/components/schemas/TensorData"
          }
        }
      },
      "InferenceResponse": {
        "type": "object",
        "required": [
          "model_name",
          "model_version",
          "outputs"
        ],
        "properties": {
          "id": {
            "type": "string"
          },
          "model_name": {
            "type": "string"
          },
          "model_version": {
            "type": "string"
          },
          "outputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/ResponseOutput"
            }
          }
        }
      },
      "RepositoryEntry": {
        "type": "object",
        "required": [
          "name",
          "state",
          "reason"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "version": {
            "type": "string",
            "description": "Absent when the whole model is at fault."
          },
          "state": {
            "type": "string",
            "enum": [
              "LOADING",
              "READY",
              "UNAVAILABLE"
            ]
          },
          "reason": {
            "type": "string"
          }
        }
      },
      "Readiness": {
        "type": "object",
        "required": [
          "status",
          "dependencies"
        ],
        "properties": {
          "status": {
            "type": "string",
            "enum": [
              "ready",
              "not_ready",
              "draining"
            ]
          },
          "dependencies": {
            "type": "object",
            "additionalProperties": {
              "type": "object",
              "required": [
                "status"
              ],
              "properties": {
                "status": {
                  "type": "string",
                  "enum": [
                    "ok",
                    "failed"
                  ]
                },
                "error": {
                  "type": "string"
                },
                "milliseconds": {
                  "type": "integer"
                }
              }
            }
          }
        }
      }
    }
  }
}
"""#
}
