"""What one writes by hand: a model of ONNX Runtime behind FastAPI."""

import os

import numpy
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel

settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["MODEL"], settings)
app = FastAPI()


class Request(BaseModel):
    x: list[list[float]]


@app.post("/predict")
async def predict(request: Request):
    return {"y": session.run(None, {"x": numpy.array(request.x, dtype=numpy.float32)})[0].tolist()}
