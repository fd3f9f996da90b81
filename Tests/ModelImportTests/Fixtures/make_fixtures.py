#!/usr/bin/env python3
"""Makes the fixtures of ModelImportTests from their peers: transformers and sentence-transformers.

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0+cpu transformers==5.24.0 sentence-transformers==6.2.0
    venv/bin/python make_fixtures.py MODEL BANKING77_TRAIN_CSV TATOEBA_TSV

MODEL is the Hugging Face directory of all-MiniLM-L6-v2. Versions and licences stand in README.md.
"""

import csv
import json
import pathlib
import sys

import numpy
import torch
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertModel

HERE = pathlib.Path(__file__).parent


def tiny_bert():
    """A BERT of two layers with random weights, large enough for every term to matter, and its outputs."""
    torch.manual_seed(20)
    config = BertConfig(
        vocab_size=96, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=24, type_vocab_size=2, layer_norm_eps=1e-6, hidden_act="gelu", attn_implementation="eager",
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape) * 0.4)
    folder = HERE / "tiny-bert"
    model.save_pretrained(folder)

    (folder / "tokenizer.json").write_text(json.dumps({"version": "1.0", "model": {"type": "WordPiece", "vocab": {}}}))
    (folder / "modules.json").write_text(json.dumps([
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ], indent=2))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling/config.json").write_text(json.dumps(
        {"word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 16, "do_lower_case": False}))

    # Rows of full, partial and single-token length; one of two segments.
    generator = numpy.random.default_rng(20)
    ids = generator.integers(1, 96, (4, 24))
    mask = numpy.zeros((4, 24), dtype=numpy.int64)
    for row, length in enumerate([24, 11, 1, 17]):
        mask[row, :length] = 1
    types = numpy.zeros((4, 24), dtype=numpy.int64)
    types[0, 9:] = 1
    with torch.no_grad():
        hidden = model(
            input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask), token_type_ids=torch.tensor(types)
        ).last_hidden_state
    (HERE / "tiny-bert-inputs.json").write_text(json.dumps(
        {"input_ids": ids.tolist(), "attention_mask": mask.tolist(), "token_type_ids": types.tolist()}))
    hidden.numpy().astype("<f4").tofile(HERE / "tiny-bert-hidden.f32")


def sentences(banking, tatoeba):
    """Fifty of each set, evenly spread: English questions, and sentences of fifty languages."""
    with open(banking, newline="", encoding="utf-8") as file:
        questions = [row["text"].strip() for row in csv.DictReader(file)]
    languages = {}
    with open(tatoeba, newline="\n", encoding="utf-8") as file:
        for line in file:
            language, _, sentence = line.rstrip("\n").partition("\t")
            languages.setdefault(language, sentence)
    others = [languages[language] for language in sorted(languages)]
    spread = lambda items: [items[index * len(items) // 50] for index in range(50)]
    return spread(questions) + spread(others)


def embeddings(model, texts):
    """Sentence embeddings and token ids of all-MiniLM-L6-v2, in batches of one: no padding reaches the reference."""
    model = SentenceTransformer(model, device="cpu")
    vectors = model.encode(texts, batch_size=1, normalize_embeddings=False, convert_to_numpy=True)
    tokens = [model.tokenizer(text, truncation=True, max_length=model.max_seq_length)["input_ids"] for text in texts]
    tokens = [[token for token in row if token != model.tokenizer.pad_token_id] for row in tokens]
    rows = [{"text": text, "ids": row} for text, row in zip(texts, tokens)]
    with open(HERE / "sentences.json", "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    vectors.astype("<f4").tofile(HERE / "sentence-embeddings.f32")


if __name__ == "__main__":
    tiny_bert()
    embeddings(sys.argv[1], sentences(sys.argv[2], sys.argv[3]))
