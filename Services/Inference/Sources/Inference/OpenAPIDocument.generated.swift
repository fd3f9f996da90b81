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
    "description": "Runs models of any engine behind the Open Inference Protocol v2 with Triton's extensions. Engines are plugins; see Services/Inference/README.md."
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
    "/v2/logging": {
      "get": {
        "operationId": "getLogSettings",
        "summary": "The log settings in force.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The settings.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/LogSettings"
                }
              }
            }
          }
        }
      },
      "post": {
        "operationId": "setLogSettings",
        "summary": "Changes log settings.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The settings in force.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/LogSettings"
                }
              }
            }
          },
          "400": {
            "description": "The settings are not valid.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "403": {
            "description": "settings.remote is off.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/LogSettings"
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
    "/v2/repository/models/{model}/load": {
      "post": {
        "operationId": "repositoryModelLoad",
        "summary": "Loads a model, or what has changed of it; returns when it serves.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "It serves."
          },
          "400": {
            "description": "The override is not valid.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "403": {
            "description": "models.upload_path is not set.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "The repository has no such model.",
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
          "500": {
            "description": "A version cannot be loaded; what served before goes on.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "models.control is not explicit, or the server is stopping.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "description": "A version that serves is replaced only by one that is loaded and warm; its requests in progress end on the old one. What cannot be loaded leaves what serves as it is.",
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
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/LoadRequest"
              }
            }
          }
        }
      }
    },
    "/v2/repository/models/{model}/unload": {
      "post": {
        "operationId": "repositoryModelUnload",
        "summary": "Takes a model out of service; returns when its last request has ended.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "It no longer serves."
          },
          "404": {
            "description": "No such model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "503": {
            "description": "models.control is not explicit, or the server is stopping.",
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
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object"
              }
            }
          }
        }
      }
    },
    "/v2/trace/setting": {
      "get": {
        "operationId": "getTraceSettings",
        "summary": "The trace settings in force.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The settings.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TraceSettings"
                }
              }
            }
          }
        }
      },
      "post": {
        "operationId": "setTraceSettings",
        "summary": "Changes trace settings; null clears one, an empty object all of a model.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The settings in force.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TraceSettings"
                }
              }
            }
          },
          "400": {
            "description": "The settings are not valid.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "403": {
            "description": "settings.remote is off.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          }
        },
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TraceSettings"
              }
            }
          }
        }
      }
    },
    "/v2/models/stats": {
      "get": {
        "operationId": "statistics",
        "summary": "The statistics of every version that serves.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
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
    "/v2/models/{model}/config": {
      "get": {
        "operationId": "modelConfig",
        "summary": "The configuration in the form of Triton's ModelConfig.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The configuration.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelConfig"
                }
              }
            }
          },
          "400": {
            "description": "The path is not valid.",
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
            "description": "The model is not available.",
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
        "description": "Tensors are given as JSON (`data`) or in binary form: `parameters.binary_data_size` announces bytes that follow the JSON in the order of the inputs, little-endian and row-major; an element of BYTES is its length as uint32, then its bytes. FP16 and BF16 exist only in binary form. With Inference-Header-Content-Length 0 the whole body is the only input of the model. The content type is not looked at.",
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
              "minimum": 0
            },
            "description": "Bytes of JSON at the start of the decoded body; without it all of the body is JSON; 0 means none of it is."
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
          },
          {
            "name": "Content-Encoding",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string",
              "enum": [
                "gzip",
                "deflate",
                "identity"
              ]
            },
            "description": "Encoding of the body."
          },
          {
            "name": "Accept-Encoding",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "gzip or deflate, alone, asks for an answer in that encoding."
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
            "description": "The body, or what it stands for, is larger than limits.body.",
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
          "429": {
            "description": "More requests than the model's rate_limit takes; Retry-After says when to come again.",
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
          "501": {
            "description": "The content encoding, or what is asked for, is not supported.",
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
    "/v2/models/{model}/stats": {
      "get": {
        "operationId": "modelStatistics",
        "summary": "Counts and times since the start, per version that serves.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
                }
              }
            }
          },
          "400": {
            "description": "The path is not valid.",
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
            "description": "The model is not available.",
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
    "/v2/models/{model}/trace/setting": {
      "get": {
        "operationId": "getModelTraceSettings",
        "summary": "The trace settings in force.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The settings.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TraceSettings"
                }
              }
            }
          },
          "404": {
            "description": "No such model.",
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
      },
      "post": {
        "operationId": "setModelTraceSettings",
        "summary": "Changes trace settings; null clears one, an empty object all of a model.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The settings in force.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TraceSettings"
                }
              }
            }
          },
          "400": {
            "description": "The settings are not valid.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "403": {
            "description": "settings.remote is off.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Error"
                }
              }
            }
          },
          "404": {
            "description": "No such model.",
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
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TraceSettings"
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
    "/v2/models/{model}/versions/{version}/config": {
      "get": {
        "operationId": "modelConfigVersion",
        "summary": "The configuration in the form of Triton's ModelConfig.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The configuration.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelConfig"
                }
              }
            }
          },
          "400": {
            "description": "The path is not valid.",
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
            "description": "The model is not available.",
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
        "description": "Tensors are given as JSON (`data`) or in binary form: `parameters.binary_data_size` announces bytes that follow the JSON in the order of the inputs, little-endian and row-major; an element of BYTES is its length as uint32, then its bytes. FP16 and BF16 exist only in binary form. With Inference-Header-Content-Length 0 the whole body is the only input of the model. The content type is not looked at.",
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
              "minimum": 0
            },
            "description": "Bytes of JSON at the start of the decoded body; without it all of the body is JSON; 0 means none of it is."
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
          },
          {
            "name": "Content-Encoding",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string",
              "enum": [
                "gzip",
                "deflate",
                "identity"
              ]
            },
            "description": "Encoding of the body."
          },
          {
            "name": "Accept-Encoding",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "gzip or deflate, alone, asks for an answer in that encoding."
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
            "description": "The body, or what it stands for, is larger than limits.body.",
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
          "429": {
            "description": "More requests than the model's rate_limit takes; Retry-After says when to come again.",
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
          "501": {
            "description": "The content encoding, or what is asked for, is not supported.",
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
    "/v2/models/{model}/versions/{version}/stats": {
      "get": {
        "operationId": "modelStatisticsVersion",
        "summary": "Counts and times since the start, per version that serves.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
                }
              }
            }
          },
          "400": {
            "description": "The path is not valid.",
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
            "description": "The model is not available.",
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
    "/v2/cudasharedmemory/region/{region}/register": {
      "post": {
        "operationId": "registerCudaSharedMemoryRegion",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
            "name": "region",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the region."
          }
        ]
      }
    },
    "/v2/cudasharedmemory/region/{region}/status": {
      "get": {
        "operationId": "getCudaSharedMemoryRegionStatus",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
            "name": "region",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the region."
          }
        ]
      }
    },
    "/v2/cudasharedmemory/region/{region}/unregister": {
      "post": {
        "operationId": "unregisterCudaSharedMemoryRegion",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
            "name": "region",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the region."
          }
        ]
      }
    },
    "/v2/cudasharedmemory/status": {
      "get": {
        "operationId": "getCudaSharedMemoryStatus",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
    "/v2/cudasharedmemory/unregister": {
      "post": {
        "operationId": "unregisterCudaSharedMemory",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
    "/v2/systemsharedmemory/region/{region}/register": {
      "post": {
        "operationId": "registerSystemSharedMemoryRegion",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
            "name": "region",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the region."
          }
        ]
      }
    },
    "/v2/systemsharedmemory/region/{region}/status": {
      "get": {
        "operationId": "getSystemSharedMemoryRegionStatus",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
            "name": "region",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the region."
          }
        ]
      }
    },
    "/v2/systemsharedmemory/region/{region}/unregister": {
      "post": {
        "operationId": "unregisterSystemSharedMemoryRegion",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
            "name": "region",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string"
            },
            "description": "Name of the region."
          }
        ]
      }
    },
    "/v2/systemsharedmemory/status": {
      "get": {
        "operationId": "getSystemSharedMemoryStatus",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
    "/v2/systemsharedmemory/unregister": {
      "post": {
        "operationId": "unregisterSystemSharedMemory",
        "summary": "Refused: shared memory is not supported.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "501": {
            "description": "Shared memory is not supported.",
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
    },
    "/v2/models/{model}/labels/{label}": {
      "get": {
        "operationId": "modelMetadataLabel",
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
            "name": "label",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
            },
            "description": "A label of the configuration's version_labels."
          }
        ]
      }
    },
    "/v2/models/{model}/labels/{label}/config": {
      "get": {
        "operationId": "modelConfigLabel",
        "summary": "The configuration in the form of Triton's ModelConfig.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The configuration.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelConfig"
                }
              }
            }
          },
          "400": {
            "description": "The path is not valid.",
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
            "description": "The model is not available.",
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
            "name": "label",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
            },
            "description": "A label of the configuration's version_labels."
          }
        ]
      }
    },
    "/v2/models/{model}/labels/{label}/infer": {
      "post": {
        "operationId": "modelInferLabel",
        "summary": "Executes the model.",
        "tags": [
          "protocol"
        ],
        "description": "Tensors are given as JSON (`data`) or in binary form: `parameters.binary_data_size` announces bytes that follow the JSON in the order of the inputs, little-endian and row-major; an element of BYTES is its length as uint32, then its bytes. FP16 and BF16 exist only in binary form. With Inference-Header-Content-Length 0 the whole body is the only input of the model. The content type is not looked at.",
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
            "name": "label",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
            },
            "description": "A label of the configuration's version_labels."
          },
          {
            "name": "Inference-Header-Content-Length",
            "in": "header",
            "required": false,
            "schema": {
              "type": "integer",
              "minimum": 0
            },
            "description": "Bytes of JSON at the start of the decoded body; without it all of the body is JSON; 0 means none of it is."
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
          },
          {
            "name": "Content-Encoding",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string",
              "enum": [
                "gzip",
                "deflate",
                "identity"
              ]
            },
            "description": "Encoding of the body."
          },
          {
            "name": "Accept-Encoding",
            "in": "header",
            "required": false,
            "schema": {
              "type": "string"
            },
            "description": "gzip or deflate, alone, asks for an answer in that encoding."
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
            "description": "The body, or what it stands for, is larger than limits.body.",
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
          "429": {
            "description": "More requests than the model's rate_limit takes; Retry-After says when to come again.",
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
          "501": {
            "description": "The content encoding, or what is asked for, is not supported.",
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
    "/v2/models/{model}/labels/{label}/ready": {
      "get": {
        "operationId": "modelReadyLabel",
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
            "name": "label",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
            },
            "description": "A label of the configuration's version_labels."
          }
        ]
      }
    },
    "/v2/models/{model}/labels/{label}/stats": {
      "get": {
        "operationId": "modelStatisticsLabel",
        "summary": "Counts and times since the start, per version that serves.",
        "tags": [
          "protocol"
        ],
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
                }
              }
            }
          },
          "400": {
            "description": "The path is not valid.",
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
            "description": "The model is not available.",
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
            "name": "label",
            "in": "path",
            "required": true,
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
            },
            "description": "A label of the configuration's version_labels."
          }
        ]
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
              },
              "classification": {
                "type": "integer",
                "minimum": 1,
                "maximum": 100000,
                "description": "Answer so many of the best classes, as strings VALUE:INDEX[:LABEL]."
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
              },
              "priority": {
                "type": "integer",
                "minimum": 0,
                "description": "1 is the highest; 0 is the model's default."
              },
              "timeout": {
                "type": "integer",
                "minimum": 0,
                "description": "Microseconds that the request may wait; 0 sets none."
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
              "UNLOADING",
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
      },
      "Total": {
        "type": "object",
        "required": [
          "count",
          "ns"
        ],
        "properties": {
          "count": {
            "type": "integer",
            "minimum": 0
          },
          "ns": {
            "type": "integer",
            "minimum": 0
          }
        }
      },
      "Statistics": {
        "type": "object",
        "required": [
          "model_stats"
        ],
        "properties": {
          "model_stats": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {
                "name": {
                  "type": "string"
                },
                "version": {
                  "type": "string"
                },
                "last_inference": {
                  "type": "integer",
                  "minimum": 0,
                  "description": "Unix time in milliseconds; 0 before the first."
                },
                "inference_count": {
                  "type": "integer",
                  "minimum": 0,
                  "description": "Rows."
                },
                "execution_count": {
                  "type": "integer",
                  "minimum": 0
                },
                "inference_stats": {
                  "type": "object",
                  "properties": {
                    "success": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "fail": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "queue": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "compute_input": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "compute_infer": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "compute_output": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "cache_hit": {
                      "$ref": "#/components/schemas/Total"
                    },
                    "cache_miss": {
                      "$ref": "#/components/schemas/Total"
                    }
                  }
                },
                "response_stats": {
                  "type": "object"
                },
                "batch_stats": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "properties": {
                      "batch_size": {
                        "type": "integer",
                        "minimum": 0
                      },
                      "compute_input": {
                        "$ref": "#/components/schemas/Total"
                      },
                      "compute_infer": {
                        "$ref": "#/components/schemas/Total"
                      },
                      "compute_output": {
                        "$ref": "#/components/schemas/Total"
                      }
                    }
                  }
                },
                "memory_usage": {
                  "type": "array",
                  "items": {
                    "type": "object"
                  }
                }
              }
            }
          }
        }
      },
      "ModelConfig": {
        "type": "object",
        "description": "Triton's ModelConfig as JSON; see triton-inference-server/common, protobuf/model_config.proto.",
        "properties": {
          "name": {
            "type": "string"
          },
          "backend": {
            "type": "string"
          },
          "max_batch_size": {
            "type": "integer",
            "minimum": 0
          },
          "version_policy": {
            "type": "object"
          },
          "input": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "output": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "instance_group": {
            "type": "array",
            "items": {
              "type": "object"
            }
          },
          "dynamic_batching": {
            "type": "object"
          },
          "default_model_filename": {
            "type": "string"
          },
          "parameters": {
            "type": "object"
          },
          "model_warmup": {
            "type": "array",
            "items": {
              "type": "object"
            }
          }
        }
      },
      "LoadRequest": {
        "type": "object",
        "properties": {
          "parameters": {
            "type": "object",
            "properties": {
              "config": {
                "type": "string",
                "description": "A ModelConfig as JSON text, in place of the repository's."
              }
            },
            "patternProperties": {
              "^file:[1-9][0-9]*/[^/]+$": {
                "type": "string",
                "contentEncoding": "base64"
              }
            },
            "additionalProperties": false
          }
        }
      },
      "TraceSettings": {
        "type": "object",
        "properties": {
          "trace_file": {
            "type": [
              "string",
              "null"
            ],
            "const": ""
          },
          "trace_level": {
            "type": [
              "array",
              "null"
            ],
            "items": {
              "enum": [
                "OFF",
                "TIMESTAMPS"
              ]
            }
          },
          "trace_rate": {
            "type": [
              "string",
              "null"
            ],
            "description": "One request of so many."
          },
          "trace_count": {
            "type": [
              "string",
              "null"
            ],
            "description": "Traces still to be made; -1 for no end."
          },
          "log_frequency": {
            "type": [
              "string",
              "null"
            ],
            "const": "0"
          }
        }
      },
      "LogSettings": {
        "type": "object",
        "properties": {
          "log_file": {
            "type": "string",
            "const": ""
          },
          "log_info": {
            "type": "boolean"
          },
          "log_warnings": {
            "type": "boolean"
          },
          "log_errors": {
            "type": "boolean"
          },
          "log_verbose_level": {
            "type": "integer",
            "minimum": 0
          },
          "log_format": {
            "type": "string",
            "const": "default"
          }
        }
      }
    }
  }
}
"""#
}
