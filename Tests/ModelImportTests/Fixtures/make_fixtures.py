#!/usr/bin/env python3
"""Makes the fixtures of ModelImportTests from their peers: transformers and sentence-transformers.

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0+cpu transformers==5.24.0 sentence-transformers==6.2.0
    venv/bin/python make_fixtures.py families
    venv/bin/python make_fixtures.py MODEL BANKING77_TRAIN_CSV TATOEBA_TSV

The first writes `families`, the second the rest; MODEL is the Hugging Face directory of all-MiniLM-L6-v2. Versions and
licences stand in README.md.
"""

import csv
import json
import pathlib
import sys

import numpy
import torch
import transformers
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


# Family: the configuration's class, its id of padding (None: 0, which no other rule depends on), tokens in a row, settings.
BERT_LIKE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24)
FAMILIES = {
    "Albert": (None, 20, dict(
        embedding_size=8, hidden_size=16, num_hidden_layers=4, num_hidden_groups=2, inner_group_num=2,
        num_attention_heads=2, intermediate_size=24, max_position_embeddings=24)),
    "Bert": (None, 20, dict(BERT_LIKE, max_position_embeddings=24, hidden_act="gelu_new")),
    "DistilBert": (None, 20, dict(dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=24)),
    # Farther than the distance from which on all share a bucket.
    "MPNet": (1, 144, dict(BERT_LIKE, max_position_embeddings=146)),
    "Roberta": (1, 20, dict(BERT_LIKE, max_position_embeddings=26, type_vocab_size=1)),
    "XLMRoberta": (3, 20, dict(BERT_LIKE, max_position_embeddings=26, type_vocab_size=1, pad_token_id=3)),
}
HEADS = {"Model": "last_hidden_state", "ForSequenceClassification": "logits", "ForTokenClassification": "logits"}


def families():
    """Each family alone and with each head, two layers with random weights, and what transformers says to one batch."""
    for family, (padding, width, settings) in FAMILIES.items():
        for seed, (head, output) in enumerate(HEADS.items()):
            torch.manual_seed(seed)
            config = getattr(transformers, f"{family}Config")(
                vocab_size=40, num_labels=3, attn_implementation="eager", **settings)
            config.id2label = {0: "none", 1: "person", 2: "place"}
            model = getattr(transformers, family + head)(config).eval()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.copy_(torch.randn(parameter.shape) * 0.4)
            folder = HERE / "families" / (family + head)
            model.save_pretrained(folder)

            generator = numpy.random.default_rng(seed)
            ids = generator.integers(4, 40, (3, width))
            mask = numpy.ones((3, width), dtype=numpy.int64)
            for row, length in [(1, width // 2), (2, 1)]:
                mask[row, length:] = 0
                ids[row, length:] = padding or 0
            inputs = {"input_ids": ids, "attention_mask": mask}
            if padding is None and family != "DistilBert":
                inputs["token_type_ids"] = numpy.repeat([(numpy.arange(width) > 6).astype(numpy.int64)], 3, axis=0)
            with torch.no_grad():
                values = model(**{name: torch.tensor(value) for name, value in inputs.items()})[output]
            (folder / "inputs.json").write_text(json.dumps({name: rows.tolist() for name, rows in inputs.items()}))
            values.numpy().astype("<f4").tofile(folder / "output.f32")


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
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(model, device="cpu")
    vectors = model.encode(texts, batch_size=1, normalize_embeddings=False, convert_to_numpy=True)
    tokens = [model.tokenizer(text, truncation=True, max_length=model.max_seq_length)["input_ids"] for text in texts]
    tokens = [[token for token in row if token != model.tokenizer.pad_token_id] for row in tokens]
    rows = [{"text": text, "ids": row} for text, row in zip(texts, tokens)]
    with open(HERE / "sentences.json", "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n")
    vectors.astype("<f4").tofile(HERE / "sentence-embeddings.f32")


if __name__ == "__main__":
    if sys.argv[1:] == ["families"]:
        families()
        sys.exit()
    tiny_bert()
    embeddings(sys.argv[1], sentences(sys.argv[2], sys.argv[3]))
